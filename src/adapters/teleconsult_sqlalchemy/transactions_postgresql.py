"""A transaction of our own on PostgreSQL. May import transactions, trouble.

A writing one is READ COMMITTED: what must not change meanwhile is locked row by row, by `get`. A
reading one is a snapshot (REPEATABLE READ, READ ONLY) that waits for nobody and fails for nobody.

Statements are sent through a pipeline: what gives nothing back is not waited for. BEGIN travels
with the first question, everything written since the last answer with the next one or with COMMIT,
so that a booking of ten rows costs four round trips.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
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
        # Nothing was written: COMMIT ends it as well, and the driver keeps what it has prepared.
        self._leave = "ROLLBACK" if writing else "COMMIT"
        self._piped = ExitStack()
        self._open = False
        try:
            connection.autocommit = True  # or the driver would begin in its own way
            # A cursor's answers come in the order of its questions: two kinds, two cursors.
            self.cursor: Any = connection.cursor()
            self.writer: Any = connection.cursor()
            self._pipeline: Any = self._piped.enter_context(connection.pipeline())
            self._open = True
            self._say(_BEGIN[writing])
        except self.driver_error as error:
            self.close()
            raise told(error, self.where) from error

    def settle(self) -> None:
        """Wait until everything said so far was done; raises the driver's error otherwise."""
        self._pipeline.sync()

    def commit(self) -> None:
        self._open = False
        try:
            self._say("COMMIT")
            self._piped.close()
        except self.driver_error as error:
            self._roll_back()
            raise told(error, self.where, committing=True) from error

    def undo(self) -> None:
        if not self._open:
            return
        self._open = False
        try:
            self._say(self._leave)
            self._piped.close()
        except self.driver_error:  # one of an earlier statement, after which nothing was done
            self._roll_back()

    def _roll_back(self) -> None:
        try:
            with suppress(self.driver_error):
                self._piped.close()
            self._say("ROLLBACK")
        except self.driver_error:
            # The server is gone, and the transaction with it.
            self._pooled.invalidate()

    def close(self) -> None:
        self.undo()
        if self._pooled.is_valid:
            self._connection.autocommit = self._autocommit
        self._pooled.close()

    def _say(self, words: str) -> None:
        self.writer.execute(words, prepare=False)
