"""SQL text from the tables, once per dialect; run later on the driver's own cursor.

May import SQLAlchemy and `tables`. SQLAlchemy writes every statement and converts every value;
only its per-execution path is left out, which costs more than SQLite's own work for a small
statement. There is one model: no SQL is written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from teleconsult_core.ports import PortMisused

Row = dict[str, Any]
"""A row by column name, in the core's own values."""

Parameters = Sequence[Any]
Convert = Callable[[Any], Any]


@frozen(eq=False)
class Statement:
    """One statement as the driver takes it, and how values go in and come out."""

    sql: str
    locking: str
    """The same, locking what it reads; SQLite has no word for it, its writers come one by one."""
    inputs: tuple[tuple[str, Convert | None], ...]
    fixed: Row
    outputs: tuple[tuple[str, Convert | None], ...]
    into: str = ""
    """The table of an insertion that gives nothing back."""
    key: int | None = None
    """Which parameter tells its rows apart, where their order does not matter."""
    at_once: bool = False
    """Whether its parameters are lists, with a value for each of many rows."""

    def parameters(self, given: Mapping[str, Any]) -> Parameters:
        values = {**given, **self.fixed} if self.fixed else given
        return [
            values[name] if convert is None else convert(values[name])
            for name, convert in self.inputs
        ]

    def row(self, found: Sequence[Any]) -> Row:
        return {
            name: value if convert is None else convert(value)
            for (name, convert), value in zip(self.outputs, found, strict=True)
        }


@frozen(eq=False)
class Compiler:
    """Makes statements for one dialect, whose parameters go by their place."""

    dialect: sa.Dialect

    @classmethod
    def of(cls, dialect: sa.Dialect) -> Compiler:
        """For `dialect`, or for its twin that writes $1 where it would write %(name)s.

        psycopg then sends a statement as it is, instead of looking for names in it each time.
        Raises `PortMisused` for another driver of PostgreSQL.
        """
        if dialect.name != "postgresql":
            return cls(dialect)
        if dialect.driver != "psycopg":
            raise PortMisused(f"PostgreSQL is reached by psycopg here, not by {dialect.driver}")
        twin: Any = type(dialect)
        return cls(twin(paramstyle="numeric_dollar"))

    def select(
        self, query: sa.Select[Any] | sa.CompoundSelect[Any], *, lock: sa.Table | None = None
    ) -> Statement:
        """A query; with `lock`, its `locking` form locks the rows of that table."""
        locking = query.with_for_update(of=lock) if lock is not None else query
        return self._statement(query, locking, query.selected_columns)

    def upsert(self, table: sa.Table) -> Statement:
        """Write a whole row, or replace the one with the same primary key."""
        insert = self._insert(table)
        rest = [c.name for c in table.columns if not c.primary_key]
        new = {name: insert.excluded[name] for name in rest}
        keys = [c.name for c in table.primary_key]
        changed = self.change(insert.on_conflict_do_update(index_elements=keys, set_=new))
        return _told_apart(changed, table)

    def insert_new(self, table: sa.Table) -> Statement:
        """Write a whole row, or nothing when one of its unique columns is there already."""
        return _told_apart(self.change(self._insert(table).on_conflict_do_nothing()), table)

    def append(self, table: sa.Table) -> Statement:
        """Write a row; the database numbers it."""
        return self.change(self._insert(table))

    def change(
        self, statement: sa.Insert | sa.Update | sa.Delete, returning: Iterable[Any] = ()
    ) -> Statement:
        """Anything that writes; with `returning`, it also gives rows back."""
        columns = list(returning)
        if columns:
            returned = statement.returning(*columns)
            return self._statement(returned, returned, columns)
        made = self._statement(statement, statement, ())
        return evolve(made, into=str(statement.table)) if statement.is_insert else made

    def counter(self, table: sa.Table, column: str) -> Statement:
        """Count `column` of a row up by one, from 1; gives the new number."""
        insert = self._insert(table)
        keys = [c.name for c in table.primary_key]
        up = insert.on_conflict_do_update(
            index_elements=keys, set_={column: table.c[column] + constant(1)}
        )
        return self.change(up.values({column: constant(1)}), returning=[table.c[column]])

    def _insert(self, table: sa.Table) -> Any:
        insert = postgresql.insert if self.dialect.name == "postgresql" else sqlite.insert
        names = [c.name for c in table.columns if c.name != "seq"]
        return insert(table).values({name: given(name, table.c[name]) for name in names})

    def _statement(self, plain: Any, locking: Any, columns: Iterable[Any]) -> Statement:
        compiled = self._compiled(plain)
        binds = {name: b for name, b in compiled.binds.items() if not b.literal_execute}
        order: list[str] = compiled.positiontup
        return Statement(
            sql=str(compiled),
            locking=str(self._compiled(locking)),
            inputs=tuple((name, self._into(binds[name].type)) for name in order),
            fixed={name: bind.value for name, bind in binds.items() if bind.value is not None},
            outputs=tuple((column.name, self._out_of(column.type)) for column in columns),
        )

    def _compiled(self, statement: Any) -> Any:
        return statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})

    def _into(self, type_: Any) -> Convert | None:
        convert: Convert | None = type_.dialect_impl(self.dialect).bind_processor(self.dialect)
        return convert

    def _out_of(self, type_: Any) -> Convert | None:
        convert: Convert | None = type_.dialect_impl(self.dialect).result_processor(
            self.dialect, None
        )
        return convert


def _told_apart(statement: Statement, table: sa.Table) -> Statement:
    """With the place of the one parameter that tells its rows apart, if there is one."""
    names, keys = [name for name, _ in statement.inputs], [c.name for c in table.primary_key]
    known = len(keys) == 1 and keys[0] in names
    return evolve(statement, key=names.index(keys[0]) if known else None)


def constant(value: str | int) -> ColumnElement[Any]:
    """A value that is part of the statement's text, so that partial indexes are recognised."""
    return sa.literal(value, literal_execute=True)


def among(column: sa.Column[str], words: Iterable[str]) -> ColumnElement[bool]:
    """`column` is one of `words`, spelled as in the partial indexes."""
    return column.in_([constant(word) for word in words])


def given(name: str, like: sa.Column[Any]) -> sa.BindParameter[Any]:
    """A value given at each execution, of the type of the column `like`."""
    return _open(name, like.type)


def _open(name: str, type_: TypeEngine[Any]) -> sa.BindParameter[Any]:
    # Without a value SQLAlchemy would want one now, while it writes the text.
    return sa.bindparam(name, None, type_=type_, required=False)


LIMIT = _open("limit", sa.Integer())
"""At most so many rows."""
