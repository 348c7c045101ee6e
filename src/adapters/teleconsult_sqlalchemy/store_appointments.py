"""Appointments, with the guard against overlap, and attendance. May import mapping, statements.

The guard is the primary key (practitioner, tick) of `appointment_ticks`: all ticks of an
appointment are written in one statement, and the database refuses the second of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from teleconsult_core.appointments import Appointment
from teleconsult_core.attendance import Attendance
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId
from teleconsult_core.stores import Appointments, AttendanceRecord, SlotConflict
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.mapping_appointments import appointment_from, appointment_row, ticks
from teleconsult_sqlalchemy.mapping_messages import attendance_from, attendance_row
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import (
    LIMIT,
    Compiler,
    Row,
    Statement,
    among,
    constant,
    given,
)
from teleconsult_sqlalchemy.tables import Tables
from teleconsult_sqlalchemy.tables_booking import BLOCKING_STATES, PENDING_STATES
from teleconsult_sqlalchemy.trouble import RowRefused


class AppointmentStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.appointments
        every = sa.select(t)
        same = t.c.id == given("id", t.c.id)
        his = t.c.practitioner == given("practitioner", t.c.practitioner)
        start, end = given("start", t.c.starts), given("end", t.c.starts)
        moment = given("moment", t.c.starts)
        self.put_new = make.append(t)
        self.put = make.upsert(t)
        self.get = make.select(every.where(same), lock=t)
        self.taken = make.select(
            sa.select(t.c.state, t.c.practitioner, t.c.starts, t.c.blocks_until).where(same), lock=t
        )
        self.blocking = make.select(blocking(t, start, end))
        self.starting = make.select(
            every.where(his, t.c.starts >= start, t.c.starts < end).order_by(t.c.starts, t.c.id)
        )
        self.of_patient = make.select(
            every.where(t.c.patient == given("patient", t.c.patient)).order_by(t.c.starts, t.c.id)
        )
        self.past_deadline = make.select(
            every.where(among(t.c.state, PENDING_STATES), t.c.deadline <= moment)
            .order_by(t.c.deadline, t.c.id)
            .limit(LIMIT)
        )
        self.undecided = make.select(
            every.where(t.c.state == constant("confirmed"), t.c.ends < moment)
            .order_by(t.c.ends, t.c.id)
            .limit(LIMIT)
        )
        self.started_before = make.select(
            every.where(t.c.starts < moment).order_by(t.c.starts, t.c.id).limit(LIMIT)
        )
        self.remove = make.change(sa.delete(t).where(same))
        guard = tables.appointment_ticks
        its = guard.c.appointment == given("id", guard.c.appointment)
        self.take = make.change(_take(guard))
        self.take_more = make.change(_take(guard, but=its))
        self.free = make.change(sa.delete(guard).where(its))
        self.free_others = make.change(
            sa.delete(guard).where(its, sa.not_(_among_its_ticks(guard)))
        )


def blocking(
    t: sa.Table, start: sa.BindParameter[datetime], end: sa.BindParameter[datetime]
) -> sa.Select[Any]:
    """Blocking appointments that overlap the window, found in one short stretch of the index.

    Because they never overlap each other, only the last one that starts before the window can
    reach into it; nothing older is looked at, however long the practitioner has been here.
    """
    his = t.c.practitioner == given("practitioner", t.c.practitioner)
    blocks = among(t.c.state, BLOCKING_STATES)
    last_before = (
        sa.select(t.c.starts).where(his, blocks, t.c.starts <= start)
        .order_by(t.c.starts.desc()).limit(constant(1)).scalar_subquery()
    )  # fmt: skip
    return (
        sa.select(t)
        .where(his, blocks, t.c.starts < end, t.c.blocks_until > start)
        .where(t.c.starts >= sa.func.coalesce(last_before, start))
        .order_by(t.c.starts)
    )


def _among_its_ticks(guard: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        guard.c.practitioner == given("practitioner", guard.c.practitioner),
        guard.c.tick.between(given("first", guard.c.tick), given("last", guard.c.tick)),
    )


def _take(guard: sa.Table, but: sa.ColumnElement[bool] | None = None) -> sa.Insert:
    """Every tick from `first` to `last`, in one statement; without those that are there `but`."""
    tick = sa.select(given("first", guard.c.tick).label("tick")).cte("ticks", recursive=True)
    following = tick.c.tick + constant(1)
    tick = tick.union_all(sa.select(following).where(tick.c.tick < given("last", guard.c.tick)))
    practitioner = given("practitioner", guard.c.practitioner)
    appointment = given("id", guard.c.appointment)
    wanted = sa.select(practitioner, tick.c.tick, appointment)
    if but is not None:
        there = sa.select(guard.c.tick).where(but, guard.c.practitioner == practitioner)
        wanted = wanted.where(tick.c.tick.not_in(there))
    return sa.insert(guard).from_select(["practitioner", "tick", "appointment"], wanted)


class SqlAppointments:
    def __init__(self, run: Running, sql: AppointmentStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: AppointmentId) -> Appointment | None:
        row = self._run.one_locked(self._sql.get, id=id)
        self._run.seen[id] = row
        return appointment_from(row) if row else None

    def put(self, appointment: Appointment) -> None:
        row, id = appointment_row(appointment), appointment.terms.id
        # What a get of this work found is still locked, and needs no second look. What it missed
        # is inserted, and refused if it is there by now.
        known = id in self._run.seen
        before = self._run.seen[id] if known else self._run.one_locked(self._sql.taken, id=id)
        self._run.seen[id] = row
        try:
            self._put(appointment, row, before)
        except RowRefused as refused:
            if not refused.unique:
                raise
            terms = appointment.terms
            raise SlotConflict(f"{terms.practitioner} is taken at {terms.start}") from refused

    def _put(self, appointment: Appointment, row: Row, before: Row | None) -> None:
        """A new one is inserted: who was quicker under the same id is never written over.

        New time is taken before the old is given back, so that two who change places are both
        refused, and neither waits for the other.
        """
        had, has = before and _time_taken(before), _time_taken(row)
        takes = has and had != has
        write = self._run.write if before or takes else self._run.write_now
        write(self._sql.put if before else self._sql.put_new, row)
        if had == has:
            return
        terms = appointment.terms
        taken = {"practitioner": terms.practitioner, "id": terms.id, **ticks(terms.blocked)}
        if has:
            self._run.write_now(self._sql.take_more if had else self._sql.take, taken)
        if had:
            self._run.write(self._sql.free_others if has else self._sql.free, taken)

    def blocking(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        return self._some(self._sql.blocking, practitioner, window)

    def starting(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        return self._some(self._sql.starting, practitioner, window)

    def of_patient(self, patient: PatientId) -> Sequence[Appointment]:
        return [
            appointment_from(row) for row in self._run.rows(self._sql.of_patient, patient=patient)
        ]

    def past_deadline(self, now: datetime, limit: int) -> Sequence[Appointment]:
        rows = self._run.rows(self._sql.past_deadline, moment=now, limit=limit)
        return [appointment_from(row) for row in rows]

    def undecided(self, ended_before: datetime, limit: int) -> Sequence[Appointment]:
        rows = self._run.rows(self._sql.undecided, moment=ended_before, limit=limit)
        return [appointment_from(row) for row in rows]

    def started_before(self, moment: datetime, limit: int) -> Sequence[Appointment]:
        rows = self._run.rows(self._sql.started_before, moment=moment, limit=limit)
        return [appointment_from(row) for row in rows]

    def remove(self, id: AppointmentId) -> None:
        # Its ticks, attendance, links, consents and messages go with it, by their foreign keys.
        self._run.write(self._sql.remove, {"id": id})
        self._run.seen[id] = None

    def _some(
        self, query: Statement, practitioner: PractitionerId, window: Interval
    ) -> list[Appointment]:
        rows = self._run.rows(query, practitioner=practitioner, start=window.start, end=window.end)
        return [appointment_from(row) for row in rows]


def _time_taken(row: Row) -> tuple[str, datetime, datetime] | None:
    """Whose time a row takes, and which; None when it takes none."""
    if row["state"] not in BLOCKING_STATES:
        return None
    return row["practitioner"], row["starts"], row["blocks_until"]


class AttendanceStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.attendance
        self.add = make.append(t)
        self.of = make.select(
            sa.select(t)
            .where(t.c.appointment == given("appointment", t.c.appointment))
            .order_by(t.c.seq)
        )


class SqlAttendance:
    def __init__(self, run: Running, sql: AttendanceStatements) -> None:
        self._run, self._sql = run, sql

    def add(self, event: Attendance) -> None:
        self._run.write(self._sql.add, attendance_row(event))

    def of(self, appointment: AppointmentId) -> Sequence[Attendance]:
        rows = self._run.rows(self._sql.of, appointment=appointment)
        return [attendance_from(row) for row in rows]


if TYPE_CHECKING:
    _appointments: type[Appointments] = SqlAppointments
    _attendance: type[AttendanceRecord] = SqlAttendance
