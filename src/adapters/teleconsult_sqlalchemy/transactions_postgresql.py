"""A transaction of our own on PostgreSQL. May import transactions, trouble.

A writing one is READ COMMITTED: what must not change meanwhile is locked row by row, by `get`. A
reading one is a snapshot (REPEATABLE READ, READ ONLY) that waits for nobody and fails for nobody.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from teleconsult_sqlalchemy.transactions import driver_error, lent, named
from teleconsult_sqlalchemy.trouble import told

_BEGIN = {
    True: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    False: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class PostgresTransaction:
    """Begun, committed and rolled back by us, on a connection of the engine's pool."""

    def __init__(self, engine: sa.Engine, *, writing: bool) -> None:
        self.where = named(engine)
        self.driver_error = driver_error(engine.dialect)
        self._pooled = lent(engine)
        connection: Any = self._pooled.driver_connection
        self._connection = connection
        self._autocommit = connection.autocommit
        self._open = True
        try:
            connection.autocommit = True  # or the driver would begin in its own way
            self.cursor: Any = connection.cursor()
            self.cursor.execute(_BEGIN[writing])
        except self.driver_error as error:
            self.close()
            raise told(error, self.where) from error

    def commit(self) -> None:
        try:
            self.cursor.execute("COMMIT")
        except self.driver_error as error:
            self.undo()
            raise told(error, self.where, committing=True) from error
        self._open = False

    def undo(self) -> None:
        if not self._open:
            return
        self._open = False
        try:
            self.cursor.execute("ROLLBACK")
        except self.driver_error:
            # The server is gone, and the transaction with it.
            self._pooled.invalidate()

    def close(self) -> None:
        self.undo()
        if self._pooled.is_valid:
            self._connection.autocommit = self._autocommit
        self._pooled.close()
