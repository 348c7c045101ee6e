"""What was asked of a SQLite file, given again while nobody has written.

SQLite tells a connection at next to no cost whether another one has committed since it last looked
(https://www.sqlite.org/pragma.html#pragma_data_version). So one connection does nothing but look,
and an answer that is given again is as fresh as if it had been asked for. May import
`transactions`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from itertools import count
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa
from attrs import frozen

from teleconsult_sqlalchemy.transactions import lent

MOST = 1024
"""Answers that are kept; the oldest is forgotten first."""

V = TypeVar("V")
Answer = tuple[V, datetime | None]
"""What was found, and until when time alone does not change it; None for ever."""

Stand = tuple[int, int]
"""Which connection looked, and what it saw."""
NEVER: Stand = (0, 0)


@frozen
class _Told:
    stand: Stand
    since: datetime
    until: datetime | None
    value: Any

    def holds(self, stand: Stand, moment: datetime) -> bool:
        before_it_changes = self.until is None or moment < self.until
        return self.stand == stand and self.since <= moment and before_it_changes


class Memory:
    """Of one engine, for all threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._looking, self._writing = Lock(), Lock()
        self._connection: Any = None
        self._which = 0
        self._numbers = count()
        self._looked, self._stand = -1, NEVER
        self._told: dict[Hashable, _Told] = {}
        sa.event.listen(engine, "engine_disposed", self._forget)

    def of(self, key: Hashable, moment: datetime, ask: Callable[[], Answer[V]]) -> V:
        """What `ask` gives at `moment`. `key` says what it asks for. Raises the driver's error."""
        stand = self._look()  # before it is asked: who commits meanwhile makes the answer old
        told = self._told.get(key)
        if told is not None and told.holds(stand, moment):
            known: V = told.value
            return known
        value, until = ask()
        with self._writing:
            self._told.pop(key, None)
            self._told[key] = _Told(stand, moment, until, value)
            if len(self._told) > MOST:
                del self._told[next(iter(self._told))]
        return value

    def _look(self) -> Stand:
        """Another one whenever somebody has committed.

        Who comes while somebody looks waits, and has what the next one sees.
        """
        came = next(self._numbers)
        with self._looking:
            if self._looked < came:
                if self._connection is None:
                    self._connection = self._borrowed()
                began = next(self._numbers)
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
                self._looked, self._stand = began, (self._which, version)
            return self._stand

    def _borrowed(self) -> Any:
        pooled = lent(self._engine)
        connection = pooled.driver_connection
        pooled.detach()  # it is ours from now on
        self._which += 1
        return connection

    def _forget(self, _engine: sa.Engine) -> None:
        """Look with a connection of the engine as it is from now on."""
        with self._looking:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


def memory_of(engine: sa.Engine) -> Memory | None:
    """None where no second connection sees what the first one does, and on a server."""
    kept = engine.url.database not in {None, "", ":memory:"}
    return Memory(engine) if engine.dialect.name == "sqlite" and kept else None
