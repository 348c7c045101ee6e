"""What reaches the practitioner's bank, and the way into his account (S16)."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PractitionerId
from teleconsult_core.payout_accounts import Payout, PayoutAccount
from teleconsult_core.people import Actor, practitioner_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import AccountNotReady, NotFound, NothingToDo, NotYours
from teleconsult_core.use_cases.look_at import note_looks
from teleconsult_core.use_cases.onboard_practitioner import accounts_used
from teleconsult_core.use_cases.permissions import not_their_practitioner


@frozen
class Payouts:
    """The account, and what was or will be paid out of it, newest first."""

    account: PayoutAccount
    lines: tuple[Payout, ...]


@frozen
class DashboardLink:
    """The network's own page about the account: for one use, never to be kept."""

    address: str = field(repr=False)


NoPayouts = NotFound | NotYours | NothingToDo


def show_payouts(
    ports: Ports, *, practitioner: PractitionerId, by: Actor, now: datetime
) -> Payouts | NoPayouts:
    """For himself and staff. Raises `PortTrouble` when the network does not answer."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        network = accounts_used(ports, work)
        account = work.clinic.payout_account(practitioner)
    if isinstance(network, NothingToDo):
        return network
    if account is None:
        return NotFound(what="account of practitioner", id=practitioner)
    note_looks(ports, AuditEntry(now, by, "look at payouts", practitioner))
    return Payouts(account, network.payouts(ref=account.ref))


def open_payout_dashboard(
    ports: Ports, *, practitioner: PractitionerId, by: Actor, now: datetime
) -> DashboardLink | AccountNotReady | NoPayouts:
    """For himself alone: whoever has the address is in his account."""
    if by != practitioner_actor(practitioner):
        return NotYours(actor=str(by), allowed="that practitioner himself")
    with ports.open_work(writing=False) as work:
        network = accounts_used(ports, work)
        account = work.clinic.payout_account(practitioner)
        found = work.clinic.practitioner(practitioner)
    if isinstance(network, NothingToDo):
        return network
    if account is None or found is None:
        return NotFound(what="account of practitioner", id=practitioner)
    address = network.dashboard(ref=account.ref)
    if not address:
        return AccountNotReady(found.name, why="the account must be completed first")
    note_looks(ports, AuditEntry(now, by, "open the account", practitioner))
    return DashboardLink(address)
