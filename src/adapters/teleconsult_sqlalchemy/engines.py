"""Engines for a SQLite file or a PostgreSQL database, and what readies a host's engine for us.

May import SQLAlchemy. A file is meant unless it is an address: `postgresql://user@host/name`.
"""

from __future__ import annotations

import selectors
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import StaticPool

from teleconsult_core.ports import PortMisused

Synchronous = Literal["FULL", "NORMAL"]
IN_MEMORY = ":memory:"
_SELECTOR = getattr(selectors, "PollSelector", selectors.SelectSelector)
ADDRESSES = ("postgresql://", "postgresql+psycopg://", "postgres://")

_SESSION = {
    "TimeZone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
"""No statement runs for ever, nobody waits for a lock longer than SQLite would let him, and a
process that has stopped inside a work does not keep its locks."""


def engine_for(where: str | Path | sa.URL, synchronous: Synchronous = "FULL") -> sa.Engine:
    """An engine for the SQLite file or the PostgreSQL address `where`.

    `":memory:"` keeps everything in this process. FULL survives the loss of power after every
    commit. NORMAL survives a crash of the program, and may lose the last commits (never the
    database) when the power fails. Raises `PortMisused` for an address that is none.
    """
    if isinstance(where, sa.URL) or is_address(where):
        return tune(_on_server(where, synchronous))
    if str(where) == IN_MEMORY:
        engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    else:
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(where)))
    return tune(engine, synchronous)


def is_address(where: str | Path) -> bool:
    """Whether `where` names a database on a server, and no file."""
    return isinstance(where, str) and where.startswith(ADDRESSES)


def _on_server(where: str | Path | sa.URL, synchronous: Synchronous) -> sa.Engine:
    try:
        url = sa.make_url(where if isinstance(where, sa.URL) else str(where))
    except (ArgumentError, ValueError):
        # The error would repeat the address, and with it the password.
        raise PortMisused(
            "the address of the database cannot be read; "
            "write it as postgresql://user:password@host:5432/name"
        ) from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise PortMisused(f"{url.get_backend_name()} is no database we know: SQLite or PostgreSQL")
    session = _SESSION if synchronous == "FULL" else _SESSION | {"synchronous_commit": "off"}
    theirs = url.query.get("options", "")  # last, so that the address has the last word
    options = [*(f"-c {name}={value}" for name, value in session.items()), str(theirs)]
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args={
            "options": " ".join(options).strip(),
            "client_encoding": "utf8",
            "connect_timeout": int(str(url.query.get("connect_timeout", "5"))),
        },
        pool_timeout=10,
    )


def tune(engine: sa.Engine, synchronous: Synchronous = "FULL") -> sa.Engine:
    """Ready an engine, such as a host's, before its first connection.

    SQLite: write-ahead log, foreign keys, five seconds of patience, and transactions that begin
    where SQLAlchemy says so (its documentation's recipe for sqlite3). PostgreSQL: a connection
    that the server has closed meanwhile is not lent out again.
    """
    if engine.dialect.name == "postgresql":
        sa.event.listen(engine, "checkout", _must_be_alive)
        return engine
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


def _must_be_alive(connection: Any, _record: object, _proxy: object) -> None:
    """Have a connection of before a server's restart replaced, by the pool, before it is lent out.

    A server that goes away says so: an idle connection on which something has arrived is over.
    Asking the operating system takes microseconds, where `pool_pre_ping` would ask the server.
    """
    if not connection.closed:
        with _SELECTOR() as arrived:
            arrived.register(connection.fileno(), selectors.EVENT_READ)
            if not arrived.select(0):
                return
    raise DisconnectionError("the server has closed the connection")
