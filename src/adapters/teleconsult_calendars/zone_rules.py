"""A zone as it is told to others (VTIMEZONE). Imports icalendar and the core's times.

Each change of the clocks is told by itself, with the wall time at which it happens by the clocks
before it (RFC 5545, section 3.6.5): where an hour is skipped, that is the hour that never comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import icalendar

from teleconsult_core.times import zone

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_NONE = timedelta()


def zone_rules(name: str, first: date, last: date) -> icalendar.Timezone:
    """The zone from the day `first` to the day `last`."""
    tz = zone(name)
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last))
    told = icalendar.Timezone()
    told.add("tzid", name)
    told.add_component(_rule(begin, begin, tz))
    for change in _changes(tz, begin, end):
        told.add_component(_rule(change - _MINUTE, change, tz))
    return told


def _changes(tz: tzinfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Every instant, to the minute, from which the clocks are told otherwise than before."""
    day = begin
    while day < end:
        if _told(day, tz) != _told(day + _DAY, tz):
            low, high = day, day + _DAY
            while high - low > _MINUTE:
                middle = low + (high - low) // _MINUTE // 2 * _MINUTE
                low, high = (middle, high) if _told(middle, tz) == _told(day, tz) else (low, middle)
            yield high
        day += _DAY


def _told(instant: datetime, tz: tzinfo) -> tuple[timedelta, str]:
    """How far the clocks are from UTC, and what they call that."""
    wall = instant.astimezone(tz)
    return wall.utcoffset() or _NONE, wall.tzname() or ""


def _rule(before: datetime, since: datetime, tz: tzinfo) -> icalendar.cal.Component:
    (old, _), (new, called) = _told(before, tz), _told(since, tz)
    summer = since.astimezone(tz).dst() or _NONE
    rule = icalendar.TimezoneDaylight() if summer > _NONE else icalendar.TimezoneStandard()
    rule.add("dtstart", (since + old).replace(tzinfo=None))
    rule.add("tzoffsetfrom", old)
    rule.add("tzoffsetto", new)
    rule.add("tzname", called)
    return rule
