"""See the room as it is now, from one's own seat. Looking changes nothing, and locks nothing."""

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
    """One's own seat, the other's if somebody sits there, and whether it is over for both.

    Of two answers the one with the smaller `moment` is the older one (`seats.moment`).
    """

    seat: Seat | None
    other: Seat | None
    ended: bool
    moment: int


def see_room(
    ports: Ports, *, appointment: AppointmentId, by: Actor, epoch: int, now: datetime
) -> Room | NotFound | SeatLost:
    """For whoever holds the seat of `epoch`."""
    with ports.open_work(writing=False) as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        both, sequence = seats_of(work, found, by.role), found.terms.sequence
        mine, ended = both.mine, ended_for(work, found, both.mine, epoch, now)
    if ended:
        return Room(mine, other=None, ended=True, moment=both.moment)
    if refusal := lost(mine, sequence=sequence, epoch=epoch, now=now):
        return refusal
    return Room(mine, both.who_else(now), ended=False, moment=both.moment)
