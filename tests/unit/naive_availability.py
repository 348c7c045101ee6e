"""What is offered, worked out minute by minute: slow, plain, and sharing no line with the core.

The clock of a zone is a list of what it shows at every minute. From it alone follow when an
opening begins and ends, which wall times never come and which come twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from attrs import frozen

from teleconsult_core.schedules import DatedException, OpeningHours, Schedule, VisitType
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import Interval

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def shown_on(zone: str, day: date) -> tuple[datetime, ...]:
    """What the clocks of `zone` show at each minute of a UTC day, without their zone."""
    begin = datetime.combine(day, time(), UTC)
    tz = ZoneInfo(zone)
    return tuple((begin + n * MINUTE).astimezone(tz).replace(tzinfo=None) for n in range(1440))


def shown(zone: str, instant: datetime) -> datetime:
    return shown_on(zone, instant.date())[instant.hour * 60 + instant.minute]


@cache
def first_minute_at_or_after(zone: str, wall: datetime) -> datetime:
    """The first minute whose clock shows `wall` or more: the change itself if it is skipped."""
    minute = datetime.combine(wall.date() - DAY, time(), UTC)
    while shown(zone, minute) < wall:
        minute += MINUTE
    return minute


@frozen
class Open:
    """One opening on one day."""

    begin: datetime
    end: datetime
    first_wall: datetime


def opening(zone: str, day: date, opens: time, closes: time) -> Open:
    wall = datetime.combine(day, opens)
    until = datetime.combine(day, closes) + (DAY if closes <= opens else timedelta())
    while wall.second or wall.minute % 5:
        wall += timedelta(seconds=1)
    return Open(first_minute_at_or_after(zone, wall), first_minute_at_or_after(zone, until), wall)


def holds(hours: OpeningHours, day: date, mode: Mode) -> bool:
    return (
        mode in hours.modes
        and day.isoweekday() in hours.weekdays
        and (hours.valid_from is None or hours.valid_from <= day)
        and (hours.valid_until is None or day <= hours.valid_until)
    )


def openings_of(schedule: Schedule, mode: Mode, day: date) -> list[Open]:
    special = [one for one in schedule.exceptions if one.day == day and mode in one.modes]
    hours: Iterable[OpeningHours | DatedException] = special or [
        one for one in schedule.hours if holds(one, day, mode)
    ]
    return [
        opening(schedule.zone, day, one.opens, one.closes)
        for one in hours
        if one.opens is not None and one.closes is not None
    ]


def starts_there(zone: str, one: Open, start: datetime, duration: timedelta) -> bool:
    wall = shown(zone, start)
    return (
        one.begin <= start
        and start + duration <= one.end
        and (wall - one.first_wall) % duration == timedelta()
        and first_minute_at_or_after(zone, wall) == start
    )


def is_offered(
    schedule: Schedule,
    visit: VisitType,
    mode: Mode,
    start: datetime,
    taken: list[Interval],
    away: list[tuple[Mode, Interval]],
    now: datetime,
) -> bool:
    offer = visit.offers.get(mode)
    if offer is None or not visit.minimum_notice <= start - now <= visit.booking_horizon:
        return False
    duration = timedelta(minutes=offer.duration)
    end = start + duration
    blocked = end + timedelta(minutes=visit.buffer_after)
    if any(other.start < blocked and start < other.end for other in taken):
        return False
    if any(which is mode and one.start < end and start < one.end for which, one in away):
        return False
    days = [start.date() + n * DAY for n in (-2, -1, 0, 1)]
    return any(
        starts_there(schedule.zone, one, start, duration)
        for day in days
        for one in openings_of(schedule, mode, day)
    )


def naive_offered(
    schedule: Schedule,
    visit: VisitType,
    taken: list[Interval],
    away: list[tuple[Mode, Interval]],
    window: Interval,
    now: datetime,
) -> tuple[Slot, ...]:
    """Every whole five minutes of the window, asked one by one."""
    found: dict[tuple[datetime, datetime], set[Mode]] = {}
    tick = window.start + (EPOCH - window.start) % timedelta(minutes=5)
    while tick < window.end:
        for mode in Mode:
            if is_offered(schedule, visit, mode, tick, taken, away, now):
                end = tick + timedelta(minutes=visit.offers[mode].duration)
                found.setdefault((tick, end), set()).add(mode)
        tick += timedelta(minutes=5)
    return tuple(Slot(start, end, frozenset(found[start, end])) for start, end in sorted(found))
