"""The starts a schedule offers, before anything is taken from them. May import schedules, times.

Inside, time is whole minutes since 1970-01-01T00:00Z, because availability is asked far more often
than anything else. Opening hours are wall time: on an ordinary day they are shifted by the zone's
offset; on a day on which the clocks change, every start is looked up by itself, so that one that
does not exist is not offered and one that exists twice is offered once, the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from attrs import frozen

from teleconsult_core.schedules import OpeningHours, Schedule
from teleconsult_core.slots import Mode
from teleconsult_core.times import to_minutes, wall_to_utc, zone

DAY = 24 * 60
STEP = 5
_UNIX_DAY = date(1970, 1, 1).toordinal()


@frozen
class Opening:
    """Wall minutes of one local day; `closes` may lie beyond midnight."""

    opens: int
    closes: int


def starts_between(
    schedule: Schedule, mode: Mode, duration: int, first: int, last: int
) -> list[int]:
    """Every start of `mode` in [first, last], sorted, in minutes; a visit lasts `duration`."""
    if last < first:
        return []
    tz = zone(schedule.zone)
    week, dated = _week(schedule, mode), _dated(schedule, mode)
    found: list[int] = []
    # A day more on each side: local days start earlier or later, openings may cross midnight.
    for ordinal in range(first // DAY + _UNIX_DAY - 2, last // DAY + _UNIX_DAY + 2):
        openings = dated.get(ordinal)
        if openings is None:
            openings = _holding(week[ordinal % 7], ordinal)
        if not openings:
            continue
        midnight = _midnight(schedule.zone, ordinal)
        ordinary = _midnight(schedule.zone, ordinal + 2) - midnight == 2 * DAY
        for opening in openings:
            if ordinary:
                low, high = midnight + opening.opens, midnight + opening.closes - duration
                if low < first:
                    low += -(-(first - low) // duration) * duration
                found.extend(range(low, min(high, last) + 1, duration))
            else:
                starts = _day_of_change(tz, ordinal, opening, duration)
                found.extend(start for start in starts if first <= start <= last)
    return _sorted_once(found)


def is_open(schedule: Schedule, mode: Mode, start: int, end: int) -> bool:
    """Whether [start, end) lies within one opening of `mode`, on the grid or not."""
    tz = zone(schedule.zone)
    week, dated = _week(schedule, mode), _dated(schedule, mode)
    for ordinal in range(start // DAY + _UNIX_DAY - 2, start // DAY + _UNIX_DAY + 2):
        openings = dated.get(ordinal)
        if openings is None:
            openings = _holding(week[ordinal % 7], ordinal)
        for opening in openings:
            opens, closes = (
                _instant(tz, ordinal, wall) for wall in (opening.opens, opening.closes)
            )
            if opens <= start and end <= closes:
                return True
    return False


# --- the week and its exceptions -----------------------------------------------------------------

_Valid = tuple[int, int, Opening]
_Week = list[list[_Valid]]


def _week(schedule: Schedule, mode: Mode) -> _Week:
    """Openings with their validity, indexed by `ordinal % 7` (Monday is 1, Sunday 0)."""
    week: _Week = [[] for _ in range(7)]
    for hours in schedule.hours:
        if mode in hours.modes:
            opening = _opening(hours.opens, hours.closes)
            since, until = _validity(hours)
            for weekday in hours.weekdays:
                week[weekday % 7].append((since, until, opening))
    return week


def _validity(hours: OpeningHours) -> tuple[int, int]:
    since = hours.valid_from.toordinal() if hours.valid_from else 0
    until = hours.valid_until.toordinal() if hours.valid_until else date.max.toordinal()
    return since, until


def _holding(openings: list[_Valid], ordinal: int) -> list[Opening]:
    return [opening for since, until, opening in openings if since <= ordinal <= until]


def _dated(schedule: Schedule, mode: Mode) -> dict[int, list[Opening]]:
    """Days that differ in `mode`: no openings, or those of the exceptions."""
    days: dict[int, list[Opening]] = {}
    for exception in schedule.exceptions:
        if mode in exception.modes:
            openings = days.setdefault(exception.day.toordinal(), [])
            if exception.opens is not None and exception.closes is not None:
                openings.append(_opening(exception.opens, exception.closes))
    return days


def _opening(opens: time, closes: time) -> Opening:
    """In whole minutes; the first start is rounded up to a whole 5 minutes."""
    low = opens.hour * 60 + opens.minute + (1 if opens.second or opens.microsecond else 0)
    high = closes.hour * 60 + closes.minute
    if closes <= opens:
        high += DAY
    return Opening(-(-low // STEP) * STEP, high)


# --- wall time and instants ----------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _midnight(name: str, ordinal: int) -> int:
    """The instant of 00:00 of a local day, as if the clocks did not change that day."""
    local = datetime.combine(date.fromordinal(ordinal), time(), tzinfo=zone(name))
    return to_minutes(local.astimezone(UTC))


def _day_of_change(tz: ZoneInfo, ordinal: int, opening: Opening, duration: int) -> Iterator[int]:
    closes = _instant(tz, ordinal, opening.closes)
    for wall in range(opening.opens, opening.closes, duration):
        start = wall_to_utc(*_wall(ordinal, wall), tz)
        if start is not None and to_minutes(start) + duration <= closes:
            yield to_minutes(start)


def _instant(tz: ZoneInfo, ordinal: int, wall: int) -> int:
    """The instant of a wall time; one that is skipped counts as the moment of the change."""
    day, clock = _wall(ordinal, wall)
    local = datetime.combine(day, clock, tzinfo=tz)
    exact = wall_to_utc(day, clock, tz)
    if exact is not None:
        return to_minutes(exact)
    before = local.replace(fold=1).utcoffset()
    after = local.replace(fold=0).utcoffset()
    gap = (before or timedelta()) - (after or timedelta())
    return _change(tz, to_minutes(local.astimezone(UTC)), abs(gap))


def _change(tz: ZoneInfo, around: int, gap: timedelta) -> int:
    """The minute at which the clocks go forward, searched within `gap` before `around`."""
    width = int(gap.total_seconds() // 60)
    settled = _offset(tz, around)
    for minute in range(around - width, around + 1):
        if _offset(tz, minute) == settled:
            return minute
    return around


def _offset(tz: ZoneInfo, minute: int) -> timedelta | None:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(tz).utcoffset()


def _wall(ordinal: int, wall: int) -> tuple[date, time]:
    days, minutes = divmod(wall, DAY)
    return date.fromordinal(ordinal + days), time(minutes // 60, minutes % 60)


def _sorted_once(found: list[int]) -> list[int]:
    """Sorted, each once; openings that do not overlap come in order already."""
    if all(map(int.__lt__, found, found[1:])):
        return found
    return sorted(set(found))
