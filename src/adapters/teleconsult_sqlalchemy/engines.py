"""Engines for a SQLite file, and what makes a host's engine safe for us. May import SQLAlchemy."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

Synchronous = Literal["FULL", "NORMAL"]
IN_MEMORY = ":memory:"


def engine_for(path: str | Path, synchronous: Synchronous = "FULL") -> sa.Engine:
    """An engine for the SQLite file `path`; `":memory:"` keeps everything in this process.

    FULL survives the loss of power after every commit. NORMAL survives a crash of the program,
    and may lose the last commits (never the file) when the power fails.
    """
    if str(path) == IN_MEMORY:
        engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    else:
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    return tune(engine, synchronous)


def tune(engine: sa.Engine, synchronous: Synchronous = "FULL") -> sa.Engine:
    """Ready a SQLite engine, such as a host's, before its first connection; others stay as is.

    Write-ahead log, foreign keys, five seconds of patience, and transactions that begin where
    SQLAlchemy says so (its documentation's recipe for sqlite3).
    """
    if engine.dialect.name != "sqlite":
        return engine

    @sa.event.listens_for(engine, "connect")
    def ready(connection: Any, _record: object) -> None:
        # sqlite3 would begin late, at the first write, and not before a SELECT or a SAVEPOINT.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 5000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN")

    return engine
