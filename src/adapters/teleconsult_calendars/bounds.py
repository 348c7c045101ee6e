"""How much of a file is read, and the ways of saying no. May import the core's refusals.

A calendar file comes from outside. A rule of forty characters can ask for a billion appointments
or for one that never comes, so work is counted, not timed: the same file is refused on every
machine, at the same place, with the bound in the message.
"""

from __future__ import annotations

from attrs import define, frozen

from teleconsult_core.refusals import BadInput, shortened

MAX_BYTES = 10 * 1024 * 1024
MAX_EVENTS = 10_000
"""Events in one file, the changed instances of a series counted separately."""
MAX_DATES = 5_000
"""Dates that one event may add (RDATE) or leave out (EXDATE)."""
MAX_REPETITIONS = 20_000
"""How often one rule may come true from its start to the end of the window: fifty years daily."""
MAX_TIMES_A_DAY = 1_440
"""Product of the hours, minutes and seconds one rule may list."""
MAX_RULE = 4_000
"""Characters in one rule: room for every day of a year, counted from both ends."""
MAX_EFFORT = 2_000_000
"""Days followed and repetitions met, all rules of a file together: some ten seconds' work."""
MAX_BUSY_TIMES = 50_000
FIRST_YEAR, LAST_YEAR = 1600, 2200
"""Birthdays without a year are filed under 1604 by some programs; nothing is later than 2200."""


class NotACalendar(BadInput):
    """The file is no calendar, or not a whole one. Nothing of it was read."""

    code = "not-a-calendar"

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        self.what = what
        super().__init__("calendar, line", line, what)


class CalendarTooLarge(BadInput):
    """The file asks for more work than an import may cost. Nothing of it was read."""

    code = "calendar-too-large"

    def __init__(self, what: str, value: int, bound: int) -> None:
        self.what = what
        self.limit = bound
        super().__init__(f"calendar, {what}", value, f"at most {bound}")


@frozen
class Unreadable(ValueError):
    """What is wrong with one line of one event. Stays in this package: it becomes a problem."""

    line: int
    what: str
    value: str

    @classmethod
    def because(cls, line: int, what: str, value: object) -> Unreadable:
        return cls(line, what, shown(value))


def shown(value: object) -> str:
    """A value as it stands in a message: itself if it is short and printable."""
    if isinstance(value, str) and len(value) <= 120 and value.isprintable():
        return value
    return shortened(value)


@define
class Effort:
    """What following the rules of one file has cost so far."""

    spent: int = 0

    def spend(self, amount: int) -> None:
        """Raises `CalendarTooLarge` once the file has had its share."""
        self.spent += amount
        if self.spent > MAX_EFFORT:
            raise CalendarTooLarge("steps to follow its rules", self.spent, MAX_EFFORT)
