"""Change the days on which a practitioner is closed, or open at other hours: all of them at once.

As with weekly hours, who changes them says what he saw, and the time that opens is simply offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import HoursOverlap, NotFound, NotYours, Outdated
from teleconsult_core.schedules import DatedException, Schedule
from teleconsult_core.use_cases.changing_schedule import ScheduleView, view_of, with_exceptions
from teleconsult_core.use_cases.permissions import not_theirs_to_change


def change_exceptions(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    exceptions: Sequence[DatedException],
    based_on: str,
    by: Actor,
    now: datetime,
) -> ScheduleView | NotFound | NotYours | Outdated | HoursOverlap:
    """Keep these exceptions and no others; appointments that fall outside stay, and are named.

    Raises `BadInput` for a day that has passed, or is both closed and open in one mode.
    """
    if refusal := not_theirs_to_change(practitioner, by):
        return refusal
    with ports.open_work() as work:
        found = work.clinic.schedule_to_change(practitioner)
        if found is None:
            return NotFound(what="schedule of practitioner", id=practitioner)
        changed = with_exceptions(found, exceptions, based_on, now)
        if not isinstance(changed, Schedule):
            return changed
        view = view_of(work, changed, now)
        if changed != found:
            work.clinic.put_schedule(changed)
            detail = f"{len(changed.exceptions)} days, {len(view.outside)} appointments outside"
            work.audit.add(AuditEntry(now, by, "exceptions", practitioner, detail=detail))
            work.commit()
    return view
