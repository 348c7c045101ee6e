"""Take a seat in the built-in waiting room (S2, S3, S18): the door, and one device for a person.

Entering is on the record as with `join`. A device that fell silent is noted as having left when
it was last heard of. Whatever was said before is thrown away: it was between other epochs.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Confirmed
from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import SeatTaken
from teleconsult_core.seats import Seat, take
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.door import NotEntered, may_enter
from teleconsult_core.use_cases.record import note
from teleconsult_core.use_cases.seating import note_left, seats_of

NotSeated = NotEntered | SeatTaken


@frozen
class Seated:
    """One person's seat, the other's if somebody sits there now, and the room's `moment`."""

    appointment: Confirmed
    role: Role
    seat: Seat
    other: Seat | None
    moment: int


def take_seat(
    ports: Ports, *, appointment: AppointmentId, by: Actor, device: str, now: datetime
) -> Seated | NotSeated:
    """Sit down as `device`; the practitioner is admitted by that, the patient waits.

    The same device comes back at once. `device` is a secret of one browser: whoever knows it has
    its seat.
    """
    with ports.open_work() as work:
        found = may_enter(work, appointment, by, now)
        if not isinstance(found, Confirmed):
            return found
        before = work.seats.get(appointment, by.role)
        seat = take(
            before, appointment=appointment, sequence=found.terms.sequence, role=by.role,
            device=device, now=now,
        )  # fmt: skip
        if isinstance(seat, SeatTaken):
            return seat
        if before is not None and not _the_same_stay(before, seat, now):
            note_left(work, before, before.last_seen)
        _sit_down(work, seat, now)
        note(work, found, action="join", actor=by, now=now)
        seats = seats_of(work, found, by.role)
        work.commit()
    return Seated(found, by.role, seat, seats.who_else(now), seats.moment)


def _the_same_stay(before: Seat, seat: Seat, now: datetime) -> bool:
    """A page that was loaded again: nobody left."""
    return before.living(now) and before.sequence == seat.sequence


def _sit_down(work: Work, seat: Seat, now: datetime) -> None:
    work.seats.put(seat)
    work.signals.remove(seat.appointment)
    entered = Attendance(seat.appointment, now, seat.role, Seen.ENTERED, seat.device)
    work.attendance.add(entered)
