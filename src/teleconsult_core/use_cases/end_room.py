"""End the consultation for both. For the practitioner alone; what it costs is decided apart."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.seats import Seat
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.door import their_appointment
from teleconsult_core.use_cases.permissions import not_its_practitioner
from teleconsult_core.use_cases.record import note
from teleconsult_core.use_cases.seating import note_left


def end_room(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> tuple[Seat, ...] | NotFound | NotYours:
    """Both seats, closed, and nothing left of what was said. Ending twice is ending once.

    It may be opened again while the door is open: the patient then waits once more.
    """
    with ports.open_work() as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        if refusal := not_its_practitioner(found, by):
            return refusal
        seats = tuple(_closed(work, seat, now) for seat in work.seats.of(appointment))
        work.signals.remove(appointment)
        note(work, found, action="end", actor=by, now=now)
        work.commit()
    return seats


def _closed(work: Work, seen: Seat, now: datetime) -> Seat:
    seat = work.seats.get(seen.appointment, seen.role) or seen  # locked: it may just be kept
    at = now if seat.living(now) else seat.last_seen
    note_left(work, seat, at)
    closed = seat.closed(at)
    work.seats.put(closed)
    return closed
