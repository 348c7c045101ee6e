"""Whether an agenda has changed: its rows as they are stored. May import statements.

A mark is asked for far more often than anything changes: it is one question with one row for an
answer. That matters in a server of many threads: sqlite3 lets go of the interpreter at each row,
and has to wait for it again.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from teleconsult_core.clinic_stores import Agendas
from teleconsult_core.ids import PractitionerId
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import Compiler, among, constant, given
from teleconsult_sqlalchemy.store_appointments import blocking
from teleconsult_sqlalchemy.tables import Tables
from teleconsult_sqlalchemy.tables_booking import PENDING_STATES


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
            "taken": _taken(tables.appointments, start, end),
        }
        columns: list[sa.ColumnElement[Any]] = [part.label(name) for name, part in parts.items()]
        self.mark = make.select(sa.select(*columns))


def _all(column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """All rows in one value."""
    return _one(sa.func.aggregate_strings(column, " "), *where)


def _one(words: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    return sa.select(words).where(*where).scalar_subquery()


def _together(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    words: Sequence[sa.ColumnElement[str]] = [sa.cast(column, sa.Text()) for column in columns]
    return reduce(lambda before, after: before + constant("-") + after, words)


def _taken(booked: sa.Table, start: Any, end: Any) -> sa.ScalarSelect[str]:
    lapses = sa.and_(
        among(booked.c.state, PENDING_STATES),
        booked.c.deadline <= given("moment", booked.c.deadline),
    )
    found = (
        blocking(booked, start, end)
        .with_only_columns(_together(booked.c.starts, booked.c.blocks_until).label("time"))
        .where(sa.not_(lapses))
        .order_by(None)
        .subquery()
    )
    return _all(found.c.time)


class SqlAgendas:
    def __init__(self, run: Running, sql: AgendaStatements) -> None:
        self._run, self._sql = run, sql

    def mark(self, practitioner: PractitionerId, window: Interval, now: datetime) -> Hashable:
        return self._run.as_stored(
            self._sql.mark,
            practitioner=practitioner,
            start=window.start,
            end=window.end,
            moment=now,
        )


if TYPE_CHECKING:
    _agendas: type[Agendas] = SqlAgendas
