"""Noting what came of many messages: one statement on a server, one each on SQLite.

    UPDATE messages SET state = v.state, … FROM unnest($1, $2, …) AS v (id, state, …)
    WHERE messages.id = v.id AND …

A statement has a price beside its rows at a server, and none worth speaking of in a file. For the
same reason a server notes one message and claims the next in one statement. May import claiming,
statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.dialects import postgresql

from teleconsult_core.messages import Message
from teleconsult_sqlalchemy.claiming import claim
from teleconsult_sqlalchemy.statements import Compiler, Row, Statement, constant

ITS = ("id", "attempts")
SAID = ("state", "not_before", "ready_at", "leased_until", "done_at", "segments", "note", "ref")

_NAMES = (*ITS, *SAID)
"""Columns, and what a message calls the same."""


def noted(statement: Statement, messages: Sequence[Message]) -> list[Row]:
    """What `statement` is to be given, each time it runs."""
    if not statement.at_once:
        return [noted_one(one) for one in messages]
    if not messages:
        return []
    return [{_place(name): [getattr(one, name) for one in messages] for name in _NAMES}]


def noting(make: Compiler, t: sa.Table) -> Statement:
    """Where they are still planned: what was sent, and the rest of whoever claimed it last."""
    at_once = make.dialect.name == "postgresql"
    return evolve(make.change(_note(t, _table(t) if at_once else _one(t))), at_once=at_once)


def noting_and_claiming(make: Compiler, t: sa.Table, *which: sa.ColumnElement[bool]) -> Statement:
    """Claim the first of `which` but for `its_id`, and on a server note that one before.

    Both parts see the table as it was before, so the one that is noted is left out by its id. The
    claim waits until it is noted: whoever waits for a row has then locked no other.
    """
    another = t.c.id != _open("id", t.c.id.type)
    if make.dialect.name != "postgresql":
        return make.change(claim(make, t, *which, another), returning=t.columns)
    noted = _note(t, _one(t)).returning(t.c.id).cte("noted")
    is_noted = sa.select(sa.func.count()).select_from(noted).scalar_subquery().is_not(None)
    return make.change(claim(make, t, *which, another, is_noted), returning=t.columns)


def notes(statement: Statement) -> bool:
    """Whether `statement` writes what came of a message, beside what else it does."""
    return any(name == _place("state") for name, _ in statement.inputs)


def noted_one(message: Message) -> Row:
    """What a statement is to be given that notes one message."""
    return {_place(name): getattr(message, name) for name in _NAMES}


def _note(t: sa.Table, told: dict[str, sa.ColumnElement[Any]]) -> sa.Update:
    last = sa.or_(told["state"] == constant("sent"), t.c.attempts == told["attempts"])
    return (
        sa.update(t)
        .where(t.c.id == told["id"], t.c.state == constant("planned"), last)
        .values({name: told[name] for name in SAID})
    )


def _one(t: sa.Table) -> dict[str, sa.ColumnElement[Any]]:
    return {name: _open(name, t.c[name].type) for name in _NAMES}


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
