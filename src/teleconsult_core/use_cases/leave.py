"""Leave the room, or report that entering it failed: both are evidence of who was there."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound
from teleconsult_core.use_cases.door import their_appointment


def leave(
    ports: Ports, *, appointment: AppointmentId, by: Actor, device: str, now: datetime
) -> Attendance | NotFound:
    """`by` left the room; leaving twice is leaving once as far as the record is judged."""
    return _seen(ports, appointment, by, Seen.LEFT, device, now)


def report_trouble(
    ports: Ports, *, appointment: AppointmentId, by: Actor, device: str, now: datetime
) -> Attendance | NotFound:
    """`by` tried to come in and could not: no camera, no network, blocked by the browser."""
    return _seen(ports, appointment, by, Seen.TROUBLE, device, now)


def _seen(
    ports: Ports,
    appointment: AppointmentId,
    by: Actor,
    seen: Seen,
    device: str,
    now: datetime,
) -> Attendance | NotFound:
    with ports.open_work() as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        event = Attendance(appointment, now, by.role, seen, device)
        work.attendance.add(event)
        work.commit()
    return event
