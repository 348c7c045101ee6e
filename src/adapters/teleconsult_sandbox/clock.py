"""A movable clock in a file, the same for every process that opens it. May import refusals, times.

It shows real time plus an offset, or stands still at an instant. It goes back only when forced,
because the other parts of a sandbox do not forget what has already happened.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from attrs import frozen

from teleconsult_core.refusals import BadInput
from teleconsult_core.times import aware_utc
from teleconsult_sandbox.file import SandboxFile, read, written

_MICROSECOND = timedelta(microseconds=1)


Clock = Callable[[], datetime]
"""Whatever tells the time when called; aware, in UTC."""


@frozen
class _Setting:
    frozen_at: datetime | None = None
    offset: timedelta = timedelta()

    @property
    def shows(self) -> datetime:
        return self.frozen_at or datetime.now(UTC) + self.offset


class SandboxClock:
    """Real time until it is told otherwise; called, it gives what it shows, as any `Clock`."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = SandboxFile(path)

    def now(self) -> datetime:
        with self._file.reading() as connection:
            return _setting(connection).shows

    def __call__(self) -> datetime:
        return self.now()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        with self._file.reading() as connection:
            return _setting(connection).frozen_at is not None

    def set(self, instant: datetime, *, force: bool = False) -> datetime:
        """Stand still at `instant`. Raises `BadInput` when that is back in time."""
        return self._turn(_Setting(frozen_at=aware_utc(instant)), force=force)

    def forward(self, delta: timedelta, *, force: bool = False) -> datetime:
        """`delta` later, standing still or running as before."""
        with self._file.transaction() as connection:
            old = _setting(connection)
            if old.frozen_at is None:
                new = _Setting(offset=old.offset + delta)
            else:
                new = _Setting(frozen_at=old.frozen_at + delta)
            return _replace(connection, new, force=force or delta >= timedelta())

    def release(self) -> datetime:
        """Run on from where the clock stands."""
        with self._file.transaction() as connection:
            shown = _setting(connection).shows
            return _replace(connection, _Setting(offset=shown - datetime.now(UTC)), force=True)

    def real(self, *, force: bool = False) -> datetime:
        """Show real time again. Raises `BadInput` when that is back in time."""
        return self._turn(_Setting(), force=force)

    def close(self) -> None:
        self._file.close()

    def _turn(self, new: _Setting, *, force: bool) -> datetime:
        with self._file.transaction() as connection:
            return _replace(connection, new, force=force)


def _setting(connection: sqlite3.Connection) -> _Setting:
    row = connection.execute("select frozen_at, offset_microseconds from clock").fetchone()
    if row is None:
        return _Setting()
    frozen_at = row["frozen_at"]
    offset = row["offset_microseconds"] * _MICROSECOND
    return _Setting(None if frozen_at is None else read(frozen_at), offset)


def _replace(connection: sqlite3.Connection, new: _Setting, *, force: bool) -> datetime:
    shown, wanted = _setting(connection).shows, new.shows
    if wanted < shown and not force:
        bound = f"not before {shown.isoformat()}, unless forced"
        raise BadInput("clock", wanted.isoformat(), bound)
    connection.execute(
        "insert or replace into clock (one, frozen_at, offset_microseconds) values (1, ?, ?)",
        (new.frozen_at and written(new.frozen_at), new.offset // _MICROSECOND),
    )
    return wanted
