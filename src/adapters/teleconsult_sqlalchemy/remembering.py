"""What was asked of a SQLite file, given again while nobody has written.

SQLite tells a connection at next to no cost whether another one has committed since it last looked
(https://www.sqlite.org/pragma.html#pragma_data_version). So one connection does nothing but look,
and an answer that is given again is as fresh as if it had been asked for. May import
`transactions`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime
from itertools import count
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa
from attrs import frozen

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_sqlalchemy.transactions import driver_error, lent

MOST = 1024
"""Answers that are kept; the oldest is forgotten first."""
PATIENCE = 1.0
"""Seconds for which somebody waits for his turn to look; then he asks instead."""

V = TypeVar("V")
Answer = tuple[V, datetime | None]
"""What was found, and until when time alone does not change it; None for ever."""
Version = tuple[int, int]
"""Of the file: by which of our connections it was seen, and SQLite's own number for it."""


@frozen
class _Kept:
    version: Version
    since: datetime
    until: datetime | None
    value: Any

    def holds(self, version: Version, now: datetime) -> bool:
        before_it_changes = self.until is None or now < self.until
        return self.version == version and self.since <= now and before_it_changes


class Memory:
    """Of one engine that `engine_for` made for a file, and for its tables without a schema."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._looking, self._keeping = Lock(), Lock()
        self._connection: Any = None
        self._connections = 0
        # Who comes draws a number, and so does each look as it begins: what a look saw is good for
        # whoever came before it began.
        self._numbers = count()
        self._began, self._seen = -1, (0, 0)
        self._kept: dict[Hashable, _Kept] = {}
        sa.event.listen(engine, "engine_disposed", self._start_anew)

    def of(self, key: Hashable, now: datetime, ask: Callable[[], Answer[V]]) -> V:
        """What `ask` gives at `now`. `key` says what it asks for."""
        version = self._look()  # before it is asked: a commit meanwhile makes the answer old
        if version is None:
            return ask()[0]
        kept = self._kept.get(key)
        if kept is not None and kept.holds(version, now):
            known: V = kept.value
            return known
        value, until = ask()
        with self._keeping:
            self._kept.pop(key, None)
            self._kept[key] = _Kept(version, now, until, value)
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return value

    def _look(self) -> Version | None:
        """Another one whenever somebody has committed; None when it cannot be seen now.

        Who comes while somebody looks waits, and has what the next one sees.
        """
        came = next(self._numbers)
        if not self._looking.acquire(timeout=PATIENCE):
            return None
        try:
            if self._began < came:
                began, seen = next(self._numbers), self._read()
                self._began, self._seen = began, seen
            return self._seen
        except (driver_error(self._engine.dialect), PortTrouble, PortMisused):
            self._close()  # whoever asks himself is told what it is
            return None
        finally:
            self._looking.release()

    def _read(self) -> Version:
        if self._connection is None:
            pooled = lent(self._engine)
            self._connection = pooled.driver_connection
            self._connections += 1
            pooled.detach()  # it is ours from now on
        (number,) = self._connection.execute("PRAGMA data_version").fetchone()
        return self._connections, number

    def _start_anew(self, _engine: sa.Engine) -> None:
        """Look with a connection of the engine as it is from now on."""
        with self._looking:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(driver_error(self._engine.dialect)):
                self._connection.close()
        self._connection = None
