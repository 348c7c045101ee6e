"""Seats, and what passes between them. May import the nouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.rooms import Seats, Signals
from teleconsult_core.seats import Seat, Signal, mark
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import SEATS, SIGNAL_NUMBERS, SIGNALS
from teleconsult_core.testing.fakes.shelves import BY_APPOINTMENT, Ordering


def _silence(seat: Seat) -> tuple[None, datetime] | None:
    return (None, seat.last_seen) if seat.left_at is None else None


_SILENT: Ordering[Seat] = Ordering(_silence)


class FakeSeats:
    def __init__(self, draft: Draft) -> None:
        self._kept, self._said = draft.shelf(SEATS), draft.shelf(SIGNAL_NUMBERS)

    def get(self, appointment: AppointmentId, role: Role) -> Seat | None:
        return self._kept.get((appointment, role))

    def of(self, appointment: AppointmentId) -> Sequence[Seat]:
        return sorted(self._kept.group(BY_APPOINTMENT, appointment), key=attrgetter("role"))

    def put(self, seat: Seat) -> None:
        self._kept.put((seat.appointment, seat.role), seat)

    def keep(self, appointment: AppointmentId, role: Role, epoch: int, now: datetime) -> bool:
        seat = self.get(appointment, role)
        if seat is None or seat.epoch != epoch or not seat.living(now):
            return False
        self.put(evolve(seat, last_seen=now))
        return True

    def stale(self, last_seen_before: datetime, limit: int) -> Sequence[Seat]:
        return self._kept.span(_SILENT, below=last_seen_before, limit=limit)

    def marks(self) -> Mapping[AppointmentId, str]:
        sitting: dict[AppointmentId, list[tuple[str, int, bool]]] = {}
        for seat in self._kept.span(_SILENT):
            shown = (seat.role.value, seat.epoch, seat.admitted_at is not None)
            sitting.setdefault(seat.appointment, []).append(shown)
        return {room: mark(seats, self._said.look(room) or 0) for room, seats in sitting.items()}

    def mark(self, appointment: AppointmentId) -> str:
        return self.marks().get(appointment, "")

    def remove(self, appointment: AppointmentId) -> None:
        for key in self._kept.keys(BY_APPOINTMENT, appointment):
            self._kept.remove(key)


class FakeSignals:
    def __init__(self, draft: Draft) -> None:
        self._kept, self._last = draft.shelf(SIGNALS), draft.shelf(SIGNAL_NUMBERS)

    def append(self, signal: Signal) -> int:
        self._last.lock(signal.appointment)
        number = (self._last.look(signal.appointment) or 0) + 1
        self._last.put(signal.appointment, number)
        self._kept.put((signal.appointment, number), evolve(signal, number=number))
        return number

    def after(self, appointment: AppointmentId, to: Role, number: int) -> Sequence[Signal]:
        said = self._kept.group(BY_APPOINTMENT, appointment)
        wanted = (one for one in said if one.to is to and one.number > number)
        return sorted(wanted, key=attrgetter("number"))

    def remove(self, appointment: AppointmentId) -> None:
        for key in self._kept.keys(BY_APPOINTMENT, appointment):
            self._kept.remove(key)


if TYPE_CHECKING:
    _seats: type[Seats] = FakeSeats
    _signals: type[Signals] = FakeSignals
