"""Keep one's seat, every few seconds, and see the room as it is now.

What is asked often must be cheap: one look, which locks nothing, and one write of one row. Many
who beat at the same time are kept in one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, SeatLost
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.see_room import Room, see_room

Kept = Room | NotFound | SeatLost


@frozen
class Beat:
    """Somebody says that he is still there."""

    appointment: AppointmentId
    by: Actor
    epoch: int
    at: datetime


def keep_seat(
    ports: Ports, *, appointment: AppointmentId, by: Actor, epoch: int, now: datetime
) -> Kept:
    """The seat of `epoch` lives on from `now`; one that is lost must be taken again."""
    (kept,) = keep_seats(ports, beats=[Beat(appointment, by, epoch, now)])
    return kept


def keep_seats(ports: Ports, *, beats: Sequence[Beat]) -> tuple[Kept, ...]:
    """What `keep_seat` says to each, in their order."""
    seen = [
        see_room(ports, appointment=one.appointment, by=one.by, epoch=one.epoch, now=one.at)
        for one in beats
    ]
    if not any(isinstance(room, Room) and not room.ended for room in seen):
        return tuple(seen)
    kept = list(seen)
    with ports.open_work() as work:
        for at in in_one_order(beats):
            kept[at] = _kept(work, beats[at], seen[at])
        work.commit()
    return tuple(kept)


def in_one_order(beats: Sequence[Beat]) -> list[int]:
    """Their places, as they are written.

    Rows are locked in the same order by everybody, or two would wait for each other.
    """
    return sorted(
        range(len(beats)), key=lambda at: (beats[at].appointment, beats[at].by.role.value)
    )


def _kept(work: Work, beat: Beat, seen: Kept) -> Kept:
    if not isinstance(seen, Room) or seen.ended:
        return seen
    kept = work.seats.keep(beat.appointment, beat.by.role, beat.epoch, beat.at)
    if not kept or seen.seat is None:
        return SeatLost(epoch=beat.epoch)
    return evolve(seen, seat=seen.seat.seen(beat.at))
