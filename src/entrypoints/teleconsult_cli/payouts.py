"""A practitioner's account at the card network, where he is paid himself: open, look, what arrives.

The pages are for one use; they are shown once and kept nowhere.
"""

from __future__ import annotations

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.clinic_time import practitioner_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.screen import facts
from teleconsult_core.ids import PractitionerId
from teleconsult_core.payout_accounts import Payout, PayoutAccount
from teleconsult_core.people import Actor, practitioner_actor
from teleconsult_core.refusals import NothingToDo

COLUMNS = ("payout", "amount", "expected on", "arrived on", "trouble")


@cli.group("payouts")
def payouts() -> None:
    """Accounts of practitioners who are paid themselves, and what reaches their banks."""


@command(payouts, "onboard")
@practitioner_option
@as_option
def onboard(at: AtHand, practitioner: str, actor: Actor | None) -> None:
    """Open his account, or take it up again: the page on which he gives what is missing."""
    opened = at.screen.unless_refused(
        at.desk.onboard_practitioner(
            practitioner=PractitionerId(practitioner), by=actor or OPERATOR, now=at.now
        )
    )
    words = f"{_account(at, opened.account)}\nTo be opened by him, once: {opened.address}"
    at.screen.value({"account": opened.account, "address": opened.address}, words)


@command(payouts, "refresh")
@practitioner_option
def refresh(at: AtHand, practitioner: str) -> None:
    """Look at his account now; the worker does so daily, and more often until it is complete."""
    seen = at.screen.unless_refused(
        at.desk.refresh_payout_account(practitioner=PractitionerId(practitioner), now=at.now)
    )
    at.screen.value({"account": seen}, _account(at, seen))


@command(payouts, "show")
@practitioner_option
@as_option
def show(at: AtHand, practitioner: str, actor: Actor | None) -> None:
    """What was or will be paid out to his bank."""
    found = at.screen.unless_refused(
        at.desk.show_payouts(
            practitioner=PractitionerId(practitioner), by=actor or OPERATOR, now=at.now
        )
    )
    if at.json:
        at.screen.value({"account": found.account, "payouts": found.lines}, "")
        return
    click.echo(_account(at, found.account))
    rows = [_line(at, one) for one in found.lines]
    at.screen.table(f"Payouts of {practitioner}", COLUMNS, rows, None)


@command(payouts, "open")
@practitioner_option
def dashboard(at: AtHand, practitioner: str) -> None:
    """The page of his account, for himself alone: whoever has it is in."""
    id = PractitionerId(practitioner)
    link = at.screen.unless_refused(
        at.desk.open_payout_dashboard(practitioner=id, by=practitioner_actor(id), now=at.now)
    )
    at.screen.value({"address": link.address}, link.address)


@command(payouts, "complete")
@practitioner_option
def complete(at: AtHand, practitioner: str) -> None:
    """Give what is missing, as he would on the network's page, in the sandbox."""
    if at.settings.card_network != "sandbox":
        at.screen.refuse(NothingToDo(why="a real account is completed on the network's own pages"))
    id = PractitionerId(practitioner)
    known = at.screen.unless_refused(at.desk.refresh_payout_account(practitioner=id, now=at.now))
    at.app.sandbox.payouts.complete(known.ref)
    seen = at.screen.unless_refused(at.desk.refresh_payout_account(practitioner=id, now=at.now))
    at.screen.value({"account": seen}, _account(at, seen))


def _account(at: AtHand, account: PayoutAccount) -> str:
    return facts(
        [
            ("account", account.ref),
            ("takes cards", "yes" if account.takes_cards else "no"),
            ("is paid out", "yes" if account.is_paid_out else "no"),
            ("missing", ", ".join(account.missing)),
            ("seen", at.screen.wall(account.seen_at)),
        ]
    )


def _line(at: AtHand, payout: Payout) -> tuple[str, ...]:
    return (
        payout.id,
        str(payout.amount),
        at.screen.day(payout.expected_on),
        at.screen.day(payout.paid_on) if payout.paid_on else "—",
        payout.trouble or "—",
    )
