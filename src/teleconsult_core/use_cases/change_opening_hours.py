"""Change the weekly opening hours of one practitioner: all of them at once, from what was seen.

Who changes them says what he saw (`based_on`, the `version` of the hours), so that of two windows
none undoes the other unseen. Time that opens is offered to everybody, like time of which somebody
says that he is there again; the waiting list is asked when an appointment is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import HoursOverlap, NotFound, NotYours, Outdated
from teleconsult_core.schedules import OpeningHours, Schedule
from teleconsult_core.use_cases.changing_schedule import ScheduleView, view_of, with_hours
from teleconsult_core.use_cases.permissions import not_theirs_to_change


def change_opening_hours(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    hours: Sequence[OpeningHours],
    based_on: str,
    by: Actor,
    now: datetime,
) -> ScheduleView | NotFound | NotYours | Outdated | HoursOverlap:
    """Keep these hours and no others; appointments outside them stay, and are named.

    Raises `BadInput` for hours that are none: no day, no mode, an end before its beginning.
    """
    if refusal := not_theirs_to_change(practitioner, by):
        return refusal
    with ports.open_work() as work:
        found = work.clinic.schedule_to_change(practitioner)
        if found is None:
            return NotFound(what="schedule of practitioner", id=practitioner)
        changed = with_hours(found, hours, based_on)
        if not isinstance(changed, Schedule):
            return changed
        view = view_of(work, changed, now)
        if changed != found:
            work.clinic.put_schedule(changed)
            detail = f"{len(changed.hours)} rows, {len(view.outside)} appointments outside"
            work.audit.add(AuditEntry(now, by, "opening hours", practitioner, detail=detail))
            work.commit()
    return view
