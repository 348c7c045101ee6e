"""Who sits in the built-in waiting room, and what two browsers tell each other through it.

May import checks, ids, people, refusals. A room has two seats, one for each role. A seat is held
by one device at a time, on a lease that its heartbeats extend. Whoever takes a seat raises its
`epoch`; what was said in an older epoch is nobody's. A seat is worth something for the time it was
taken for: a move (`sequence`) makes it worthless.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.refusals import BadInput, NotAdmitted, SeatLost, SeatTaken

HEARTBEAT = timedelta(seconds=5)
"""How often whoever sits is expected to say so."""
LEASE = timedelta(seconds=15)
"""How long a seat is kept for a device that says nothing: a killed browser never says goodbye."""
LONGEST_SIGNAL = 64 * 1024
"""Bytes of UTF-8."""


@frozen
class Seat:
    """One place in one room. It stays when it is empty, so that no epoch is ever used twice."""

    appointment: AppointmentId
    sequence: int
    role: Role
    device: str
    epoch: int
    taken_at: datetime
    last_seen: datetime
    admitted_at: datetime | None = None
    """Since when whoever sits here may talk; a patient waits until then."""
    left_at: datetime | None = None
    """When it became empty, once that is noted; a lease may have ended before."""
    ended: bool = False
    """Whether the practitioner ended the consultation while this was the seat."""

    @property
    def free_at(self) -> datetime:
        """When another device may take it, if nothing is heard of this one."""
        return self.last_seen + LEASE

    def living(self, now: datetime) -> bool:
        return self.left_at is None and now < self.free_at

    def talking(self, now: datetime) -> bool:
        return self.living(now) and self.admitted_at is not None

    def seen(self, now: datetime) -> Seat:
        return evolve(self, last_seen=max(now, self.last_seen))

    def admitted(self, now: datetime) -> Seat:
        return evolve(self, admitted_at=self.admitted_at or now)

    def left(self, at: datetime) -> Seat:
        return evolve(self, left_at=at)

    def closed(self, now: datetime) -> Seat:
        """Ended by the practitioner: whoever comes back needs a new admission."""
        return evolve(self, left_at=self.left_at or now, admitted_at=None, ended=True)


@frozen
class Signal:
    """What one browser tells the other; we do not read it. It is between two epochs only."""

    appointment: AppointmentId
    to: Role
    from_epoch: int
    to_epoch: int
    body: str = field(repr=False)
    at: datetime
    number: int = 0
    """By appointment, from 1 and without gaps, given when it is kept."""

    @body.validator
    def _short(self, _: object, value: Any) -> None:
        if not isinstance(value, str) or len(value.encode()) > LONGEST_SIGNAL:
            raise BadInput("body", value, f"a text of at most {LONGEST_SIGNAL} bytes")


def take(
    seat: Seat | None,
    *,
    appointment: AppointmentId,
    sequence: int,
    role: Role,
    device: str,
    now: datetime,
) -> Seat | SeatTaken:
    """The seat as `device` has it from now on, or until when another of the same person has it.

    The same device comes back at once and stays admitted. Another one waits for the end of the
    lease, and a patient's needs a new admission. The practitioner is admitted by coming.
    """
    if seat is not None and seat.sequence != sequence:
        seat = evolve(seat, sequence=sequence, left_at=now, admitted_at=None)
    if seat is not None and seat.device != device and seat.living(now):
        return SeatTaken(free_at=seat.free_at)
    stays = seat is not None and seat.device == device
    before = seat.admitted_at if seat is not None and stays else None
    return Seat(
        appointment=appointment,
        sequence=sequence,
        role=role,
        device=device,
        epoch=seat.epoch + 1 if seat else 1,
        taken_at=now,
        last_seen=now,
        admitted_at=before or (now if role is Role.PRACTITIONER else None),
    )


def mark(seats: Iterable[tuple[str, int, bool]], said: int) -> str:
    """What tells one moment of a room from another: (role, epoch, admitted) of who sits there."""
    sitting = (
        f"{role}{epoch}{'+' if admitted else '-'}" for role, epoch, admitted in sorted(seats)
    )
    return f"{' '.join(sitting)} {said}"


def moment(seats: Iterable[Seat], *, sequence: int) -> int:
    """How far a room has come: larger after every coming, admission and going, and never smaller.

    Two answers about one room may overtake each other on their way; the smaller one is old. Of a
    heartbeat or a signal it knows nothing, and nothing of a lease that runs out before that is
    noted: a heartbeat may be on its way that was in time.
    """
    return sum(3 * seat.epoch + _come_to(seat, sequence) for seat in seats)


def _come_to(seat: Seat, sequence: int) -> int:
    """Within one epoch: sitting, admitted, gone."""
    if seat.sequence != sequence or seat.left_at is not None:
        return 2
    return 1 if seat.admitted_at is not None else 0


def lost(seat: Seat | None, *, sequence: int, epoch: int, now: datetime) -> SeatLost | None:
    """Why whoever holds `epoch` does not sit there any more, or None."""
    if seat is None or seat.sequence != sequence or seat.epoch != epoch or not seat.living(now):
        return SeatLost(epoch=epoch)
    return None


def cannot_signal(
    mine: Seat | None,
    other: Seat | None,
    *,
    epoch: int,
    to_epoch: int,
    sequence: int,
    now: datetime,
) -> SeatLost | NotAdmitted | None:
    """Why nothing passes from one seat to the other, or None: both sit, both are admitted."""
    for seat, named in ((mine, epoch), (other, to_epoch)):
        if refusal := lost(seat, sequence=sequence, epoch=named, now=now):
            return refusal
        if seat is not None and not seat.talking(now):
            return NotAdmitted(role=seat.role.value)
    return None
