"""Holds, operations, consents and the ledger. May import mapping, statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.consents import ConsentRecord
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId, HoldId, HoldRef, OperationId, PractitionerId
from teleconsult_core.ledger import Entry
from teleconsult_core.payments import Operation
from teleconsult_core.queues import Operations
from teleconsult_core.stores import Consents, Holds, Ledger
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.claiming import Clock, asked, claiming
from teleconsult_sqlalchemy.mapping_payments import (
    consent_from,
    consent_row,
    entry_from,
    entry_row,
    hold_from,
    hold_row,
    operation_from,
    operation_row,
)
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import LIMIT, Compiler, Row, among, constant, given
from teleconsult_sqlalchemy.tables import Tables
from teleconsult_sqlalchemy.tables_money import TAKING_STATES, WAITING_HOLDS


class HoldStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t, appointments = tables.holds, tables.appointments
        every = sa.select(t)
        waiting = among(t.c.state, WAITING_HOLDS)
        self.put = make.upsert(t)
        self.get = make.select(every.where(t.c.id == given("id", t.c.id)), lock=t)
        self.by_ref = make.select(every.where(t.c.ref == given("ref", t.c.ref)))
        self.of = make.select(
            every.where(t.c.appointment == given("appointment", t.c.appointment))
            .order_by(t.c.attempt)
        )  # fmt: skip
        self.lapsing = make.select(
            every.where(
                waiting, t.c.state == constant("held"), t.c.until <= given("end", t.c.until)
            )
            .order_by(t.c.until, t.c.id)
            .limit(LIMIT)
        )
        self.left_over = make.select(
            every.select_from(t.outerjoin(appointments, appointments.c.id == t.c.appointment))
            .where(waiting, sa.or_(_over_for_nothing(appointments), _followed(t)))
            .order_by(t.c.placed_at, t.c.id)
            .limit(LIMIT)
        )
        self.of_practitioner = make.select(
            every.join(appointments, appointments.c.id == t.c.appointment)
            .where(appointments.c.practitioner == given("practitioner", t.c.id))
            .order_by(t.c.placed_at, t.c.id)
        )
        self.placed_since = make.select(
            every.where(t.c.placed_at >= given("moment", t.c.placed_at))
            .order_by(t.c.placed_at, t.c.id)
        )  # fmt: skip


def _over_for_nothing(appointments: sa.Table) -> sa.ColumnElement[bool]:
    """The hold's appointment is forgotten, lapsed, or over without a charge."""
    a = appointments.c
    nothing = sa.and_(
        among(a.state, ("cancelled", "completed", "no-show")), a.amount_minor == constant(0)
    )
    return sa.or_(a.id.is_(None), a.state == constant("lapsed"), nothing)


def _followed(t: sa.Table) -> sa.ColumnElement[bool]:
    """A later hold of the same appointment stands, or was taken."""
    later = t.alias("later")
    stands = among(later.c.state, ("held", *TAKING_STATES))
    return sa.exists().where(
        later.c.appointment == t.c.appointment, later.c.attempt > t.c.attempt, stands
    )


class SqlHolds:
    def __init__(self, run: Running, sql: HoldStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: HoldId) -> CardHold | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return hold_from(row) if row else None

    def put(self, hold: CardHold) -> None:
        # Only a hold whose money is taken can be one too many.
        write = self._run.write_now if hold.state.value in TAKING_STATES else self._run.write
        write(self._sql.put, hold_row(hold))

    def by_ref(self, ref: HoldRef) -> CardHold | None:
        row = self._run.one(self._sql.by_ref, ref=ref)
        return hold_from(row) if row else None

    def of(self, appointment: AppointmentId) -> Sequence[CardHold]:
        return _holds(self._run.rows(self._sql.of, appointment=appointment))

    def lapsing(self, until: datetime, limit: int) -> Sequence[CardHold]:
        return _holds(self._run.rows(self._sql.lapsing, end=until, limit=limit))

    def left_over(self, limit: int) -> Sequence[CardHold]:
        return _holds(self._run.rows(self._sql.left_over, limit=limit))

    def of_practitioner(self, practitioner: PractitionerId) -> Sequence[CardHold]:
        return _holds(self._run.rows(self._sql.of_practitioner, practitioner=practitioner))

    def placed_since(self, moment: datetime) -> Sequence[CardHold]:
        return _holds(self._run.rows(self._sql.placed_since, moment=moment))


def _holds(rows: Iterable[Row]) -> list[CardHold]:
    return [hold_from(row) for row in rows]


class OperationStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.operations
        intended = t.c.state == constant("intended")
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(t.c.id == given("id", t.c.id)), lock=t)
        self.of = make.select(
            sa.select(t).where(t.c.hold == given("hold", t.c.hold)).order_by(t.c.created_at, t.c.id)
        )
        self.claim = claiming(make, t, intended)
        self.claim_one = claiming(make, t, intended, t.c.id == given("id", t.c.id))
        by_age = t.c.created_at, t.c.id
        moment = given("moment", t.c.created_at)
        self.open_since = make.select(
            sa.select(t).where(intended, t.c.created_at <= moment).order_by(*by_age).limit(LIMIT)
        )
        self.parked = make.select(
            sa.select(t).where(t.c.state == constant("parked")).order_by(*by_age).limit(LIMIT)
        )
        self.open_count = make.select(sa.select(sa.func.count().label("n")).where(intended))


class SqlOperations:
    def __init__(self, run: Running, sql: OperationStatements, clock: Clock | None) -> None:
        self._run, self._sql, self._clock = run, sql, clock

    def get(self, id: OperationId) -> Operation | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return operation_from(row) if row else None

    def put(self, operation: Operation) -> None:
        self._run.write(self._sql.put, operation_row(operation))
        self._run.queued(operation)

    def of(self, hold: HoldId) -> Sequence[Operation]:
        return _operations(self._run.rows(self._sql.of, hold=hold))

    def claim(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Operation]:
        values = asked(self._clock, now, lease, limit=limit)
        found = _operations(self._run.change(self._sql.claim, **values))
        return sorted(found, key=lambda one: (one.ready_at, one.id))

    def claim_one(self, id: OperationId, now: datetime, lease: timedelta) -> Operation | None:
        values = asked(self._clock, now, lease, limit=1, id=id)
        found = _operations(self._run.change(self._sql.claim_one, **values))
        return found[0] if found else None

    def open_count(self) -> int:
        row = self._run.one(self._sql.open_count)
        return int(row["n"]) if row else 0

    def open_since(self, moment: datetime, limit: int) -> Sequence[Operation]:
        return _operations(self._run.rows(self._sql.open_since, moment=moment, limit=limit))

    def parked(self, limit: int) -> Sequence[Operation]:
        return _operations(self._run.rows(self._sql.parked, limit=limit))


def _operations(rows: Iterable[Row]) -> list[Operation]:
    return [operation_from(row) for row in rows]


class ConsentStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.consents
        self.put = make.upsert(t)
        self.of = make.select(
            sa.select(t)
            .where(t.c.appointment == given("appointment", t.c.appointment))
            .order_by(t.c.attempt)
        )


class SqlConsents:
    def __init__(self, run: Running, sql: ConsentStatements) -> None:
        self._run, self._sql = run, sql

    def put(self, record: ConsentRecord) -> None:
        self._run.write(self._sql.put, consent_row(record))

    def of(self, appointment: AppointmentId) -> Sequence[ConsentRecord]:
        return [consent_from(row) for row in self._run.rows(self._sql.of, appointment=appointment)]


class LedgerStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.ledger
        self.put = make.insert_new(t)
        self.every = make.select(sa.select(t).order_by(t.c.seq))
        self.between = make.select(
            sa.select(t)
            .where(t.c.at >= given("start", t.c.at), t.c.at < given("end", t.c.at))
            .order_by(t.c.seq)
        )
        self.of = make.select(
            sa.select(t)
            .where(t.c.appointment == given("appointment", t.c.appointment))
            .order_by(t.c.seq)
        )


class SqlLedger:
    """An entry is written once; the same key again is the same movement, and changes nothing."""

    def __init__(self, run: Running, sql: LedgerStatements) -> None:
        self._run, self._sql = run, sql

    def put(self, entries: Iterable[Entry]) -> None:
        self._run.write_many(self._sql.put, map(entry_row, entries))

    def of(self, appointment: AppointmentId) -> Sequence[Entry]:
        return [entry_from(row) for row in self._run.rows(self._sql.of, appointment=appointment)]

    def every(self) -> Sequence[Entry]:
        return [entry_from(row) for row in self._run.rows(self._sql.every)]

    def between(self, window: Interval) -> Sequence[Entry]:
        rows = self._run.rows(self._sql.between, start=window.start, end=window.end)
        return [entry_from(row) for row in rows]


if TYPE_CHECKING:
    _holds_conform: type[Holds] = SqlHolds
    _asked: type[Operations] = SqlOperations
    _consents: type[Consents] = SqlConsents
    _ledger: type[Ledger] = SqlLedger
