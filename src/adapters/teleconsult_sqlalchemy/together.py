"""Several new rows as one statement for PostgreSQL. May import statements.

    WITH w0 AS (INSERT INTO holds …), w1 AS (INSERT INTO consents …) SELECT 1

Every statement has a price beside its rows, at the driver and at the server. PostgreSQL lets the
parts of one see the tables as they were before it, and leaves their order open, so only insertions
travel together: each into another table, or into the same one under another key where the order
does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from teleconsult_sqlalchemy.statements import Statement

AT_MOST = 12
"""So many insertions in one statement; the server has a plan for each combination that is usual."""

_PLACE = re.compile(r"\$(\d+)")

Waiting = tuple[Statement, Sequence[Any]]


class Together:
    """Insertions that wait for each other."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []

    def takes(self, statement: Statement, parameters: Sequence[Any]) -> bool:
        """Whether `statement` may travel with those that wait."""
        if not statement.into or len(self.waiting) >= AT_MOST:
            return False
        key = statement.key
        return all(
            statement.into != other.into
            or (statement is other and key is not None and given[key] != parameters[key])
            for other, given in self.waiting
        )

    def add(self, statement: Statement, parameters: Sequence[Any]) -> None:
        self.waiting.append((statement, parameters))

    def all_of_them(self) -> tuple[str, Sequence[Any]]:
        """The one statement with its parameters; nothing waits afterwards."""
        waiting, self.waiting = self.waiting, []
        if len(waiting) == 1:
            statement, parameters = waiting[0]
            return statement.sql, parameters
        given = [value for _, parameters in waiting for value in parameters]
        return joined(tuple(statement for statement, _ in waiting)), given


@lru_cache(maxsize=512)
def joined(statements: Sequence[Statement]) -> str:
    """One statement of several; its parameters are theirs, one after the other."""
    parts, before = [], 0
    for number, statement in enumerate(statements):
        parts.append(f"w{number} AS ({_moved(statement.sql, before)})")
        before += len(statement.inputs)
    return f"WITH {', '.join(parts)} SELECT 1"


def _moved(sql: str, by: int) -> str:
    """The same with every $n counted on from `by`."""
    return _PLACE.sub(lambda place: f"${int(place[1]) + by}", sql)
