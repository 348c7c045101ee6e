"""Move an appointment to another start. Old links die, reminders are planned anew.

A hold that still covers the new time is kept; otherwise the patient is asked for a new one.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import AwaitingConfirmation, Confirmed, has_lapsed
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.planner import while_held
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    Expired,
    ModeNotOffered,
    NotFound,
    NotOnTick,
    NotYours,
    SlotNotOffered,
    SlotTaken,
    StartsInThePast,
    TooLate,
    WrongState,
)
from teleconsult_core.stores import SlotConflict, Work
from teleconsult_core.times import aware_utc, is_on_tick
from teleconsult_core.use_cases.agenda import (
    find_bookable,
    free_lapsed,
    offer_in,
    slot_problem,
)
from teleconsult_core.use_cases.book import planned_time
from teleconsult_core.use_cases.deciding_again import deciding_again
from teleconsult_core.use_cases.enter import OVERRULED
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.offer_freed_time import offer_freed_time
from teleconsult_core.use_cases.permissions import not_one_of_them, past_cutoff
from teleconsult_core.use_cases.record import record_change, the_practice

Moved = Confirmed | AwaitingConfirmation
NotMoved = (
    NotFound
    | NotYours
    | WrongState
    | Expired
    | TooLate
    | SlotTaken
    | SlotNotOffered
    | ModeNotOffered
    | NotOnTick
    | StartsInThePast
)


def move(
    ports: Ports, *, appointment: AppointmentId, start: datetime, by: Actor, now: datetime
) -> Moved | NotMoved:
    """Move to `start`, same mode and visit type. Moving to where it is changes nothing."""
    start = aware_utc(start)
    try:
        return deciding_again(lambda: _move(ports, appointment, start, by, now))
    except SlotConflict:
        return SlotTaken(start=start, end=start)


def _move(
    ports: Ports, id: AppointmentId, start: datetime, by: Actor, now: datetime
) -> Moved | NotMoved:
    with ports.open_work() as work:
        found = work.appointments.get(id)
        if found is None:
            return NotFound(what="appointment", id=id)
        if refusal := not_one_of_them(found, by):
            return refusal
        if not isinstance(found, Confirmed | AwaitingConfirmation):
            return WrongState(state=found.state, wanted="confirmed or awaiting confirmation")
        if isinstance(found, AwaitingConfirmation) and has_lapsed(found, now):
            return Expired(deadline=found.deadline, now=now)
        if found.terms.start == start:
            return found
        if late := past_cutoff(found, by, the_practice(work), now):
            return late
        moved = _moved(work, found, start, by, now)
        if not isinstance(moved, Confirmed | AwaitingConfirmation):
            return moved
        record_change(work, found, moved, actor=by, now=now)
        _ask_for_hold(work, moved, now)
        offer_freed_time(work, found.terms, now)
        work.commit()
    # Whoever is inside came for the time before; his way in died with it.
    ports.rooms.close(appointment=id)
    return moved


def _moved(work: Work, found: Moved, start: datetime, by: Actor, now: datetime) -> Moved | NotMoved:
    terms = found.terms
    what = find_bookable(work, terms.practitioner, terms.visit_type)
    if isinstance(what, NotFound):
        return what
    offer = offer_in(what.visit_type, terms.mode)
    if isinstance(offer, ModeNotOffered):
        return offer
    if not is_on_tick(start):
        return NotOnTick(start=start)
    if start <= now:
        return StartsInThePast(start=start, now=now)
    waived = frozenset() if by.role is Role.PATIENT else OVERRULED
    if problem := slot_problem(
        work, what, terms.mode, start, now, except_for=terms.id, waived=waived
    ):
        return problem
    planned, blocked = planned_time(what.visit_type, offer, start)
    free_lapsed(work, terms.practitioner, blocked, now)
    moved = terms.moved_to(start, planned.end, blocked.end)
    if isinstance(found, Confirmed):
        return found.move(moved)
    return found.move(moved, deadline=start)


def _ask_for_hold(work: Work, moved: Moved, now: datetime) -> None:
    """Plan what the kept hold makes necessary at the new time."""
    if not isinstance(moved, Confirmed) or not moved.terms.card_required:
        return
    hold = standing_hold(work.holds.of(moved.terms.id), now)
    newest = hold or next(iter(reversed(work.holds.of(moved.terms.id))), None)
    if newest is not None:
        until = (hold.until if hold is not None else None) or now
        policies = the_practice(work).policies
        work.outbox.plan(while_held(moved.terms, newest, until, policies, now))
