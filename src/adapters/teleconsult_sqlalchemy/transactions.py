"""One transaction on the driver's own connection: ours, or a stretch of the host's.

May import SQLAlchemy. On SQLite ours begins with BEGIN IMMEDIATE when it will write, so that two
writers wait for each other at the start instead of failing at the end; a reading one begins with
its first question, and never keeps a writer waiting. PostgreSQL has its own module,
`transactions_postgresql`. In the host's transaction we open a SAVEPOINT, and neither begin nor
commit: what we wrote becomes true or false with everything else of his.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from teleconsult_sqlalchemy.statements import Parameters, Statement
from teleconsult_sqlalchemy.trouble import told


class Transaction(Protocol):
    """What a work runs in. Every method raises what `trouble.told` makes of a driver's error."""

    where: str
    driver: Any
    """The driver's own connection."""
    driver_error: type[Exception]

    @property
    def cursor(self) -> Any:
        """What questions are asked on: as much of a driver's cursor as that needs."""
        ...

    def begin(self) -> None:
        """Before the first question; a writing one has begun. Raises the driver's own error."""
        ...

    def write(self, statement: Statement, parameters: Parameters) -> None:
        """Run what gives nothing back; a refusal may come only with `settle` or the next answer.

        Raises the driver's own error, and so does `settle`.
        """
        ...

    def settle(self) -> None:
        """Wait until everything written was done."""
        ...

    def last(self, sql: str, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Run it, give the rows it gives, and commit. Raises the driver's own error before.

        Where nothing came before, it is a transaction by itself.
        """
        ...

    def commit(self) -> None: ...
    def undo(self) -> None:
        """Take back everything; doing so twice is doing so once."""
        ...

    def close(self) -> None: ...


class OwnTransaction:
    """Begun, committed and rolled back by us, on a connection of the engine's pool.

    A reading one has its connection from its first question on.
    """

    def __init__(self, engine: sa.Engine, where: str, *, writing: bool) -> None:
        self.where, self._engine = where, engine
        self.driver_error = driver_error(engine.dialect)
        self._pooled: sa.PoolProxiedConnection | None = None
        self.driver: Any = None
        self.cursor: Any = None
        if writing:
            try:
                self._begin("BEGIN IMMEDIATE")
            except self.driver_error as error:
                self.close()
                raise told(error, self.where) from error

    def begin(self) -> None:
        self._begin("BEGIN")

    def _begin(self, words: str) -> None:
        self._borrow()
        # sqlite3 with autocommit=False has begun by itself.
        if not self.driver.in_transaction:
            self.cursor.execute(words)

    def _borrow(self) -> None:
        if self._pooled is None:
            self._pooled = lent(self._engine)
            self.driver = self._pooled.driver_connection
            self.cursor = self.driver.cursor()

    def write(self, statement: Statement, parameters: Parameters) -> None:
        self.cursor.execute(statement.sql, parameters)

    def settle(self) -> None:
        """Every statement was waited for."""

    def last(self, sql: str, parameters: Parameters) -> Sequence[Sequence[Any]]:
        self._borrow()
        return run_and_commit(self, sql, parameters)

    def commit(self) -> None:
        try:
            self.driver.commit()
        except self.driver_error as error:
            self.undo()
            raise told(error, self.where, committing=True) from error

    def undo(self) -> None:
        if self._pooled is not None:
            self.driver.rollback()

    def close(self) -> None:
        # The pool rolls back what was not committed before it lends the connection out again.
        if self._pooled is not None:
            self._pooled.close()


def lent(engine: sa.Engine) -> sa.PoolProxiedConnection:
    """A connection of the engine's pool, to be given back with `close`."""
    try:
        return engine.raw_connection()
    except (SQLAlchemyError, driver_error(engine.dialect)) as error:
        raise told(error, named(engine)) from error


class HostsTransaction:
    """A SAVEPOINT inside the transaction of the host's connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.where = named(connection.engine)
        self.driver_error = driver_error(connection.dialect)
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does by itself at a connection's first statement
        driver: Any = connection.connection.driver_connection
        self.driver = driver
        self.cursor = raw_cursor(connection, driver)
        try:
            if connection.dialect.name == "sqlite" and not driver.in_transaction:
                # sqlite3 begins late, at the first write: without this, the outermost RELEASE
                # would commit the host's transaction.
                self.cursor.execute("BEGIN")
            self.cursor.execute("SAVEPOINT teleconsult")
        except self.driver_error as error:
            raise told(error, self.where) from error
        self._open = True

    def begin(self) -> None:
        """With its savepoint."""

    def write(self, statement: Statement, parameters: Parameters) -> None:
        self.cursor.execute(statement.sql, parameters)

    def settle(self) -> None:
        """Every statement was waited for."""

    def last(self, sql: str, parameters: Parameters) -> Sequence[Sequence[Any]]:
        return run_and_commit(self, sql, parameters)

    def commit(self) -> None:
        """Keep what was written for the host to commit."""
        try:
            self.cursor.execute("RELEASE SAVEPOINT teleconsult")
        except self.driver_error as error:
            self.undo()
            raise told(error, self.where) from error
        self._open = False

    def undo(self) -> None:
        if not self._open:
            return
        self._open = False
        try:
            self.cursor.execute("ROLLBACK TO SAVEPOINT teleconsult")
            self.cursor.execute("RELEASE SAVEPOINT teleconsult")
        except self.driver_error:
            # A full disk makes SQLite roll back the whole transaction, the savepoint with it; a
            # server that is gone has done so too.
            return

    def close(self) -> None:
        self.undo()
        self.cursor.close()


def run_and_commit(
    transaction: Transaction, sql: str, parameters: Parameters
) -> Sequence[Sequence[Any]]:
    """One after the other."""
    transaction.cursor.execute(sql, parameters)
    found: Sequence[Sequence[Any]] = transaction.cursor.fetchall()
    transaction.commit()
    return found


def raw_cursor(of: sa.Engine | sa.Connection, driver: Any) -> Any:
    """A cursor of the driver's that takes a statement as we write it."""
    if of.dialect.name == "postgresql":
        return of.dialect.loaded_dbapi.RawCursor(driver)
    return driver.cursor()


def named(engine: sa.Engine) -> str:
    """The database as a person knows it: the file's path, or the address without the password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or "the database in memory"
    url = engine.url  # whose password may also stand behind the question mark
    return str(
        sa.URL.create(url.get_backend_name(), url.username, None, url.host, url.port, url.database)
    )


def driver_error(dialect: sa.Dialect) -> type[Exception]:
    error: type[Exception] = dialect.loaded_dbapi.Error
    return error
