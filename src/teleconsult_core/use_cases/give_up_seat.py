"""Leave the waiting room: the seat is free at once, for another device too."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, SeatLost
from teleconsult_core.seats import Seat
from teleconsult_core.use_cases.door import their_appointment
from teleconsult_core.use_cases.seating import note_left


def give_up_seat(
    ports: Ports, *, appointment: AppointmentId, by: Actor, epoch: int, now: datetime
) -> Seat | NotFound | SeatLost:
    """Leaving twice is leaving once; whoever holds an older epoch sends nobody away."""
    with ports.open_work() as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        seat = work.seats.get(appointment, by.role)
        if seat is None or seat.epoch != epoch:
            return SeatLost(epoch=epoch)
        if seat.left_at is not None:
            return seat
        at = now if seat.living(now) else seat.last_seen
        note_left(work, seat, at)
        left = seat.left(at)
        work.seats.put(left)
        work.commit()
    return left
