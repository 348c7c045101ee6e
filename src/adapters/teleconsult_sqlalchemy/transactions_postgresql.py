"""A transaction of our own on PostgreSQL. May import statements, together, transactions, trouble.

A writing one is READ COMMITTED: what must not change meanwhile is locked row by row, by `get`. A
reading one is a snapshot (REPEATABLE READ, READ ONLY) that waits for nobody and fails for nobody.

The way to the server costs more than the rows. BEGIN is said before the first statement, and not
at all where that is the last one too: a statement alone is a transaction. New rows wait for each
other (`together`) and are sent before the next question, before COMMIT, or at once where the port
promises that a refusal comes from the call itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from teleconsult_sqlalchemy.statements import Statement
from teleconsult_sqlalchemy.together import Together
from teleconsult_sqlalchemy.transactions import (
    driver_error,
    lent,
    raw_cursor,
    run_and_commit,
)
from teleconsult_sqlalchemy.trouble import told

_BEGIN = {
    True: b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    False: b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}

_NOT_IN_OUR_WORDS = {"25006", "40001"}
"""How a session refuses a statement alone whose default is to read only, or to be serializable."""


class PostgresTransaction:
    """Begun, committed and rolled back by us, on a connection of the engine's pool."""

    def __init__(self, engine: sa.Engine, where: str, *, writing: bool) -> None:
        self.where = where
        self.driver_error = driver_error(engine.dialect)
        self._dbapi: Any = engine.dialect.loaded_dbapi
        self._pooled = lent(engine)
        connection: Any = self._pooled.driver_connection
        self.driver = connection
        # Where nothing was written a commit does as well, and psycopg keeps what it has prepared.
        self._leave = connection.rollback if writing else connection.commit
        self._writing, self._together = writing, Together()
        self._words: bytes | None = _BEGIN[writing]
        self._open = True
        try:
            self._cursor = raw_cursor(engine, connection)
        except self.driver_error as error:
            self.close()
            raise told(error, self.where) from error

    @property
    def cursor(self) -> PostgresTransaction:
        """Asked on ourselves: what waits goes first."""
        return self

    def begin(self) -> None:
        """It does so by itself, before its first statement."""

    def execute(self, sql: str, parameters: Sequence[Any]) -> None:
        self.settle()
        self._begin()
        self._cursor.execute(sql, parameters)

    def fetchall(self) -> Sequence[Sequence[Any]]:
        found: Sequence[Sequence[Any]] = self._cursor.fetchall()
        return found

    @property
    def rowcount(self) -> int:
        touched: int = self._cursor.rowcount
        return touched

    def write(self, statement: Statement, parameters: Sequence[Any]) -> None:
        if not self._together.takes(statement, parameters):
            self.settle()
        if statement.into:
            self._together.add(statement, parameters)
        else:
            self._begin()
            self._cursor.execute(statement.sql, parameters)

    def settle(self) -> None:
        if self._together.waiting:
            self._begin()
            self._cursor.execute(*self._together.all_of_them())

    def last(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        if not self._untouched:
            return run_and_commit(self, sql, parameters)
        try:
            found = self._alone(sql, parameters)
        except self.driver_error as error:
            if getattr(error, "sqlstate", None) in _NOT_IN_OUR_WORDS:
                return run_and_commit(self, sql, parameters)
            self.undo()
            raise told(error, self.where, committing=self._writing) from error
        self._open = False
        return found

    @property
    def _untouched(self) -> bool:
        """Whether nothing was done yet, neither by us nor by a host's listener at the pool."""
        idle = self.driver.pgconn.transaction_status == self._dbapi.pq.TransactionStatus.IDLE
        return idle and self._words is not None and not self._together.waiting

    def _alone(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Without BEGIN: the server commits it by itself, before it answers."""
        before = self.driver.autocommit
        self.driver.autocommit = True
        try:
            self._cursor.execute(sql, parameters)
            return self.fetchall()
        finally:
            if not self.driver.closed:
                self.driver.autocommit = before

    def commit(self) -> None:
        try:
            self.settle()
            self.driver.commit()
        except self.driver_error as error:
            self.undo()
            raise told(error, self.where, committing=self._writing) from error
        self._open = False

    def undo(self) -> None:
        if not self._open:
            return
        self._open = False
        try:
            self._leave()
        except self.driver_error:
            # The server is gone, and the transaction with it.
            self._pooled.invalidate()

    def close(self) -> None:
        self.undo()
        self._pooled.close()

    def _begin(self) -> None:
        """Said to libpq: the driver would begin in words of its own. It ends what we begin."""
        if not self._words:
            return
        begun = self.driver.pgconn.exec_(self._words)
        if begun.status != self._dbapi.pq.ExecStatus.COMMAND_OK:
            raise self._dbapi.errors.error_from_result(begun)
        self._words = None
