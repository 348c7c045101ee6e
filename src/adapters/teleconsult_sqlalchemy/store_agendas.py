"""Whether an agenda has changed: its rows as they are stored. May import statements.

A mark is asked for far more often than anything changes: it is three short questions, and nothing
in their answers is converted.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
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
        away, booked = tables.unavailabilities, tables.appointments
        start, end = given("start", away.c.starts), given("end", away.c.starts)
        self.described = make.select(sa.union_all(*_described(tables)))
        self.away = make.select(
            sa.select(away.c.mode, away.c.starts, away.c.ends).where(
                away.c.practitioner == given("practitioner", away.c.practitioner),
                away.c.ends > start,
                away.c.starts < end,
            )
        )
        lapses = sa.and_(
            among(booked.c.state, PENDING_STATES),
            booked.c.deadline <= given("moment", booked.c.deadline),
        )
        self.busy = make.select(
            blocking(booked, start, end)
            .with_only_columns(booked.c.starts, booked.c.blocks_until)
            .where(sa.not_(lapses))
        )


def _described(tables: Tables) -> tuple[sa.Select[Any], ...]:
    """Who he is, what he offers, how he is rated: what it is, which, and what stands there."""
    him = given("practitioner", tables.practitioners.c.id)

    def standing(kind: str, which: Any, words: Any) -> sa.Select[Any]:
        return sa.select(constant(kind).label("kind"), which.label("which"), words.label("words"))

    practice, person = tables.practices, tables.practitioners
    hours, visits, rated = tables.schedules, tables.visit_types, tables.ratings
    stars = sa.func.coalesce(sa.func.sum(rated.c.stars), constant(0))
    return (
        standing("practice", practice.c.id, practice.c.document),
        standing("practitioner", person.c.id, person.c.document).where(person.c.id == him),
        standing("schedule", hours.c.practitioner, hours.c.document).where(
            hours.c.practitioner == him
        ),
        standing("visit type", visits.c.id, visits.c.document).where(visits.c.practitioner == him),
        standing("ratings", sa.cast(sa.func.count(), sa.Text()), sa.cast(stars, sa.Text())).where(
            rated.c.practitioner == him
        ),
    )


class SqlAgendas:
    def __init__(self, run: Running, sql: AgendaStatements) -> None:
        self._run, self._sql = run, sql

    def mark(self, practitioner: PractitionerId, window: Interval, now: datetime) -> Hashable:
        asked = {"practitioner": practitioner, "start": window.start, "end": window.end}
        return (
            self._run.as_stored(self._sql.described, practitioner=practitioner),
            self._run.as_stored(self._sql.away, **asked),
            self._run.as_stored(self._sql.busy, moment=now, **asked),
        )


if TYPE_CHECKING:
    _agendas: type[Agendas] = SqlAgendas
