"""What of the practitioner's time is taken, inside a unit of work. Not a use case of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.appointments import AwaitingConfirmation, Lapsed, Reserved, has_lapsed
from teleconsult_core.availability import Reason, occupied, offered, why_not
from teleconsult_core.ids import AppointmentId, PractitionerId, VisitTypeId
from teleconsult_core.people import SYSTEM, Practitioner
from teleconsult_core.refusals import ModeNotOffered, NotFound, SlotNotOffered, SlotTaken
from teleconsult_core.schedules import Offer, Schedule, Unavailability, VisitType
from teleconsult_core.slots import Mode, Modes, Slot
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.holding import let_go
from teleconsult_core.use_cases.record import give_up_offer, record_change

AROUND = timedelta(days=1)
"""How far around a slot is looked for what overlaps it; longer than any appointment."""


@frozen
class Bookable:
    """A practitioner's visit type with the schedule it is offered in."""

    practitioner: Practitioner
    schedule: Schedule
    visit_type: VisitType


def find_bookable(
    work: Work, practitioner: PractitionerId, visit_type: VisitTypeId
) -> Bookable | NotFound:
    found = work.clinic.practitioner(practitioner)
    if found is None:
        return NotFound(what="practitioner", id=practitioner)
    kind = work.clinic.visit_type(visit_type)
    if kind is None or kind.practitioner != practitioner:
        return NotFound(what="visit type", id=visit_type)
    schedule = work.clinic.schedule(practitioner)
    if schedule is None:
        return NotFound(what="schedule of practitioner", id=practitioner)
    return Bookable(found, schedule, kind)


def offer_in(visit_type: VisitType, mode: Mode) -> Offer | ModeNotOffered:
    offer = visit_type.offers.get(mode)
    return offer if offer else ModeNotOffered(visit_type=visit_type.name, mode=mode.value)


def taken_in(
    work: Work, practitioner: PractitionerId, window: Interval, now: datetime
) -> list[Interval]:
    """Blocked times that overlap `window`; a reservation past its deadline blocks nothing."""
    return [
        appointment.terms.blocked
        for appointment in work.appointments.blocking(practitioner, window)
        if not has_lapsed(appointment, now)
    ]


def free_lapsed(work: Work, practitioner: PractitionerId, window: Interval, now: datetime) -> None:
    """Put down as lapsed what has lapsed in `window`, so that storage lets the slot go.

    The freed time is about to be booked, so the waiting list is not asked.
    """
    for seen in work.appointments.blocking(practitioner, window):
        if not has_lapsed(seen, now):
            continue
        # Locked and looked at again: he may be confirming it at this very moment.
        appointment = work.appointments.get(seen.terms.id)
        if isinstance(appointment, Reserved | AwaitingConfirmation):
            lapsed = appointment.lapse(now)
            if isinstance(lapsed, Lapsed):
                record_change(work, appointment, lapsed, actor=SYSTEM, now=now)
                let_go(work, work.holds.of(appointment.terms.id), reason="lapsed", now=now)
                give_up_offer(work, appointment.terms)


def slots_between(
    work: Work, what: Bookable, window: Interval, now: datetime, modes: Modes | None = None
) -> tuple[Slot, ...]:
    """The slots offered in `window`."""
    around = Interval(window.start - AROUND, window.end + AROUND)
    practitioner = what.practitioner.id
    return offered(
        what.schedule,
        what.visit_type,
        taken=taken_in(work, practitioner, around, now),
        unavailable=work.unavailabilities.between(practitioner, around),
        window=window,
        now=now,
        modes=modes,
    )


def slot_problem(
    work: Work,
    what: Bookable,
    mode: Mode,
    start: datetime,
    now: datetime,
    *,
    except_for: AppointmentId | None = None,
    waived: frozenset[Reason] = frozenset(),
) -> SlotNotOffered | SlotTaken | None:
    """Why `start` cannot be booked, or None.

    `except_for` is an appointment whose own time counts as free (it is being moved); `waived`
    are reasons a practitioner may overrule in his own agenda.
    """
    around = Interval(start - AROUND, start + AROUND)
    practitioner = what.practitioner.id
    taken = [
        appointment.terms.blocked
        for appointment in work.appointments.blocking(practitioner, around)
        if appointment.terms.id != except_for and not has_lapsed(appointment, now)
    ]
    unavailable: list[Unavailability] = list(work.unavailabilities.between(practitioner, around))
    offer = what.visit_type.offers.get(mode)
    verdict = why_not(
        what.schedule,
        what.visit_type,
        mode,
        start,
        taken=taken,
        unavailable=unavailable,
        now=now,
    )
    if verdict is not None and verdict.reason in waived and offer is not None:
        # Only that reason is overruled; being away or taken is asked all the same.
        verdict = occupied(
            what.visit_type, mode, offer, start, taken=taken, unavailable=unavailable
        )
    if verdict is None:
        return None
    if verdict.reason is Reason.TAKEN and offer is not None:
        return SlotTaken(start=start, end=start + timedelta(minutes=offer.duration))
    return SlotNotOffered(start=start, mode=mode.value, reason=verdict.reason.value)
