"""Seats of the waiting room, and what passes between them. May import statements, running, tables.

A signal's number is counted up in a row of its own, which stays locked until the commit: the next
one waits for it, so that numbers become visible in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.rooms import Seats, Signals
from teleconsult_core.seats import LEASE, Seat, Signal, mark
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import LIMIT, Compiler, Row, given
from teleconsult_sqlalchemy.tables import Tables


class SeatStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.seats
        its = t.c.appointment == given("its", t.c.appointment)
        his = sa.and_(its, t.c.role == given("his", t.c.role))
        alive = sa.and_(t.c.left_at.is_(None), t.c.last_seen > given("silent", t.c.last_seen))
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(his), lock=t)
        self.of = make.select(sa.select(t).where(its).order_by(t.c.role))
        self.keep = make.change(
            sa.update(t)
            .where(his, t.c.epoch == given("current", t.c.epoch), alive)
            .values(last_seen=given("now", t.c.last_seen))
        )
        self.stale = make.select(
            sa.select(t)
            .where(t.c.left_at.is_(None), t.c.last_seen < given("moment", t.c.last_seen))
            .order_by(t.c.last_seen, t.c.appointment, t.c.role)
            .limit(LIMIT)
        )
        said = tables.signal_numbers
        sitting = (
            sa.select(t.c.appointment, t.c.role, t.c.epoch, t.c.admitted_at, said.c.last)
            .select_from(t.outerjoin(said, said.c.appointment == t.c.appointment))
            .where(t.c.left_at.is_(None))
        )
        self.marks, self.mark = make.select(sitting), make.select(sitting.where(its))
        self.remove = make.change(sa.delete(t).where(its))


class SqlSeats:
    def __init__(self, run: Running, sql: SeatStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, appointment: AppointmentId, role: Role) -> Seat | None:
        row = self._run.one_locked(self._sql.get, its=appointment, his=role.value)
        return _seat_from(row) if row else None

    def of(self, appointment: AppointmentId) -> Sequence[Seat]:
        return [_seat_from(row) for row in self._run.rows(self._sql.of, its=appointment)]

    def put(self, seat: Seat) -> None:
        self._run.write(self._sql.put, _seat_row(seat))

    def keep(self, appointment: AppointmentId, role: Role, epoch: int, now: datetime) -> bool:
        his = {"its": appointment, "his": role.value, "current": epoch}
        return self._run.count(self._sql.keep, {**his, "now": now, "silent": now - LEASE}) > 0

    def stale(self, last_seen_before: datetime, limit: int) -> Sequence[Seat]:
        rows = self._run.rows(self._sql.stale, moment=last_seen_before, limit=limit)
        return [_seat_from(row) for row in rows]

    def marks(self) -> Mapping[AppointmentId, str]:
        return _marked(self._run.rows(self._sql.marks))

    def mark(self, appointment: AppointmentId) -> str:
        return _marked(self._run.rows(self._sql.mark, its=appointment)).get(appointment, "")

    def remove(self, appointment: AppointmentId) -> None:
        self._run.write(self._sql.remove, {"its": appointment})


def _marked(rows: Iterable[Row]) -> dict[AppointmentId, str]:
    sitting: dict[AppointmentId, list[tuple[str, int, bool]]] = {}
    said: dict[AppointmentId, int] = {}
    for row in rows:
        shown = (row["role"], row["epoch"], row["admitted_at"] is not None)
        sitting.setdefault(row["appointment"], []).append(shown)
        said[row["appointment"]] = row["last"] or 0
    return {room: mark(seats, said[room]) for room, seats in sitting.items()}


class SignalStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.signals
        its = t.c.appointment == given("its", t.c.appointment)
        his = t.c.addressee == given("his", t.c.addressee)
        self.number = make.counter(tables.signal_numbers, "last")
        self.append = make.append(t)
        self.after = make.select(
            sa.select(t).where(its, his, t.c.number > given("least", t.c.number))
            .order_by(t.c.number)
        )  # fmt: skip
        self.remove = make.change(sa.delete(t).where(its))


class SqlSignals:
    def __init__(self, run: Running, sql: SignalStatements) -> None:
        self._run, self._sql = run, sql

    def append(self, signal: Signal) -> int:
        rows = self._run.change(self._sql.number, appointment=signal.appointment)
        number = int(rows[0]["last"])
        self._run.write(self._sql.append, {**_signal_row(signal), "number": number})
        return number

    def after(self, appointment: AppointmentId, to: Role, number: int) -> Sequence[Signal]:
        rows = self._run.rows(self._sql.after, its=appointment, his=to.value, least=number)
        return [_signal_from(row) for row in rows]

    def remove(self, appointment: AppointmentId) -> None:
        self._run.write(self._sql.remove, {"its": appointment})


def _seat_row(seat: Seat) -> Row:
    return {
        "appointment": seat.appointment,
        "sequence": seat.sequence,
        "role": seat.role.value,
        "device": seat.device,
        "epoch": seat.epoch,
        "taken_at": seat.taken_at,
        "last_seen": seat.last_seen,
        "admitted_at": seat.admitted_at,
        "left_at": seat.left_at,
        "ended": seat.ended,
    }


def _seat_from(row: Row) -> Seat:
    return Seat(**{**row, "role": Role(row["role"])})


def _signal_row(signal: Signal) -> Row:
    return {
        "appointment": signal.appointment,
        "addressee": signal.to.value,
        "from_epoch": signal.from_epoch,
        "to_epoch": signal.to_epoch,
        "body": signal.body,
        "at": signal.at,
    }


def _signal_from(row: Row) -> Signal:
    return Signal(
        appointment=row["appointment"],
        to=Role(row["addressee"]),
        from_epoch=row["from_epoch"],
        to_epoch=row["to_epoch"],
        body=row["body"],
        at=row["at"],
        number=row["number"],
    )


if TYPE_CHECKING:
    _seats: type[Seats] = SqlSeats
    _signals: type[Signals] = SqlSignals
