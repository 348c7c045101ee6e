"""A SQLite file that several processes and threads write to at once. May import ports, times.

Every piece of work is one immediate transaction: it waits for its turn, sees the latest state
and is kept whole or not at all. What the disk refuses is `PortTrouble`; a file that is not ours
is `PortMisused`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.times import aware_utc
from teleconsult_sandbox.schema import SCHEMA, VERSION

PATIENCE_SECONDS = 10.0
"""How long a transaction waits for those of other processes."""


class SandboxFile:
    """One file, opened when first used. One connection for each process, used in turn."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._turn = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._parents: list[sqlite3.Connection] = []

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. Raises `PortTrouble` when the file cannot be used."""
        with self._turn:
            with self._spoken():
                connection = self._open()
                connection.execute("begin immediate")
            try:
                with self._spoken():
                    yield connection
            except BaseException:
                connection.rollback()
                raise
            self._commit(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Outside any transaction, for one single question."""
        with self._turn, self._spoken():
            yield self._open()

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._turn:
            self._leave_the_parents()
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _commit(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("commit")
        except sqlite3.OperationalError as error:
            connection.rollback()
            raise PortTrouble(self._sentence(error), unknown=True) from error

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """What SQLite or the disk says, in the port's words."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise PortTrouble(self._sentence(error)) from error
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) not in _NOT_OURS:
                raise
            raise PortMisused(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        return f"the sandbox file {self.path} cannot be used: {error}"

    def _open(self) -> sqlite3.Connection:
        self._leave_the_parents()
        if self._connection is None:
            self._connection = self._connected()
        return self._connection

    def _leave_the_parents(self) -> None:
        """A connection must not be carried through a fork (https://www.sqlite.org/howtocorrupt.html).

        The child opens its own, and does not even close its parent's.
        """
        if self._process == os.getpid():
            return
        if self._connection is not None:
            self._parents.append(self._connection)
        self._connection, self._process = None, os.getpid()

    def _connected(self) -> sqlite3.Connection:
        if not self.path.exists():
            _begin(self.path)
        connection = _connect(self.path)
        try:
            # What was committed survives the end of any process; only a power cut may take the
            # last moments of a sandbox.
            connection.execute("pragma synchronous = normal")
            (version,) = connection.execute("pragma user_version").fetchone()
            if version != VERSION:
                raise PortMisused(f"{self.path} is no sandbox file of version {VERSION}")
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )


def _begin(path: Path) -> None:
    """A new file, made beside its place and put there whole: nobody ever sees half of one.

    Where several processes begin at once, the first one's file stands.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    beside.unlink(missing_ok=True)  # left behind by a process that was killed
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with closing(_connect(beside)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(f"begin; {SCHEMA} pragma user_version = {VERSION}; commit;")
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()


_NOT_OURS = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


def written(instant: datetime) -> str:
    """An instant as it is kept: UTC, always of the same width. Raises `BadInput` when naive."""
    return aware_utc(instant).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    """The instant that was `written`."""
    return datetime.fromisoformat(text).astimezone(UTC)
