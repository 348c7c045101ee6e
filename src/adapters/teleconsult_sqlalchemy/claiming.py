"""Claiming what is due: whose turn it is by the `now` of whoever asks, his lease by our own clock.

On a server that clock is the server's, one for every worker on every machine; for a SQLite file
it is the machine's. A store that is given a clock uses that one. May import statements.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from teleconsult_sqlalchemy.statements import LIMIT, Compiler, Row, Statement, constant, given

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    return datetime.now(UTC)


def claiming(make: Compiler, t: sa.Table, *which: sa.ColumnElement[bool]) -> Statement:
    """Lease the first `limit` of `which` whose turn has come at `now` and that nobody has."""
    return make.change(claim(make, t, *which), returning=t.columns)


def claim(make: Compiler, t: sa.Table, *which: sa.ColumnElement[bool]) -> sa.Update:
    """The same, to be made a statement of."""
    clock, until = _clock_and_end(make, t.c.leased_until)
    # What another worker is claiming at this moment is passed over, not waited for.
    mine = _free(t, clock, *which).limit(LIMIT).with_for_update(skip_locked=True)
    lease = {"attempts": t.c.attempts + constant(1), "leased_until": until}
    return sa.update(t).where(t.c.id.in_(mine)).values(lease)


def claimable(make: Compiler, t: sa.Table, *which: sa.ColumnElement[bool]) -> Statement:
    """Whether there is anything to claim: at most one row."""
    clock, _ = _clock_and_end(make, t.c.leased_until)
    return make.select(_free(t, clock, *which).limit(1))


def _free(
    t: sa.Table, clock: sa.ColumnElement[Any], *which: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """The ids of those whose turn has come at `now` and that nobody has, the longest due first."""
    free = sa.or_(t.c.leased_until.is_(None), t.c.leased_until <= clock)
    due = sa.select(t.c.id).where(*which, t.c.ready_at <= given("now", t.c.ready_at), free)
    return due.order_by(t.c.ready_at, t.c.id)


def asked(clock: Clock | None, now: datetime, lease: timedelta, **more: object) -> Row:
    """What a claiming statement is given; None is the server's clock."""
    at = clock() if clock else None
    until = at + lease if at else None
    return {"now": now, "clock": at, "until": until, "lease": lease, **more}


def _clock_and_end(
    make: Compiler, like: sa.Column[Any]
) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """The instant it is, and the one at which the lease ends."""
    given_clock = given("clock", like)
    if make.dialect.name == "sqlite":
        return given_clock, given("until", like)
    clock = sa.func.coalesce(given_clock, sa.func.clock_timestamp())
    lease = sa.bindparam("lease", None, type_=sa.Interval(), required=False)
    return clock, clock + lease
