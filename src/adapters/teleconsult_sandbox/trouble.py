"""Trouble on demand, written down so that another process can ask for it. May import refusals.

A plan says which call of which port goes wrong, how, and how often; the oldest plan that fits a
call is used up first.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.refusals import BadInput

LONGEST_DELAY = 600.0
ANY = "any"
"""The verb that stands for every call of a port."""


class TroubleKind(StrEnum):
    BUSY = "busy"
    """Refused before anything happened; the same call may be repeated at once."""
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


def plan(
    connection: sqlite3.Connection, port: str, trouble: Trouble, verbs: frozenset[str]
) -> None:
    """Ask for `trouble` at `port`. Raises `BadInput` for a verb it does not have."""
    if trouble.verb not in verbs | {ANY}:
        raise BadInput("verb", trouble.verb, f"one of {', '.join(sorted(verbs | {ANY}))}")
    connection.execute(
        "insert into trouble (port, verb, kind, times, seconds) values (?, ?, ?, ?, ?)",
        (port, trouble.verb, trouble.kind.value, trouble.times, trouble.seconds),
    )


def planned(connection: sqlite3.Connection, port: str) -> tuple[Trouble, ...]:
    rows = connection.execute("select * from trouble where port = ? order by number", (port,))
    return tuple(_read(row) for row in rows)


def lift(connection: sqlite3.Connection, port: str) -> None:
    """No more trouble at `port`."""
    connection.execute("delete from trouble where port = ?", (port,))


def strike(connection: sqlite3.Connection, port: str, verb: str) -> Trouble | None:
    """The trouble that this call of `verb` runs into, used up once."""
    row = connection.execute(
        "select * from trouble where port = ? and verb in (?, ?) order by number limit 1",
        (port, verb, ANY),
    ).fetchone()
    if row is None:
        return None
    if row["times"] == 1:
        connection.execute("delete from trouble where number = ?", (row["number"],))
    elif row["times"] is not None:
        connection.execute(
            "update trouble set times = times - 1 where number = ?", (row["number"],)
        )
    return _read(row)


def _read(row: sqlite3.Row) -> Trouble:
    return Trouble(row["verb"], TroubleKind(row["kind"]), row["times"], row["seconds"])
