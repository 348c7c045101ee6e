"""Whether an agenda has changed: its rows as they are stored. May import statements.

A mark is asked for far more often than anything changes: it is one question with one row for an
answer, no transaction around it, and on SQLite not even that while nobody has written
(`remembering`). That matters in a server of many threads: sqlite3 lets go of the interpreter at
each statement and each row, and has to wait for it again.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import reduce
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from teleconsult_core.clinic_stores import Agendas
from teleconsult_core.ids import PractitionerId
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.remembering import Answer
from teleconsult_sqlalchemy.running import LastRow, Running
from teleconsult_sqlalchemy.statements import Compiler, among, constant, given
from teleconsult_sqlalchemy.store_appointments import blocking
from teleconsult_sqlalchemy.tables import Tables
from teleconsult_sqlalchemy.tables_booking import PENDING_STATES

LAPSES = "lapses"


class AgendaStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        practice, person, hours = tables.practices, tables.practitioners, tables.schedules
        visits, rated, away = tables.visit_types, tables.ratings, tables.unavailabilities
        him = given("practitioner", person.c.id)
        start, end = given("start", away.c.starts), given("end", away.c.starts)
        parts = {
            "practice": _all(practice.c.document),
            "person": _all(person.c.document, person.c.id == him),
            "hours": _all(hours.c.document, hours.c.practitioner == him),
            "visits": _all(visits.c.document, visits.c.practitioner == him),
            "ratings": _one(
                _together(sa.func.count(), sa.func.coalesce(sa.func.sum(rated.c.stars), 0)),
                rated.c.practitioner == him,
            ),
            "away": _all(
                _together(away.c.mode, away.c.starts, away.c.ends),
                away.c.practitioner == him,
                away.c.ends > start,
                away.c.starts < end,
            ),
        }
        taken = _taken(tables.appointments, start, end)
        instants = tables.appointments.c.deadline.type
        columns: list[sa.ColumnElement[Any]] = [part.label(name) for name, part in parts.items()]
        columns.append(sa.func.aggregate_strings(taken.c.time, " ").label("taken"))
        columns.append(sa.func.min(taken.c.lapses, type_=instants).label(LAPSES))
        self.mark = make.select(sa.select(*columns))


def _all(column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """All rows in one value."""
    return _one(sa.func.aggregate_strings(column, " "), *where)


def _one(words: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    return sa.select(words).where(*where).scalar_subquery()


def _together(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    words: Sequence[sa.ColumnElement[str]] = [sa.cast(column, sa.Text()) for column in columns]
    return reduce(lambda before, after: before + constant("-") + after, words)


def _taken(booked: sa.Table, start: Any, end: Any) -> sa.Subquery:
    """What is taken at a moment, and when it lapses, if it does."""
    pending = among(booked.c.state, PENDING_STATES)
    lapsed = sa.and_(pending, booked.c.deadline <= given("moment", booked.c.deadline))
    return (
        blocking(booked, start, end)
        .with_only_columns(
            _together(booked.c.starts, booked.c.blocks_until).label("time"),
            sa.case((pending, booked.c.deadline)).label(LAPSES),
        )
        .where(sa.not_(lapsed))
        .order_by(None)
        .subquery()
    )


class SqlAgendas:
    def __init__(self, run: Running, sql: AgendaStatements) -> None:
        self._run, self._sql = run, sql

    def mark(self, practitioner: PractitionerId, window: Interval, now: datetime) -> Hashable:
        def ask(last_row: LastRow) -> Answer[Hashable]:
            found = last_row(
                self._sql.mark,
                practitioner=practitioner,
                start=window.start,
                end=window.end,
                moment=now,
            )
            said, until = found[:-1], self._sql.mark.row(found)[LAPSES]
            return blake2b(repr(said).encode(), digest_size=32).digest(), until

        return self._run.last_question(("mark", practitioner, window), now, ask)


if TYPE_CHECKING:
    _agendas: type[Agendas] = SqlAgendas
