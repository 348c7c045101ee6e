"""Sweep: put down what time alone has decided. Tidies; no rule waits for it.

Lapsed reservations and confirmations, holds that ended at the network, consultations nobody
decided about, holds that have no more use, and seats of the waiting room that nobody keeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from attrs import frozen

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Completed,
    Confirmed,
    Lapsed,
    Reserved,
)
from teleconsult_core.holds import CHARGED, LIVE, CardHold
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import SYSTEM
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.seats import LEASE, Seat
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.deciding_again import deciding_again
from teleconsult_core.use_cases.holding import let_go, standing_hold
from teleconsult_core.use_cases.offer_freed_time import offer_freed_time
from teleconsult_core.use_cases.record import give_up_offer, record_change
from teleconsult_core.use_cases.seating import anybody, note_left
from teleconsult_core.use_cases.settle_payment import settle_payment

UNDECIDED_FOR = timedelta(days=2)
"""How long after its end a consultation without any hold waits for the practitioner's word."""


@frozen
class Swept:
    """What one round put down."""

    lapsed: int = 0
    ended_holds: int = 0
    unbilled: int = 0
    let_go: int = 0
    left: int = 0
    """Seats whose lease ended: whoever sat there left when he was last heard of."""
    waiting: int = 0
    """Holds that could not be looked at, because the network did not answer."""


def sweep(ports: Ports, *, now: datetime, limit: int = 100) -> Swept:
    """One round over at most `limit` of each."""
    found = _look(ports, now, limit)  # most rounds find nothing, and keep nobody from writing
    lapsed = sum(deciding_again(partial(_lapse, ports, id, now)) for id in found.past_deadline)
    ended, waiting = _ended_holds(ports, found.past_end, now)
    return Swept(
        lapsed=lapsed,
        ended_holds=ended,
        unbilled=sum(_leave_unbilled(ports, id, now) for id in found.undecided),
        let_go=sum(_let_go_if_useless(ports, hold, now) for hold in found.left_over),
        left=sum(_note_empty(ports, seat, now) for seat in found.silent),
        waiting=waiting,
    )


@frozen
class _Found:
    """What there is to do at one instant; each is judged again before it is done."""

    past_deadline: tuple[AppointmentId, ...]
    past_end: tuple[CardHold, ...]
    undecided: tuple[AppointmentId, ...]
    left_over: tuple[CardHold, ...]
    silent: tuple[Seat, ...]


def _look(ports: Ports, now: datetime, limit: int) -> _Found:
    with ports.open_work(writing=False) as work:
        return _Found(
            past_deadline=tuple(
                found.terms.id for found in work.appointments.past_deadline(now, limit)
            ),
            past_end=tuple(work.holds.lapsing(now, limit)),
            undecided=tuple(
                found.terms.id
                for found in work.appointments.undecided(now, limit)
                if isinstance(found, Confirmed) and not _may_still_be_decided(work, found, now)
            ),
            left_over=tuple(
                hold
                for hold in work.holds.left_over(limit)
                if _useless(work, work.appointments.get(hold.appointment), hold, now)
            ),
            silent=tuple(work.seats.stale(now - LEASE, limit)),
        )


def _lapse(ports: Ports, id: AppointmentId, now: datetime) -> bool:
    with ports.open_work() as work:
        found = work.appointments.get(id)
        if not isinstance(found, Reserved | AwaitingConfirmation):
            return False
        lapsed = found.lapse(now)
        if not isinstance(lapsed, Lapsed):
            return False
        record_change(work, found, lapsed, actor=SYSTEM, now=now)
        let_go(work, work.holds.of(id), reason="lapsed", now=now)
        give_up_offer(work, found.terms)
        offer_freed_time(work, found.terms, now)
        work.commit()
    return True


def _ended_holds(ports: Ports, past: Iterable[CardHold], now: datetime) -> tuple[int, int]:
    """Holds past their end: the network is looked at before it is believed."""
    ended = waiting = 0
    for hold in past:
        if hold.ref is None:
            continue
        try:
            view = ports.cards.look(ref=hold.ref)
        except PortTrouble:
            waiting += 1
            continue
        settled = settle_payment(
            ports, appointment=hold.appointment, hold=hold.id, view=view, now=now
        )
        ended += settled.verdict is None
    return ended, waiting


def _leave_unbilled(ports: Ports, id: AppointmentId, now: datetime) -> bool:
    with ports.open_work() as work:
        found = work.appointments.get(id)
        if not isinstance(found, Confirmed) or _may_still_be_decided(work, found, now):
            return False
        unbilled = found.leave_unbilled(now)
        if not isinstance(unbilled, Completed):
            return False
        record_change(work, found, unbilled, actor=SYSTEM, now=now)
        work.commit()
    return True


def _may_still_be_decided(work: Work, found: Confirmed, now: datetime) -> bool:
    if standing_hold(work.holds.of(found.terms.id), now) is not None:
        return True
    return now < found.terms.end + UNDECIDED_FOR


def _let_go_if_useless(ports: Ports, seen: CardHold, now: datetime) -> bool:
    """A hold that an interrupted step left behind on an appointment that is over."""
    with ports.open_work() as work:
        found = work.appointments.get(seen.appointment)  # before its hold, as everybody does
        hold = work.holds.get(seen.id)
        if hold is None or not _useless(work, found, hold, now):
            return False
        let_go(work, [hold], reason="left over", now=now)
        work.commit()
    return True


def _useless(work: Work, found: Appointment | None, hold: CardHold, now: datetime) -> bool:
    if isinstance(found, Confirmed | Reserved | AwaitingConfirmation):
        later = (other for other in work.holds.of(hold.appointment) if other.attempt > hold.attempt)
        return any(other.standing(now) or other.state in CHARGED for other in later)
    return hold.state in LIVE


def _note_empty(ports: Ports, seen: Seat, now: datetime) -> bool:
    """A browser that was killed says no goodbye."""
    with ports.open_work() as work:
        work.appointments.get(seen.appointment)
        seat = work.seats.get(seen.appointment, seen.role)
        if seat is None or seat.left_at is not None or seat.living(now):
            return False
        note_left(work, seat, seat.last_seen)
        work.seats.put(seat.left(seat.last_seen))
        if not anybody(one for one in work.seats.of(seen.appointment) if one.role is not seat.role):
            work.signals.remove(seen.appointment)
        work.commit()
    return True
