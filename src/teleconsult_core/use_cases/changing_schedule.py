"""A schedule with other hours, and what that does not move. Not a use case: part of those that do.

Appointments already made stay where they are. Whoever changes a schedule is told which of them lie
outside it now, so that a person can move or cancel them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from teleconsult_core.appointments import Appointment, has_lapsed
from teleconsult_core.availability import outside_hours
from teleconsult_core.opening_rules import check_exceptions, check_hours
from teleconsult_core.refusals import HoursOverlap, Outdated
from teleconsult_core.schedules import DatedException, OpeningHours, Schedule
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval, zone
from teleconsult_core.versions import version

AHEAD = timedelta(days=10 * 366)
"""How far ahead appointments are looked for; nobody books further."""
KEPT = timedelta(days=366)
"""How long a day that differed is remembered; figures of weeks that are over count with it."""


@frozen
class ScheduleView:
    """A schedule, and the appointments to come that lie outside it: no change moves them."""

    schedule: Schedule
    outside: tuple[Appointment, ...]


def view_of(work: Work, schedule: Schedule, now: datetime) -> ScheduleView:
    seen = work.appointments.blocking(schedule.practitioner, Interval(now, now + AHEAD))
    outside = (
        one
        for one in seen
        if one.terms.start > now and not has_lapsed(one, now) and _outside(schedule, one)
    )
    return ScheduleView(schedule, tuple(sorted(outside, key=lambda one: one.terms.start)))


def with_hours(
    schedule: Schedule, hours: Sequence[OpeningHours], based_on: str
) -> Schedule | Outdated | HoursOverlap:
    """`schedule` with these weekly hours; the same hours again change nothing."""
    if schedule.hours == tuple(hours):
        return schedule
    if based_on != version(schedule.hours):
        return Outdated(what="opening hours", id=schedule.practitioner)
    if overlap := check_hours(hours, schedule.hours):
        return overlap
    return evolve(schedule, hours=tuple(hours), edited=schedule.edited | {"hours"})


def with_exceptions(
    schedule: Schedule, exceptions: Sequence[DatedException], based_on: str, now: datetime
) -> Schedule | Outdated | HoursOverlap:
    """`schedule` with these exceptions; of those that stood, the ones long over are forgotten.

    What is new is judged before anything is forgotten: a day that has passed is told, not lost.
    """
    today = now.astimezone(zone(schedule.zone)).date()
    wanted = tuple(one for one in exceptions if one.day >= today - KEPT)
    if based_on != version(schedule.exceptions):  # said again, or too late
        late = Outdated(what="exceptions", id=schedule.practitioner)
        return schedule if schedule.exceptions == wanted else late
    if overlap := check_exceptions(exceptions, schedule.exceptions, today):
        return overlap
    if schedule.exceptions == wanted:
        return schedule
    return evolve(schedule, exceptions=wanted, edited=schedule.edited | {"exceptions"})


def _outside(schedule: Schedule, appointment: Appointment) -> bool:
    terms = appointment.terms
    return outside_hours(schedule, terms.mode, Interval(terms.start, terms.end))
