"""The starts a schedule offers, before anything is taken from them. May import schedules, times.

Inside, time is whole minutes since 1970-01-01T00:00Z, because availability is asked far more often
than anything else. Opening hours are wall time: on an ordinary day they are shifted by the zone's
offset; on a day on which the clocks change, every start is looked up by itself, so that one that
does not exist is not offered and one that exists twice is offered once, the first time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

from teleconsult_core.schedules import Schedule
from teleconsult_core.slots import Mode
from teleconsult_core.times import to_minutes, wall_to_utc, zone

DAY = 24 * 60
STEP = 5
_UNIX_DAY = date(1970, 1, 1).toordinal()
_FOR_EVER = date.max.toordinal()
_OPENS = itemgetter(2)


Opening = tuple[int, int, int, int]
"""First and last day it holds (as ordinals), and from when to when, in wall minutes of the day;
the end may lie beyond midnight."""

Openings = list[Opening]
"""The openings of one day, by when they open."""


def starts_between(
    schedule: Schedule, mode: Mode, duration: int, first: int, last: int
) -> list[int]:
    """Every start of `mode` in [first, last], sorted, in minutes; a visit lasts `duration`."""
    if last < first:
        return []
    week, dated = _week(schedule, mode), _dated(schedule, mode)
    # Two days more on each side: local days are shifted, and openings may cross midnight.
    begin, end = first // DAY + _UNIX_DAY - 2, last // DAY + _UNIX_DAY + 3
    found: list[int] = []
    repeats = not dated and _holds_throughout(week, begin, end)
    pattern = _pattern(week, begin, duration) if repeats else []
    for ordinal in range(begin, end, 7):
        if repeats and _is_ordinary(schedule.zone, ordinal, 7):
            midnight = _midnight(schedule.zone, ordinal)
            found.extend([midnight + start for start in pattern])
            continue
        for day in range(ordinal, min(ordinal + 7, end)):
            openings = dated.get(day, week[day % 7])
            found.extend(_starts_of_day(schedule.zone, day, openings, duration))
    if _may_repeat(week) or _may_repeat(dated.values()):
        found = sorted(set(found))
    return found[bisect_left(found, first) : bisect_right(found, last)]


def _starts_of_day(
    zone_name: str, ordinal: int, openings: Openings, duration: int
) -> Iterator[int]:
    """The starts of one local day, in the order of its openings."""
    ordinary = _is_ordinary(zone_name, ordinal, 1)
    midnight = _midnight(zone_name, ordinal)
    for since, until, opens, closes in openings:
        if not since <= ordinal <= until:
            continue
        if ordinary:
            yield from range(midnight + opens, midnight + closes - duration + 1, duration)
        else:
            yield from _day_of_change(zone(zone_name), ordinal, opens, closes, duration)


def _pattern(week: list[Openings], begin: int, duration: int) -> list[int]:
    """The starts of seven ordinary days from `begin`, in minutes since its midnight."""
    return [
        number * DAY + start
        for number in range(7)
        for _, _, opens, closes in week[(begin + number) % 7]
        for start in range(opens, closes - duration + 1, duration)
    ]


def _holds_throughout(week: list[Openings], begin: int, end: int) -> bool:
    """Whether every opening holds on all days from `begin` to `end`."""
    return all(
        since <= begin and end <= until for openings in week for since, until, _, _ in openings
    )


def is_open(schedule: Schedule, mode: Mode, start: int, end: int) -> bool:
    """Whether [start, end) lies within one opening of `mode`, on the grid or not."""
    tz = zone(schedule.zone)
    week, dated = _week(schedule, mode), _dated(schedule, mode)
    for ordinal in range(start // DAY + _UNIX_DAY - 2, start // DAY + _UNIX_DAY + 3):
        for since, until, opens, closes in dated.get(ordinal, week[ordinal % 7]):
            if since <= ordinal <= until:
                begin, stop = _instant(tz, ordinal, opens), _instant(tz, ordinal, closes)
                if begin <= start and end <= stop:
                    return True
    return False


# --- the week and its exceptions -----------------------------------------------------------------


def _week(schedule: Schedule, mode: Mode) -> list[Openings]:
    """Openings by weekday, indexed by `ordinal % 7`: Monday is 1, Sunday 0."""
    week: list[Openings] = [[] for _ in range(7)]
    for hours in schedule.hours:
        if mode in hours.modes:
            since = hours.valid_from.toordinal() if hours.valid_from else 0
            until = hours.valid_until.toordinal() if hours.valid_until else _FOR_EVER
            opening = (since, until, *_wall_minutes(hours.opens, hours.closes))
            for weekday in hours.weekdays:
                insort(week[weekday % 7], opening, key=_OPENS)
    return week


def _dated(schedule: Schedule, mode: Mode) -> dict[int, Openings]:
    """Days that differ in `mode`: no openings, or those of the exceptions."""
    days: dict[int, Openings] = {}
    for exception in schedule.exceptions:
        if mode in exception.modes:
            openings = days.setdefault(exception.day.toordinal(), [])
            if exception.opens is not None and exception.closes is not None:
                walls = _wall_minutes(exception.opens, exception.closes)
                insort(openings, (0, _FOR_EVER, *walls), key=_OPENS)
    return days


def _wall_minutes(opens: time, closes: time) -> tuple[int, int]:
    """In whole minutes; the first start is rounded up to a whole 5 minutes."""
    low = opens.hour * 60 + opens.minute + (1 if opens.second or opens.microsecond else 0)
    high = closes.hour * 60 + closes.minute
    return -(-low // STEP) * STEP, high if closes > opens else high + DAY


def _may_repeat(days: Iterable[Openings]) -> bool:
    """Whether two openings may share a start: they overlap, or one goes beyond midnight."""
    for openings in days:
        busy_until = 0
        for _, _, opens, closes in openings:
            if opens < busy_until or closes > DAY:
                return True
            busy_until = closes
    return False


# --- wall time and instants ----------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _midnight(name: str, ordinal: int) -> int:
    """The instant of 00:00 of a local day, as if the clocks did not change that day."""
    local = datetime.combine(date.fromordinal(ordinal), time(), tzinfo=zone(name))
    return to_minutes(local.astimezone(UTC))


@lru_cache(maxsize=20_000)
def _is_ordinary(name: str, ordinal: int, days: int) -> bool:
    """Whether no clock changes from this day on for `days` days, nor on the day after them."""
    midnights = [_midnight(name, day) for day in range(ordinal, ordinal + days + 2)]
    return all(later - sooner == DAY for sooner, later in pairwise(midnights))


def _day_of_change(
    tz: ZoneInfo, ordinal: int, opens: int, closes: int, duration: int
) -> Iterator[int]:
    end = _instant(tz, ordinal, closes)
    for wall in range(opens, closes, duration):
        start = wall_to_utc(*_wall(ordinal, wall), tz)
        if start is not None and to_minutes(start) + duration <= end:
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
