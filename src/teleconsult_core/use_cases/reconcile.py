"""Compare our books with the card network's, both ways and to the cent, and mend what can be.

What the network knows and we do not yet is settled; a hold that is ours and has no more use is
let go; what cannot be explained is reported and left to a person. Trouble at one hold keeps no
other from being looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from teleconsult_core.holds import LIVE, CardHold, HoldFact, HoldState, Verdict
from teleconsult_core.ids import HoldRef, OperationId
from teleconsult_core.ledger import Account, balances
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import PortMisused, Ports, PortTrouble
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.settle_payment import settle_payment

_NOTHING_THERE = frozenset({HoldFact.DECLINED, HoldFact.LAPSED, HoldFact.RELEASED})
"""A hold of which no money is left at the network."""


@frozen
class Difference:
    """Something the two books did not agree on, and what was done about it."""

    ref: HoldRef | None
    ours: str
    theirs: str
    done: str


@frozen
class NotCompared:
    """A hold at which a port was in trouble: its turn comes with the next reconciliation."""

    ref: HoldRef
    why: str


@frozen
class Reconciliation:
    """`captured` and `refunded` in minor units, ours and theirs, once everything was mended."""

    compared: int
    differences: tuple[Difference, ...]
    ours: tuple[int, int]
    theirs: tuple[int, int]
    ledger_balanced: bool
    not_compared: tuple[NotCompared, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything was looked at, and what differed has been put right."""
        return not (self.not_compared or self.unexplained)

    @property
    def unexplained(self) -> bool:
        """Whether a person must look."""
        left = any(not difference.done for difference in self.differences)
        compared = self.ours == self.theirs or bool(self.not_compared)
        return left or not (compared and self.ledger_balanced)


def reconcile(ports: Ports, *, since: datetime, now: datetime) -> Reconciliation:
    """Compare every hold made since `since`.

    Raises `PortTrouble` when the network's books or ours cannot be opened at all.
    """
    views, unseen = _every_view(ports, since)
    differences, troubles = _compare_each(ports, views, now)
    with ports.open_work(writing=False) as work:
        holds = list(work.holds.placed_since(since))
        known = {view.ref for view in views} | {one.ref for one in unseen}
        missing = [_missing(hold) for hold in holds if hold.ref and hold.ref not in known]
        mine = [hold for view in views if (hold := _ours(work, view)) is not None]
        entries = work.ledger.every()
    sums = balances(entries)
    currencies = {currency for _, currency in sums}
    even = all(
        sum(amount for (_, c), amount in sums.items() if c == currency) == 0
        for currency in currencies
    )
    return Reconciliation(
        compared=len(views) - len(troubles),
        differences=tuple(one for one in (*differences, *missing) if one is not None),
        ours=(_total(h.captured for h in mine), _total(h.refunded for h in mine)),
        theirs=(
            _total(view.news.captured for view in views),
            _total(view.news.refunded for view in views),
        ),
        ledger_balanced=even and _ledger_matches(ports, holds),
        not_compared=(*unseen, *troubles),
    )


def _every_view(
    ports: Ports, since: datetime
) -> tuple[tuple[HoldView, ...], tuple[NotCompared, ...]]:
    """The network's books about its holds and about ours, which its clock may call older."""
    theirs = ports.cards.since(moment=since)
    known = {view.ref for view in theirs}
    with ports.open_work(writing=False) as work:
        ours = [hold.ref for hold in work.holds.placed_since(since) if hold.ref]
    views, troubles = list(theirs), []
    for ref in ours:
        if ref in known:
            continue
        try:
            views.append(ports.cards.look(ref=ref))
        except PortMisused:  # the network never made it
            continue
        except PortTrouble as trouble:
            troubles.append(NotCompared(ref, str(trouble)))
    return tuple(views), tuple(troubles)


def _compare_each(
    ports: Ports, views: Iterable[HoldView], now: datetime
) -> tuple[list[Difference | None], list[NotCompared]]:
    found, troubles = [], []
    for view in views:
        try:
            found.append(_compare(ports, view, now))
        except PortTrouble as trouble:
            troubles.append(NotCompared(view.ref, str(trouble)))
    return found, troubles


def _compare(ports: Ports, view: HoldView, now: datetime) -> Difference | None:
    with ports.open_work(writing=False) as work:
        hold = _ours(work, view)
        forgotten = hold is not None and work.appointments.get(hold.appointment) is None
    if hold is None and view.news.fact in _NOTHING_THERE:
        return None
    if hold is None:
        return Difference(view.ref, "unknown", view.news.fact.value, _let_go(ports, view))
    if forgotten:  # by retention: there is nothing left to settle, the sums remain
        same = _same_sums(hold, view)
        fact = view.news.fact.value
        return None if same else Difference(view.ref, hold.state.value, fact, done="")
    settled = settle_payment(ports, appointment=hold.appointment, hold=hold.id, view=view, now=now)
    if settled.verdict is None:
        return Difference(view.ref, hold.state.value, view.news.fact.value, done="settled")
    waits = hold.state in LIVE and view.news.fact in {HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT}
    if settled.verdict in {Verdict.REPEAT, Verdict.LATE} and (waits or _same_sums(hold, view)):
        return None
    return Difference(view.ref, hold.state.value, view.news.fact.value, done="")


def _let_go(ports: Ports, view: HoldView) -> str:
    """A hold under a key of ours that nobody here remembers, as after a backup was put back.

    Nothing will ever capture it, so the patient has his money back; what was taken is not touched.
    """
    held = view.news.fact in {HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT}
    if not held or view.operation is None:
        return ""
    key = OperationId(f"{view.operation}:forgotten")
    released = ports.cards.release(key=key, ref=view.ref)
    return "released" if released.news.fact is HoldFact.RELEASED else ""


def _ours(work: Work, view: HoldView) -> CardHold | None:
    hold = work.holds.by_ref(view.ref)
    if hold is None and view.operation is not None:
        operation = work.operations.get(view.operation)
        hold = work.holds.get(operation.hold) if operation else None
    return hold


def _same_sums(hold: CardHold, view: HoldView) -> bool:
    theirs = (_total([view.news.captured]), _total([view.news.refunded]))
    return (hold.captured.minor, hold.refunded.minor) == theirs


def _missing(hold: CardHold) -> Difference | None:
    """A hold of ours that the network does not know: only serious where money should be."""
    if hold.state is HoldState.DECLINED:
        return None
    return Difference(hold.ref, hold.state.value, "unknown", done="")


def _ledger_matches(ports: Ports, holds: Iterable[CardHold]) -> bool:
    """Whether the ledger shows for every hold what the hold itself says was taken."""
    with ports.open_work(writing=False) as work:
        for hold in holds:
            moved = [entry for entry in work.ledger.of(hold.appointment) if entry.hold == hold.id]
            sums = balances(moved)
            key = hold.amount.currency
            with_network = (Account.NETWORK, Account.FEE, Account.DISPUTED)
            net = sum(sums.get((account, key), 0) for account in with_network)
            lost = hold.state is HoldState.LOST
            if net != (0 if lost else hold.refundable.minor):
                return False
    return True


def _total(amounts: Iterable[Money | None]) -> int:
    return sum(amount.minor for amount in amounts if amount is not None)
