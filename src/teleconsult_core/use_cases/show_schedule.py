"""Look at a practitioner's hours, as they are and as they would be. Reading only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import HoursOverlap, NotFound, NotYours, Outdated
from teleconsult_core.schedules import DatedException, OpeningHours, Schedule
from teleconsult_core.use_cases.changing_schedule import (
    ScheduleView,
    view_of,
    with_exceptions,
    with_hours,
)
from teleconsult_core.use_cases.permissions import not_their_practitioner, not_theirs_to_change


def show_schedule(
    ports: Ports, *, practitioner: PractitionerId, by: Actor, now: datetime
) -> ScheduleView | NotFound | NotYours:
    """The schedule as it is, and the appointments that lie outside it."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = work.clinic.schedule(practitioner)
        if found is None:
            return NotFound(what="schedule of practitioner", id=practitioner)
        return view_of(work, found, now)


def preview_opening_hours(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    hours: Sequence[OpeningHours],
    based_on: str,
    by: Actor,
    now: datetime,
) -> ScheduleView | NotFound | NotYours | Outdated | HoursOverlap:
    """What `change_opening_hours` would answer; nothing is kept."""
    if refusal := not_theirs_to_change(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = work.clinic.schedule(practitioner)
        if found is None:
            return NotFound(what="schedule of practitioner", id=practitioner)
        changed = with_hours(found, hours, based_on)
        return view_of(work, changed, now) if isinstance(changed, Schedule) else changed


def preview_exceptions(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    exceptions: Sequence[DatedException],
    based_on: str,
    by: Actor,
    now: datetime,
) -> ScheduleView | NotFound | NotYours | Outdated | HoursOverlap:
    """What `change_exceptions` would answer; nothing is kept."""
    if refusal := not_theirs_to_change(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = work.clinic.schedule(practitioner)
        if found is None:
            return NotFound(what="schedule of practitioner", id=practitioner)
        changed = with_exceptions(found, exceptions, based_on, now)
        return view_of(work, changed, now) if isinstance(changed, Schedule) else changed
