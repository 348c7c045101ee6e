"""Runs prepared statements inside one transaction. May import `remembering`,
`statements`, `transactions`.

After any error the transaction is undone at once, which frees what it locked, and the work can
only be left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from teleconsult_core.messages import Message
from teleconsult_core.payments import Operation
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_sqlalchemy.remembering import Answer, Memory
from teleconsult_sqlalchemy.statements import Row, Statement
from teleconsult_sqlalchemy.transactions import Transaction
from teleconsult_sqlalchemy.trouble import told

V = TypeVar("V")


class LastRow(Protocol):
    """Gives the one row of a query that has one, as the driver gives it."""

    def __call__(self, query: Statement, **given: Any) -> Sequence[Any]: ...


Beside = Callable[[Any, Sequence[Message | Operation]], None]
"""Given the driver's connection and the messages and operations that a work wrote, just before its
commit: what it writes there is kept if, and only if, they are. Raises the driver's own error."""


class Running:
    """The one hand through which every store reads and writes."""

    __slots__ = (
        "_begun", "_beside", "_cursor", "_ended", "_memory", "_queued", "_transaction", "_writing",
        "seen",
    )  # fmt: skip

    def __init__(
        self,
        transaction: Transaction,
        *,
        writing: bool,
        beside: Beside | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._transaction, self._beside, self._memory = transaction, beside, memory
        self._queued: list[Message | Operation] = []
        self._cursor = transaction.cursor
        self._writing = self._begun = writing
        self._ended = ""
        self.seen: dict[str, Row | None] = {}
        """Appointments as this work last read or wrote them; None where it found none.

        What the work decided rests on that: what it found is locked, what it missed is inserted.
        """

    def one(self, query: Statement, **given: Any) -> Row | None:
        """The first row of `query`, or None."""
        self._execute(query.sql, query.parameters(given))
        found = self._fetch()
        return query.row(found[0]) if found else None

    def one_locked(self, query: Statement, **given: Any) -> Row | None:
        """The first row; inside a writing work nobody else may change it until the end."""
        sql = query.locking if self._writing else query.sql
        self._execute(sql, query.parameters(given))
        found = self._fetch()
        return query.row(found[0]) if found else None

    def rows(self, query: Statement, **given: Any) -> list[Row]:
        self._execute(query.sql, query.parameters(given))
        return [query.row(found) for found in self._fetch()]

    def last_question(self, key: Hashable, now: datetime, ask: Callable[[LastRow], Answer[V]]) -> V:
        """What `ask` finds, or has found before and would find now (`remembering`).

        It is given the means to ask for one row in the driver's own values. Nothing more can be
        asked in this reading work: asked alone, that needs no transaction.
        """
        self._must_be_open()
        if self._writing:
            raise PortMisused("this is asked in a work that was opened for reading only")
        self._ended = "has asked its last question"
        if self._memory is None or self._begun:  # what is seen already is of one moment
            return ask(self._last_row)[0]
        return self._memory.of(key, now, lambda: ask(self._last_row))

    def _last_row(self, query: Statement, **given: Any) -> Sequence[Any]:
        (row,) = self._last(query, given)
        return row

    def write(self, statement: Statement, row: Row) -> None:
        """Run a writing statement; a server that refuses it may say so a little later."""
        self._must_write()
        self._must_be_open()
        try:
            self._transaction.write(statement, statement.parameters(row))
        except self._transaction.driver_error as error:
            raise self._undone(error) from error

    def write_now(self, statement: Statement, row: Row) -> None:
        """Run a writing statement; when it is refused, so is this call."""
        self.write(statement, row)
        self._settle()

    def count(self, statement: Statement, row: Row) -> int:
        """Run a writing statement; gives how many rows it touched."""
        self._must_write()
        self._execute(statement.sql, statement.parameters(row))
        self._settle()
        touched: int = self._cursor.rowcount
        return touched

    def write_many(self, statement: Statement, rows: Iterable[Row]) -> None:
        for row in rows:
            self.write(statement, row)

    def change(self, statement: Statement, **given: Any) -> list[Row]:
        """Run a writing statement that gives rows back."""
        self._must_write()
        self._execute(statement.sql, statement.parameters(given))
        return [statement.row(found) for found in self._fetch()]

    def change_and_commit(self, statement: Statement, **given: Any) -> list[Row]:
        """`change`, and `commit` with it where nobody wants to write beside us in between."""
        if self._beside:
            found = self.change(statement, **given)
            self.commit()
            return found
        self._must_write()
        self._must_be_open()
        self._ended = "was committed"
        return [statement.row(one) for one in self._last(statement, given)]

    def queued(self, *these: Message | Operation) -> None:
        """Say what was written for somebody to do later."""
        if self._beside:
            self._queued += these

    def commit(self) -> None:
        """Keep everything. Nothing more can be done afterwards."""
        self._must_write()
        self._must_be_open()
        if self._beside and self._queued:
            self._settle()
            try:
                self._beside(self._transaction.driver, self._queued)
            except self._transaction.driver_error as error:
                raise self._undone(error) from error
        self._ended = "was committed"
        self._transaction.commit()

    def undo(self, why: str) -> None:
        """Take everything back; `why` completes "this work …"."""
        self._ended = why
        self._transaction.undo()

    def close(self) -> None:
        self._ended = self._ended or "was left"
        self._transaction.close()

    def _settle(self) -> None:
        try:
            self._transaction.settle()
        except self._transaction.driver_error as error:
            raise self._undone(error) from error

    def _last(self, statement: Statement, given: Row) -> Sequence[Sequence[Any]]:
        try:
            return self._transaction.last(statement.sql, statement.parameters(given))
        except self._transaction.driver_error as error:
            raise self._undone(error) from error

    def _execute(self, sql: str, parameters: Any) -> None:
        self._must_be_open()
        try:
            if not self._begun:
                self._begin()
            self._cursor.execute(sql, parameters)
        except self._transaction.driver_error as error:
            raise self._undone(error) from error

    def _begin(self) -> None:
        try:
            self._transaction.begin()
        except (PortTrouble, PortMisused) as trouble:
            self.undo(f"was undone: {trouble}")
            raise
        self._cursor = self._transaction.cursor
        self._begun = True

    def _fetch(self) -> Sequence[Sequence[Any]]:
        try:
            found: Sequence[Sequence[Any]] = self._cursor.fetchall()
        except self._transaction.driver_error as error:
            raise self._undone(error) from error
        return found

    def _undone(self, error: Exception) -> Exception:
        trouble = told(error, self._transaction.where)
        self.undo(f"was undone: {trouble}")
        return trouble

    def _must_be_open(self) -> None:
        if self._ended:
            raise PortMisused(f"this work {self._ended}; it can only be left")

    def _must_write(self) -> None:
        if not self._writing:
            raise PortMisused("this work was opened for reading only")
