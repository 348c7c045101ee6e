"""What the use cases of the waiting room share. Not a use case; asked inside a unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.people import Role
from teleconsult_core.seats import Seat, moment
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.door import closes_at, other_of
from teleconsult_core.use_cases.record import the_practice


@frozen
class Seats:
    """Both seats of a room as they were last written; `other` only if it is of this time."""

    mine: Seat | None
    other: Seat | None
    moment: int
    """As `seats.moment` says."""

    def who_else(self, now: datetime) -> Seat | None:
        """The other one's seat, if somebody sits there."""
        return self.other if self.other and self.other.living(now) else None


def seats_of(work: Work, found: Appointment, role: Role) -> Seats:
    sequence, both = found.terms.sequence, {s.role: s for s in work.seats.of(found.terms.id)}
    other = both.get(other_of(role))
    of_this_time = other is not None and other.sequence == sequence
    return Seats(
        both.get(role), other if of_this_time else None, moment(both.values(), sequence=sequence)
    )


def ended_for(work: Work, found: Appointment, seat: Seat | None, epoch: int, now: datetime) -> bool:
    """Whether the room is over for whoever holds `epoch`: decided, moved, called off, too late."""
    if seat and seat.epoch == epoch and (seat.ended or seat.sequence != found.terms.sequence):
        return True
    return over(work, found, now)


def over(work: Work, found: Appointment, now: datetime) -> bool:
    """Whether nobody may be in the room any more."""
    if not isinstance(found, Confirmed):
        return True
    return now >= closes_at(found.terms, the_practice(work))


def note_left(work: Work, seat: Seat, at: datetime) -> None:
    """Once for each stay: whoever comes next finds it noted."""
    if seat.left_at is None:
        left = Attendance(seat.appointment, at, seat.role, Seen.LEFT, seat.device)
        work.attendance.add(left)


def anybody(seats: Iterable[Seat]) -> bool:
    """Whether a seat is not known to be empty."""
    return any(seat.left_at is None for seat in seats)
