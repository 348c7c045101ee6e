"""Keep one's seat, every few seconds, and see the room as it is now.

What is asked often must be cheap: one look, which locks nothing, and one write of one row.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, SeatLost
from teleconsult_core.use_cases.see_room import Room, see_room


def keep_seat(
    ports: Ports, *, appointment: AppointmentId, by: Actor, epoch: int, now: datetime
) -> Room | NotFound | SeatLost:
    """The seat of `epoch` lives on from `now`; one that is lost must be taken again."""
    seen = see_room(ports, appointment=appointment, by=by, epoch=epoch, now=now)
    if not isinstance(seen, Room) or seen.ended:
        return seen
    with ports.open_work() as work:
        kept = work.seats.keep(appointment, by.role, epoch, now)
        work.commit()
    if not kept or seen.seat is None:
        return SeatLost(epoch=epoch)
    return evolve(seen, seat=seen.seat.seen(now))
