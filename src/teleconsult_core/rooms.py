"""What is kept of the built-in waiting room: its seats, and what passes between them.

May import ids, people, seats. Two of the stores of a unit of work (`stores`). A room is locked by
its appointment's row, as everything that hangs on an appointment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.seats import Seat, Signal


class Seats(Protocol):
    """One per appointment and role."""

    def get(self, appointment: AppointmentId, role: Role) -> Seat | None: ...
    def of(self, appointment: AppointmentId) -> Sequence[Seat]:
        """By role."""
        ...

    def put(self, seat: Seat) -> None: ...
    def keep(self, appointment: AppointmentId, role: Role, epoch: int, now: datetime) -> bool:
        """A heartbeat, in one write: `last_seen` is `now`, if the seat lives in this epoch."""
        ...

    def stale(self, last_seen_before: datetime, limit: int) -> Sequence[Seat]:
        """Seats of which nobody has noted yet that they are empty, longest silent first."""
        ...

    def marks(self) -> Mapping[AppointmentId, str]:
        """Of each room in which somebody sits, a mark that is another one after whatever happens.

        A seat taken, left or admitted changes it, and a signal; a heartbeat does not. Rooms in
        which nobody sits have none. Marks of different stores mean nothing to each other.
        """
        ...

    def mark(self, appointment: AppointmentId) -> str:
        """That of one room, as `marks` gives it; "" when nobody sits there."""
        ...

    def remove(self, appointment: AppointmentId) -> None: ...


class Signals(Protocol):
    def append(self, signal: Signal) -> int:
        """Keep it under the next number of its appointment, which is given.

        Numbers become visible in their order: whoever sees one misses none before it.
        """
        ...

    def after(self, appointment: AppointmentId, to: Role, number: int) -> Sequence[Signal]:
        """What was said to `to` after `number`, by number."""
        ...

    def remove(self, appointment: AppointmentId) -> None:
        """Forget what was said; the numbers go on."""
        ...
