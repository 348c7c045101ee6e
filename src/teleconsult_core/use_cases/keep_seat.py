"""Keep one's seat, every few seconds, and see the room as it is now.

What is asked often must be cheap: one look, which locks nothing, and one write of one row.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, SeatLost
from teleconsult_core.seats import Seat, lost
from teleconsult_core.use_cases.door import their_appointment
from teleconsult_core.use_cases.seating import ended_for, seats_of


@frozen
class Room:
    """One's own seat, the other's if somebody sits there, and whether it is over for both."""

    seat: Seat | None
    other: Seat | None
    ended: bool


def keep_seat(
    ports: Ports, *, appointment: AppointmentId, by: Actor, epoch: int, now: datetime
) -> Room | NotFound | SeatLost:
    """The seat of `epoch` lives on from `now`; one that is lost must be taken again."""
    with ports.open_work(writing=False) as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        both, sequence = seats_of(work, found, by.role), found.terms.sequence
        mine, ended = both.mine, ended_for(work, found, both.mine, epoch, now)
    if ended:
        return Room(mine, other=None, ended=True)
    if refusal := lost(mine, sequence=sequence, epoch=epoch, now=now):
        return refusal
    with ports.open_work() as work:
        kept = work.seats.keep(appointment, by.role, epoch, now)
        work.commit()
    if not kept or mine is None:
        return SeatLost(epoch=epoch)
    return Room(mine.seen(now), both.who_else(now), ended=False)
