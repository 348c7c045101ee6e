"""Open a practitioner's account at the card network, and look at it again (S16).

He completes it himself on the network's pages; nothing of what he gives there passes through us.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import field, frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PractitionerId
from teleconsult_core.payout_accounts import AccountView, NewAccount, PayoutAccount, PayoutNetwork
from teleconsult_core.people import Actor, Practitioner
from teleconsult_core.policies import PaidTo
from teleconsult_core.ports import PortMisused, Ports, PortTrouble
from teleconsult_core.refusals import NotFound, NothingToDo, NotYours
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.permissions import not_their_practitioner
from teleconsult_core.use_cases.record import the_practice

LOOK_AGAIN, UNFINISHED = timedelta(days=1), timedelta(minutes=15)
"""How old what we know of an account may be, once it is complete and before."""


@frozen
class Onboarding:
    """The account, and the page on which it is completed: for one use, never to be kept."""

    account: PayoutAccount
    address: str = field(repr=False)


@frozen
class AccountsSeen:
    """How many accounts were looked at; `troubles` tells of those that could not be."""

    seen: int = 0
    troubles: tuple[str, ...] = ()


NotOnboarded = NotFound | NotYours | NothingToDo


def onboard_practitioner(
    ports: Ports, *, practitioner: PractitionerId, by: Actor, now: datetime
) -> Onboarding | NotOnboarded:
    """Open his account, or take up the one he has. Raises `PortTrouble` when nobody answers."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = work.clinic.practitioner(practitioner)
        if found is None:
            return NotFound(what="practitioner", id=practitioner)
        network = accounts_used(ports, work)
        if isinstance(network, NothingToDo):
            return network
        new = _new_account(work, found)
    view = network.register(account=new)
    account = _keep(ports, practitioner, view, by, now)
    return Onboarding(account, network.onboarding(ref=view.ref))


def refresh_payout_account(
    ports: Ports, *, practitioner: PractitionerId, now: datetime
) -> PayoutAccount | NotFound | NothingToDo:
    """Look at the account, as when the practitioner comes back from completing it."""
    with ports.open_work(writing=False) as work:
        network = accounts_used(ports, work)
        known = work.clinic.payout_account(practitioner)
    if isinstance(network, NothingToDo):
        return network
    if known is None:
        return NotFound(what="account of practitioner", id=practitioner)
    return _keep(ports, practitioner, network.look(ref=known.ref), None, now)


def refresh_payout_accounts(ports: Ports, *, now: datetime) -> AccountsSeen:
    """Look at every account that was not looked at for a while."""
    with ports.open_work(writing=False) as work:
        if work.clinic.practice() is None or isinstance(accounts_used(ports, work), NothingToDo):
            return AccountsSeen()
        stale = _stale(work, work.clinic.practitioners(), now)
    seen, troubles = 0, []
    for practitioner in stale:
        try:
            refresh_payout_account(ports, practitioner=practitioner, now=now)
        except (PortTrouble, PortMisused) as problem:
            troubles.append(f"{practitioner}: {problem}")
        else:
            seen += 1
    return AccountsSeen(seen, tuple(troubles))


def accounts_used(ports: Ports, work: Work) -> PayoutNetwork | NothingToDo:
    """The network of accounts, where practitioners are paid themselves."""
    if the_practice(work).policies.paid_to is PaidTo.CLINIC:
        return NothingToDo(why="the clinic itself is paid")
    if ports.payouts is None:
        return NothingToDo(why="this card network keeps no accounts for practitioners")
    return ports.payouts


def _stale(
    work: Work, practitioners: Iterable[Practitioner], now: datetime
) -> list[PractitionerId]:
    found = (work.clinic.payout_account(one.id) for one in practitioners)
    return [
        one.practitioner
        for one in found
        if one and now - one.seen_at >= (LOOK_AGAIN if one.complete else UNFINISHED)
    ]


def _new_account(work: Work, practitioner: Practitioner) -> NewAccount:
    practice = the_practice(work)
    return NewAccount(
        practitioner=practitioner.id,
        email=practitioner.email,
        country=practice.country,
        delay_days=practice.policies.transfer_days[0],
    )


def _keep(
    ports: Ports, practitioner: PractitionerId, view: AccountView, by: Actor | None, now: datetime
) -> PayoutAccount:
    """Write down what the network says; what somebody asked for is written to the audit."""
    with ports.open_work() as work:
        known = work.clinic.payout_account(practitioner)
        account = known or PayoutAccount(practitioner, view.ref, opened_at=now, seen_at=now)
        account = account.seen(view, now)
        work.clinic.put_payout_account(account)
        if by is not None:
            work.audit.add(AuditEntry(now, by, "complete the account", practitioner))
        work.commit()
    return account
