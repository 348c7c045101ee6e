"""Read what the other browser said, from where one was. Looking changes nothing."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotAdmitted, NotFound, RoomEnded, SeatLost
from teleconsult_core.seats import Signal, lost
from teleconsult_core.use_cases.door import their_appointment
from teleconsult_core.use_cases.seating import ended_for, seats_of


def read_signals(
    ports: Ports, *, appointment: AppointmentId, by: Actor, epoch: int, after: int, now: datetime
) -> tuple[Signal, ...] | NotFound | RoomEnded | SeatLost | NotAdmitted:
    """What was said to this very seat after the number `after`, by number; none is missing."""
    with ports.open_work(writing=False) as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        mine = seats_of(work, found, by.role).mine
        if ended_for(work, found, mine, epoch, now):
            return RoomEnded()
        if refusal := lost(mine, sequence=found.terms.sequence, epoch=epoch, now=now):
            return refusal
        if mine is not None and not mine.talking(now):
            return NotAdmitted(role=mine.role.value)
        said = work.signals.after(appointment, by.role, after)
    return tuple(signal for signal in said if signal.to_epoch == epoch)
