"""Dates, times, durations and periods out of content lines. May import bounds, lines, zones.

A value is a `date` (a whole local day) or an aware `datetime`. Times that name no zone float in
the standard; here they are in the zone of the calendar (X-WR-TIMEZONE) or else of the practice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

from icalendar.prop import vDDDTypes

from teleconsult_calendars.bounds import FIRST_YEAR, LAST_YEAR, MAX_DATES, Unreadable
from teleconsult_calendars.lines import ContentLine
from teleconsult_calendars.zones import Zones

_parse: Callable[[str], object] = vDDDTypes.from_ical
Period = tuple[datetime, datetime]


def moment(line: ContentLine, zones: Zones) -> date | datetime:
    """The one date or time of a line. Raises `Unreadable`."""
    parameters, text = line.parts()
    found = _plain_moment(line, text)
    return _placed(line, found, parameters.get("TZID"), zones)


def moments(lines: list[ContentLine], zones: Zones) -> list[date | datetime | Period]:
    """All dates, times and periods of RDATE or EXDATE lines. Raises `Unreadable`."""
    found = list[date | datetime | Period]()
    for line in lines:
        parameters, text = line.parts()
        for piece in text.split(","):
            found.append(_one_of_many(line, piece, parameters.get("TZID"), zones))
            if len(found) > MAX_DATES:
                what = f"{line.name} lists more than {MAX_DATES} dates"
                raise Unreadable.because(line.number, what, piece)
    return found


def duration(line: ContentLine) -> timedelta:
    """A length of time, zero or more. Raises `Unreadable`."""
    text = line.parts()[1]
    found = _parsed(line, text)
    if not isinstance(found, timedelta) or found < timedelta(0):
        raise Unreadable.because(line.number, f"{line.name} is no length of time", text)
    return found


def instant(value: date | datetime, zone: tzinfo) -> datetime:
    """UTC. A date is the first moment of that day in `zone`."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=zone)
    return value.astimezone(UTC)


def _one_of_many(
    line: ContentLine, text: str, zone: str | None, zones: Zones
) -> date | datetime | Period:
    begin, is_period, end = text.partition("/")
    start = _placed(line, _plain_moment(line, begin), zone, zones)
    if not is_period:
        return start
    until = _parsed(line, end)
    if isinstance(until, timedelta) and isinstance(start, datetime):
        # Lengths are exact: from instant to instant, whatever the clocks do in between.
        stop: date | datetime = (start.astimezone(UTC) + until).astimezone(start.tzinfo)
    else:
        stop = _placed(line, _plain_moment(line, end), zone, zones)
    if not isinstance(start, datetime) or not isinstance(stop, datetime) or stop <= start:
        raise Unreadable.because(line.number, f"{line.name} has a period that is none", text)
    return start, stop


def _plain_moment(line: ContentLine, text: str) -> date | datetime:
    found = _parsed(line, text)
    if not isinstance(found, date):
        raise Unreadable.because(line.number, f"{line.name} is no date or time", text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        what = f"{line.name} is not between the years {FIRST_YEAR} and {LAST_YEAR}"
        raise Unreadable.because(line.number, what, text)
    return found


def _parsed(line: ContentLine, text: str) -> object:
    try:
        return _parse(text.strip())
    except (ArithmeticError, LookupError, TypeError, ValueError):
        raise Unreadable.because(line.number, f"{line.name} is no date or time", text) from None


def _placed(
    line: ContentLine, found: date | datetime, zone: str | None, zones: Zones
) -> date | datetime:
    if not isinstance(found, datetime):
        return found
    if found.tzinfo is not None:
        # A calendar that says which zone it lives in means that zone's clock, also where it
        # writes UTC: a series keeps its wall time. Same reading as the library x-wr-timezone.
        return found.astimezone(zones.of_calendar or UTC)
    if not zone:
        return found.replace(tzinfo=zones.of_calendar or zones.practice)
    named = zones.named(zone)
    if named is None:
        raise Unreadable.because(line.number, f"{line.name} names an unknown zone (TZID)", zone)
    return found.replace(tzinfo=named)
