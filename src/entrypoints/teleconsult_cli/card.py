"""The card: another card, authorize again, the bank's question, the sandbox's cards."""

from __future__ import annotations

import click

from teleconsult_cli.asking import card_from, card_option, consent_for, consent_option
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.telling import tell
from teleconsult_core.ids import AppointmentId
from teleconsult_core.money import Money
from teleconsult_core.refusals import CardMissing, ConsentMissing, NotFound, NothingToDo
from teleconsult_wiring import CARDS


@cli.group("card")
def card() -> None:
    """The card step of an appointment."""


def _fee(at: AtHand, appointment: str) -> Money:
    with at.desk.open_work(writing=False) as work:
        found = work.appointments.get(AppointmentId(appointment))
    if found is None:
        at.screen.refuse(NotFound(what="appointment", id=appointment))
    return found.terms.fee


@command(card, "give")
@consent_option
@card_option
@click.argument("appointment")
def give(at: AtHand, appointment: str, consent: bool, card: str | None) -> None:
    """Place the hold of a reserved APPOINTMENT, or try another card."""
    token, agreed = card_from(card), consent_for(at, appointment) if consent else None
    if token is None:
        at.screen.refuse(CardMissing(amount=_fee(at, appointment)))
    if agreed is None:
        at.screen.refuse(ConsentMissing(amount=_fee(at, appointment)))
    outcome = at.desk.place_hold(
        appointment=AppointmentId(appointment), card=token, consent=agreed, now=at.now
    )
    tell(at.screen, outcome)


@command(cli, "reauthorize")
@consent_option
@card_option
@click.argument("appointment")
def reauthorize(at: AtHand, appointment: str, consent: bool, card: str | None) -> None:
    """Authorize the card again for APPOINTMENT, just before it starts."""
    token, agreed = card_from(card), consent_for(at, appointment) if consent else None
    if token is None:
        at.screen.refuse(CardMissing(amount=_fee(at, appointment)))
    if agreed is None:
        at.screen.refuse(ConsentMissing(amount=_fee(at, appointment)))
    outcome = at.desk.reauthorize(
        appointment=AppointmentId(appointment), card=token, consent=agreed, now=at.now
    )
    tell(at.screen, outcome)


@command(card, "authenticate")
@click.option("--fail", is_flag=True, help="The patient does not succeed.")
@click.argument("appointment")
def authenticate(at: AtHand, appointment: str, fail: bool) -> None:
    """Answer the bank's question (3-D Secure) as the patient would, in the sandbox."""
    with at.desk.open_work(writing=False) as work:
        holds = work.holds.of(AppointmentId(appointment))
    if at.settings.card_network != "sandbox":
        at.screen.refuse(NothingToDo(why="a real bank asks its own client, at its own page"))
    if not holds or holds[-1].ref is None:
        at.screen.refuse(NothingToDo(why="no bank asks anything about this appointment"))
    at.app.sandbox.cards.authenticate(holds[-1].ref, not fail)
    tell(at.screen, at.desk.check_card_step(appointment=AppointmentId(appointment), now=at.now))


@command(card, "check")
@click.argument("appointment")
def check(at: AtHand, appointment: str) -> None:
    """How the card step of APPOINTMENT stands, looked up at the card network."""
    tell(at.screen, at.desk.check_card_step(appointment=AppointmentId(appointment), now=at.now))


@command(card, "sandbox")
def sandbox_cards(at: AtHand) -> None:
    """The sandbox's cards, by name."""
    rows = [(one.token, one.name, one.about) for one in CARDS.values()]
    data = [{"token": one.token, "brand": one.name, "about": one.about} for one in CARDS.values()]
    at.screen.table("Sandbox cards", ("name", "brand", "what it does"), rows, data)
