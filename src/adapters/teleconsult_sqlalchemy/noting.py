"""Noting what came of many messages: one statement on a server, one each on SQLite.

    UPDATE messages SET state = v.state, … FROM unnest($1, $2, …) AS v (id, state, …)
    WHERE messages.id = v.id AND …

A statement has a price beside its rows at a server, and none worth speaking of in a file. May
import statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.dialects import postgresql

from teleconsult_core.messages import Message
from teleconsult_sqlalchemy.statements import Compiler, Row, Statement, constant

ITS = ("id", "attempts")
SAID = ("state", "not_before", "ready_at", "leased_until", "done_at", "segments", "note")

_NAMES = (*ITS, *SAID)
"""Columns, and what a message calls the same."""


def noted(statement: Statement, messages: Sequence[Message]) -> list[Row]:
    """What `statement` is to be given, each time it runs."""
    if not statement.at_once:
        return [{_place(name): getattr(one, name) for name in _NAMES} for one in messages]
    if not messages:
        return []
    return [{_place(name): [getattr(one, name) for one in messages] for name in _NAMES}]


def noting(make: Compiler, t: sa.Table) -> Statement:
    """Where they are still planned: what was sent, and the rest of whoever claimed it last."""
    at_once = make.dialect.name == "postgresql"
    told = _table(t) if at_once else {name: _open(name, t.c[name].type) for name in _NAMES}
    last = sa.or_(told["state"] == constant("sent"), t.c.attempts == told["attempts"])
    update = (
        sa.update(t)
        .where(t.c.id == told["id"], t.c.state == constant("planned"), last)
        .values({name: told[name] for name in SAID})
    )
    return evolve(make.change(update), at_once=at_once)


def _table(t: sa.Table) -> dict[str, sa.ColumnElement[Any]]:
    """Arrays, one for each column, as a table."""
    arrays = [_open(name, postgresql.ARRAY(t.c[name].type)) for name in _NAMES]
    columns = [sa.column(name, t.c[name].type) for name in _NAMES]
    v = sa.func.unnest(*arrays).table_valued(*columns, name="v").render_derived()
    return {name: v.c[name] for name in _NAMES}


def _open(name: str, type_: Any) -> sa.BindParameter[Any]:
    return sa.bindparam(_place(name), None, type_=type_, required=False)


def _place(name: str) -> str:
    """What a value is called in the statement, where the columns' own names are taken."""
    return f"its_{name}"
