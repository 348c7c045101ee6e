"""Opening hours as they are typed, and as a preview carries them on. May import the core.

A preview carries the whole of what it showed, so that sending it twice is sending it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TypeVar

from flask import request

from teleconsult_core.opening_rules import FURTHEST, MOST_EXCEPTIONS, MOST_HOURS
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import DatedException, OpeningHours
from teleconsult_core.slots import Mode, Modes
from teleconsult_flask.languages import say

NONE = "-"

Row = TypeVar("Row", OpeningHours, DatedException)


class Wrong(Exception):
    """What was typed in `field` cannot be used; `words` say how to mend it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field, self.words = field, words


def modes_typed() -> Modes:
    return frozenset(mode for mode in Mode if mode.value in request.form.getlist("modes"))


def weekdays_typed() -> frozenset[int]:
    """Raises `Wrong`."""
    typed = request.form.getlist("weekdays")
    found = frozenset(day for day in range(1, 8) if str(day) in typed)
    if not found:
        raise Wrong("weekdays", say("Choose at least one day of the week."))
    return found


def wall_typed(name: str) -> time:
    """Raises `Wrong`."""
    try:
        return time.fromisoformat(request.form.get(name, "").strip()).replace(tzinfo=None)
    except ValueError:
        raise Wrong(name, say("Enter an hour, such as 09:00.")) from None


def day_typed(name: str) -> date | None:
    """A day, or None where none was typed. Raises `Wrong`."""
    typed = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Wrong(name, say("Enter a day that exists.")) from None


def wrong_in(error: BadInput) -> Wrong:
    """What the core says of a value, in the practitioner's words."""
    words: Mapping[str, str] = {
        "modes": say("Choose for which kind of appointment."),
        "closes": say("The end must come after the beginning; 00:00 is the end of the day."),
        "valid_until": say("The last day must not come before the first."),
        "day": say("Choose a day from today on, within %(years)s years.")
        % {"years": FURTHEST.days // 365},
        "hours": say("There are too many rows: at most %(most)s.") % {"most": MOST_HOURS},
        "exceptions": say(
            "A day is either closed or open at other hours, and that is said once for each kind of "
            "appointment; at most %(most)s days."
        )
        % {"most": MOST_EXCEPTIONS},
    }
    if error.field in {"opens", "closes"} and error.bound.startswith("a whole"):
        return Wrong(error.field, say("Hours begin and end on whole 5 minutes, such as 09:05."))
    field = "" if error.field == "hours" else error.field  # it is about all of them
    return Wrong(field, words.get(error.field, say("Please look through it again.")))


def in_order(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """Each with its place among all, as people read them: by day, then by hour."""
    return sorted(enumerate(rows), key=lambda one: _place(one[1]))


def _place(row: OpeningHours | DatedException) -> tuple[date, int, time]:
    if isinstance(row, DatedException):
        return row.day, 0, row.opens or time()
    return row.valid_from or date.min, min(row.weekdays, default=8), row.opens


def carried(row: OpeningHours | DatedException) -> str:
    """One row, on one line of a form."""
    modes = "+".join(sorted(row.modes))
    if isinstance(row, DatedException):
        return " ".join(map(_word, (row.day, modes or NONE, row.opens, row.closes)))
    days = "".join(map(str, sorted(row.weekdays))) or NONE
    words = (days, row.opens, row.closes, modes or NONE, row.valid_from, row.valid_until)
    return " ".join(map(_word, words))


def carried_hours(line: str) -> OpeningHours:
    """Raises ValueError for what no preview has carried."""
    days, opens, closes, modes, since, until = line.split(" ")
    return OpeningHours(
        frozenset(map(int, days.removeprefix(NONE))),
        time.fromisoformat(opens),
        time.fromisoformat(closes),
        _modes(modes),
        None if since == NONE else date.fromisoformat(since),
        None if until == NONE else date.fromisoformat(until),
    )


def carried_day(line: str) -> DatedException:
    """Raises ValueError for what no preview has carried."""
    day, modes, opens, closes = line.split(" ")
    return DatedException(
        date.fromisoformat(day),
        _modes(modes),
        None if opens == NONE else time.fromisoformat(opens),
        None if closes == NONE else time.fromisoformat(closes),
    )


def _word(value: object) -> str:
    return NONE if value is None else value.isoformat() if isinstance(value, time) else str(value)


def _modes(words: str) -> Modes:
    return frozenset(Mode(word) for word in words.split("+") if word != NONE)
