"""Trouble on demand, written down so that another process can ask for it. May import file.

A plan says which call of which port goes wrong, how, and how often; the oldest plan that fits a
call is used up first.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import BadInput
from teleconsult_sandbox.file import SandboxFile

LONGEST_DELAY = 600.0
ANY = "any"
"""The verb that stands for every call of a port."""


class TroubleKind(StrEnum):
    BUSY = "busy"
    """Refused before anything happened; the same call may be repeated at once."""
    REQUEST_LOST = "request-lost"
    """It never arrived, and the caller cannot know."""
    ANSWER_LOST = "answer-lost"
    """It happened, and the answer never came: the caller cannot know."""
    FAILURE = "failure"
    """Nothing happened, and the failure is stored under the key and replayed for a day."""
    FAILURE_AFTER_EFFECT = "failure-after-effect"
    """It happened, yet a failure is stored under the key and replayed for a day."""
    DELAY = "delay"
    """It happens `seconds` later."""


STORED = frozenset({TroubleKind.FAILURE, TroubleKind.FAILURE_AFTER_EFFECT})
"""Kinds that only a call with an idempotency key can have."""


@frozen
class Trouble:
    """The next `times` calls of `verb` go wrong; without `times`, every call until lifted."""

    verb: str
    kind: TroubleKind
    times: int | None = 1
    seconds: float = field(default=0.0)

    @seconds.validator
    def _bounded(self, _: object, value: float) -> None:
        if not 0 <= value <= LONGEST_DELAY:
            raise BadInput("seconds", value, f"from 0 to {LONGEST_DELAY:g}")

    def __attrs_post_init__(self) -> None:
        if self.times is not None and self.times < 1:
            raise BadInput("times", self.times, "1 or more, or none for until lifted")


class Troubles:
    """The trouble planned for one port. `keyed` are the verbs that take an idempotency key."""

    def __init__(
        self,
        file: SandboxFile,
        port: str,
        *,
        verbs: frozenset[str],
        keyed: frozenset[str] = frozenset(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file, self._port, self._sleep = file, port, sleep
        self._verbs, self._keyed = verbs | keyed, keyed

    def plan(self, trouble: Trouble) -> None:
        """Ask for `trouble`. Raises `BadInput` when no call can run into it."""
        able = self._keyed if trouble.kind in STORED else self._verbs
        if trouble.verb not in able | {ANY} or not able:
            raise BadInput("verb", trouble.verb, f"one of {', '.join(sorted(able | {ANY}))}")
        with self._file.transaction() as connection:
            connection.execute(
                "insert into trouble (port, verb, kind, times, seconds) values (?, ?, ?, ?, ?)",
                (self._port, trouble.verb, trouble.kind.value, trouble.times, trouble.seconds),
            )

    def planned(self) -> tuple[Trouble, ...]:
        """What is still to come, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "select * from trouble where port = ? order by number", (self._port,)
            )
            return tuple(_read(row) for row in rows)

    def lift(self) -> None:
        """No more trouble."""
        with self._file.transaction() as connection:
            connection.execute("delete from trouble where port = ?", (self._port,))

    @contextmanager
    def around(self, verb: str) -> Iterator[TroubleKind | None]:
        """One call of `verb`, with the trouble it runs into; stored failures are the caller's.

        Raises `PortTrouble` before the call when it is refused, after it when its answer is lost.
        """
        met = self._strike(verb)
        if met is None:
            yield None
            return
        if met.kind is TroubleKind.BUSY:
            raise PortTrouble(f"the sandbox was told to refuse {self._port} {verb}")
        if met.kind is TroubleKind.REQUEST_LOST:
            words = f"the sandbox never heard {self._port} {verb}"
            raise PortTrouble(words, unknown=True)
        if met.kind is TroubleKind.DELAY:
            self._sleep(met.seconds)
        yield met.kind
        if met.kind is TroubleKind.ANSWER_LOST:
            raise PortTrouble(f"the sandbox lost its answer to {self._port} {verb}", unknown=True)

    def _strike(self, verb: str) -> Trouble | None:
        """The oldest trouble that fits this call, used up once."""
        if not self.planned():
            return None
        with self._file.transaction() as connection:
            row = connection.execute(
                "select * from trouble where port = :port and verb in (:verb, :any)"
                " and (:keyed or kind not in (:failure, :after)) order by number limit 1",
                {
                    "port": self._port,
                    "verb": verb,
                    "any": ANY,
                    "keyed": verb in self._keyed,
                    "failure": TroubleKind.FAILURE.value,
                    "after": TroubleKind.FAILURE_AFTER_EFFECT.value,
                },
            ).fetchone()
            if row is None:
                return None
            _use_up(connection, row)
            return _read(row)


def _use_up(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    if row["times"] == 1:
        connection.execute("delete from trouble where number = ?", (row["number"],))
    else:  # without a number of times, this stays without one
        connection.execute(
            "update trouble set times = times - 1 where number = ?", (row["number"],)
        )


def _read(row: sqlite3.Row) -> Trouble:
    return Trouble(row["verb"], TroubleKind(row["kind"]), row["times"], row["seconds"])
