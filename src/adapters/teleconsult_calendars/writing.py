"""What invitations and feeds are written with. Imports icalendar and the core's times.

Whatever people wrote stays words: line ends, control characters and signs that turn words around
cannot begin a line of their own, nor make one look like another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import icalendar

from teleconsult_calendars.zone_rules import zone_rules
from teleconsult_core.times import zone

A_YEAR = timedelta(days=366)
"""Beyond which the rules of a zone are not told."""
PRODID = "-//teleconsult//appointments//EN"

_MACHINES = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, and what turns the words after it around."""
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")


def calendar_of(
    events: Iterable[icalendar.Event], method: str, zone_name: str, *, first: date, last: date
) -> icalendar.Calendar:
    """A calendar object with the rules of its zone for the days from `first` to `last` and a year
    around them."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(zone_rules(zone_name, first - A_YEAR, last + A_YEAR))
    for event in events:
        calendar.add_component(event)
    return calendar


def as_text(calendar: icalendar.Calendar) -> str:
    """In lines of at most 75 octets that end with CRLF."""
    return str(calendar.to_ical().decode())


def between(start: datetime, end: datetime, zone_name: str) -> tuple[datetime, datetime]:
    """Both as wall times of the zone; in UTC where the clocks show one of them the second time.

    A wall time that comes twice means the first one (RFC 5545, section 3.3.5). Both, because some
    programs reckon the end from the wall time of the start.
    """
    walls = start.astimezone(zone(zone_name)), end.astimezone(zone(zone_name))
    if any(wall.fold for wall in walls):
        return start.astimezone(UTC), end.astimezone(UTC)
    return walls


def one_line(words: str) -> str:
    """Without line ends, control characters and what turns words around."""
    return " ".join(many_lines(words).split())


def many_lines(words: str) -> str:
    return _MACHINES.sub("", _LINE_ENDS.sub("\n", words))
