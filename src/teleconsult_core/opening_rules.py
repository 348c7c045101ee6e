"""What opening hours must be when somebody says them anew. May import schedules, slots.

Only what is new is judged: what the clinic's file said (hours beyond midnight, two that overlap)
stays possible until it is changed itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import TypeVar

from teleconsult_core.refusals import BadInput, HoursOverlap
from teleconsult_core.schedules import DatedException, OpeningHours
from teleconsult_core.slots import BOTH, Modes

MOST_HOURS = 60
MOST_EXCEPTIONS = 500
FURTHEST = timedelta(days=3 * 366)
"""How far ahead a day may differ."""
_DAY = 24 * 60
_MIDNIGHT = time()
_LAST = date.max.toordinal()

Row = TypeVar("Row", OpeningHours, DatedException)


def check_hours(
    hours: Sequence[OpeningHours], standing: Sequence[OpeningHours]
) -> HoursOverlap | None:
    """None when `hours` may replace `standing`. Raises `BadInput` for a row that means nothing."""
    if len(hours) > MOST_HOURS:
        raise BadInput("hours", len(hours), f"at most {MOST_HOURS} rows")
    fresh = _fresh(hours, standing)
    for number in fresh:
        _check_row(hours[number])
    for number in fresh:
        for other, row in enumerate(hours):
            weekday = meeting(hours[number], row) if other != number else None
            if weekday is not None:
                return _overlap(weekday, row.opens, row.closes)
    return None


def check_exceptions(
    exceptions: Sequence[DatedException], standing: Sequence[DatedException], today: date
) -> HoursOverlap | None:
    """The same of days that differ. Raises `BadInput` for a day that has passed, too."""
    if len(exceptions) > MOST_EXCEPTIONS:
        raise BadInput("exceptions", len(exceptions), f"at most {MOST_EXCEPTIONS} days")
    fresh = _fresh(exceptions, standing)
    for number in fresh:
        _check_day(exceptions[number], today)
    for number in fresh:
        for other, row in enumerate(exceptions):
            if other != number and (found := _beside(exceptions[number], row)):
                return found
    return None


def meeting(one: OpeningHours, other: OpeningHours) -> int | None:
    """The weekday on which both are open at once in one mode, in a week that has such a day."""
    if not one.modes & other.modes:
        return None
    opens, closes = _minutes(one.opens, one.closes)
    low, high = _minutes(other.opens, other.closes)
    for days in (0, -1, 1):  # hours beyond midnight meet those of the day after
        if opens < high + days * _DAY and low + days * _DAY < closes:
            weekday = _common_day(one, other, days)
            if weekday is not None:
                return weekday
    return None


def _common_day(one: OpeningHours, other: OpeningHours, days: int) -> int | None:
    """A weekday of `one` on which `other` holds `days` later."""
    begins = [1, *(_first(one, 0), _first(other, days))]
    ends = [_LAST, *(_final(one, 0), _final(other, days))]
    first = max(begins)
    for ordinal in range(first, min(first + 6, *ends) + 1):
        weekday, later = ordinal % 7 or 7, (ordinal + days) % 7 or 7
        if weekday in one.weekdays and later in other.weekdays:
            return weekday
    return None


def _first(row: OpeningHours, days: int) -> int:
    return row.valid_from.toordinal() - days if row.valid_from else 1


def _final(row: OpeningHours, days: int) -> int:
    return row.valid_until.toordinal() - days if row.valid_until else _LAST


def _beside(one: DatedException, other: DatedException) -> HoursOverlap | None:
    """Two words about one day: hours that do not meet, and never closed beside anything."""
    if one.day != other.day or not one.modes & other.modes:
        return None
    if one.opens is None or one.closes is None or other.opens is None or other.closes is None:
        bound = "on one day, in one mode, either closed or open at other hours, said once"
        raise BadInput("exceptions", str(one.day), bound)
    opens, closes = _minutes(one.opens, one.closes)
    low, high = _minutes(other.opens, other.closes)
    if opens < high and low < closes:
        return _overlap(one.day.isoweekday(), other.opens, other.closes)
    return None


def _overlap(weekday: int, opens: time, closes: time) -> HoursOverlap:
    return HoursOverlap(weekday=weekday, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")


def _check_row(row: OpeningHours) -> None:
    if not row.weekdays:
        raise BadInput("weekdays", [], "at least one day of the week")
    _check_modes(row.modes)
    _check_walls(row.opens, row.closes)
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        raise BadInput("valid_until", str(row.valid_until), f"not before {row.valid_from}")


def _check_day(row: DatedException, today: date) -> None:
    _check_modes(row.modes)
    if not today <= row.day <= today + FURTHEST:
        raise BadInput("day", str(row.day), f"from {today} to {today + FURTHEST}")
    if row.opens is not None and row.closes is not None:
        _check_walls(row.opens, row.closes)


def _check_modes(modes: Modes) -> None:
    if not modes or not modes <= BOTH:
        raise BadInput("modes", sorted(modes), "video, in-person, or both")


def _check_walls(opens: time, closes: time) -> None:
    for name, wall in (("opens", opens), ("closes", closes)):
        if wall.minute % 5 or wall.second or wall.microsecond:
            raise BadInput(name, wall.isoformat(), "a whole 5 minutes, such as 09:05")
    if closes != _MIDNIGHT and closes <= opens:
        bound = f"after {opens:%H:%M}; 00:00 is the end of the day"
        raise BadInput("closes", f"{closes:%H:%M}", bound)


def _minutes(opens: time, closes: time) -> tuple[int, int]:
    low, high = (wall.hour * 60 + wall.minute for wall in (opens, closes))
    return low, high if closes > opens else high + _DAY


def _fresh(rows: Sequence[Row], standing: Sequence[Row]) -> list[int]:
    """The places of what does not stand there yet; the second of two that are equal is new."""
    left, fresh = list(standing), []
    for number, row in enumerate(rows):
        if row in left:
            left.remove(row)
        else:
            fresh.append(number)
    return fresh
