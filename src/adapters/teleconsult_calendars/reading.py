"""What reading a calendar answers. May import attrs and the core's times.

Only intervals and the fingerprint of an event's identity: no title, no place, no name.
"""

from __future__ import annotations

import hashlib

from attrs import frozen

from teleconsult_core.times import Interval


@frozen(order=True)
class BusyTime:
    """One stretch of time that is taken, to the second.

    `uid` is a fingerprint of the event's own identifier, the same in every export of it, so that
    a second import recognises what the first one brought. The identifier itself stays behind:
    some programs put a guest's address in it. All occurrences of a series share one `uid`.
    """

    uid: str
    interval: Interval


@frozen
class CalendarProblem:
    """One thing that could not be read: where, in which event, what, and the value that broke it.

    `uid` is the event's own identifier, for whoever repairs the calendar; None when the trouble
    is not inside an event, or inside one without identifier.
    """

    line: int | None
    uid: str | None
    what: str
    value: str

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}: "
        event = "" if self.uid is None else f" (event {self.uid})"
        return f"{place}{self.what}: {self.value}{event}"


@frozen
class Ignored:
    """How many entries block nothing, by reason; each is counted once, changed instances too."""

    cancelled: int = 0
    transparent: int = 0
    marked_free: int = 0
    without_length: int = 0
    outside_window: int = 0
    not_events: int = 0


@frozen
class CalendarReading:
    """What a calendar says about a window. An event with a problem is in no part of `busy`."""

    busy: tuple[BusyTime, ...]
    ignored: Ignored
    problems: tuple[CalendarProblem, ...]


def fingerprint(uid: str) -> str:
    """Thirty-two hexadecimal digits that stand for an event's identifier."""
    return hashlib.sha256(uid.encode("utf-8")).hexdigest()[:32]
