"""One VEVENT to what matters of it: when, how often, and whether it blocks. May import bounds,
components, lines, rules, values and zones.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from attrs import frozen
from icalendar.prop import vRecur

from teleconsult_calendars.bounds import FIRST_YEAR, LAST_YEAR, Unreadable
from teleconsult_calendars.components import Component
from teleconsult_calendars.lines import ContentLine
from teleconsult_calendars.rules import parsed_rule, settled_until
from teleconsult_calendars.values import Period, duration, instant, moment, moments
from teleconsult_calendars.zones import Zones

Reason = Literal["cancelled", "transparent", "marked_free", "without_length"]
_DAY = timedelta(days=1)


@frozen
class Rule:
    """A recurrence rule, the line it stands on and its words there."""

    line: int
    text: str
    parts: vRecur


@frozen
class Event:
    """An event, or one changed instance of a series (then it has a `recurrence_id`).

    `exact` is set where the event states a length instead of an end: it lasts that long, also in
    a night when the clocks change, while one with an end keeps its wall times. `reason` is why it
    blocks nothing, if so.
    """

    line: int
    start: date | datetime
    end: date | datetime
    exact: timedelta | None
    reason: Reason | None
    rules: tuple[Rule, ...]
    dates: tuple[date | datetime | Period, ...]
    left_out: tuple[date | datetime | Period, ...]
    recurrence_id: date | datetime | None
    this_and_future: bool
    sequence: int

    @property
    def recurs(self) -> bool:
        return bool(self.rules or self.dates or self.left_out or self.recurrence_id)


def read_event(component: Component, zones: Zones) -> Event:
    """Raises `Unreadable` with the first line that makes no sense."""
    _check_lines(component)
    start_line = component.first("DTSTART")
    if start_line is None:
        raise Unreadable.because(component.line, "the event has no DTSTART", "")
    start = moment(start_line, zones)
    end, exact = _end(component, start_line, start, zones)
    instance = component.first("RECURRENCE-ID")
    return Event(
        line=component.line,
        start=start,
        end=end,
        exact=exact,
        reason=_reason(component) or ("without_length" if start == end else None),
        rules=tuple(_rule(line, start, zones) for line in component.all("RRULE")),
        dates=tuple(moments(component.all("RDATE"), zones)),
        left_out=tuple(moments(component.all("EXDATE"), zones)),
        recurrence_id=None if instance is None else moment(instance, zones),
        this_and_future=instance is not None and _reaches_on(instance),
        sequence=_sequence(component),
    )


def _check_lines(component: Component) -> None:
    if component.stray:
        # The text is not shown: it may be the rest of a broken title.
        what = "a line is neither a property nor the continuation of one"
        raise Unreadable.because(component.stray[0], what, "(not shown)")
    for name in ("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"):
        if len(twice := component.all(name)) > 1:
            raise Unreadable.because(twice[1].number, f"{name} stands twice", twice[1].raw_value)
    if excluded := component.first("EXRULE"):
        what = "EXRULE was withdrawn from the standard and is not followed"
        raise Unreadable.because(excluded.number, what, excluded.raw_value)


def _end(
    component: Component, start_line: ContentLine, start: date | datetime, zones: Zones
) -> tuple[date | datetime, timedelta | None]:
    end_line, length_line = component.first("DTEND"), component.first("DURATION")
    if end_line and length_line:
        what = "DTEND and DURATION exclude each other"
        raise Unreadable.because(length_line.number, what, length_line.raw_value)
    if end_line:
        return _stated_end(end_line, start, zones), None
    if length_line:
        return _measured_end(length_line, start)
    # RFC 5545, 3.6.1: without an end a date lasts its day, a time no time at all.
    return (start if isinstance(start, datetime) else start + _DAY), None


def _stated_end(line: ContentLine, start: date | datetime, zones: Zones) -> date | datetime:
    end = moment(line, zones)
    if isinstance(end, datetime) is not isinstance(start, datetime):
        what = "DTSTART and DTEND are not both days or both times"
        raise Unreadable.because(line.number, what, line.raw_value)
    if instant(end, zones.practice) < instant(start, zones.practice):
        raise Unreadable.because(line.number, "DTEND is before DTSTART", line.raw_value)
    if isinstance(end, datetime) and isinstance(start, datetime):
        return end.astimezone(start.tzinfo)
    # Some programs end a one-day event on its own day instead of the next.
    return max(end, start + _DAY)


def _measured_end(
    line: ContentLine, start: date | datetime
) -> tuple[date | datetime, timedelta | None]:
    length = duration(line)
    try:
        end = start + length
    except OverflowError:
        end = date.max
    if not FIRST_YEAR <= end.year <= LAST_YEAR:
        raise Unreadable.because(line.number, f"the event lasts beyond {LAST_YEAR}", line.raw_value)
    if isinstance(start, datetime):
        # Whole days are days on the calendar, hours are hours (RFC 5545, 3.3.6).
        return end, None if length % _DAY == timedelta(0) else length
    if length % _DAY:
        what = "an event of whole days lasts part of one"
        raise Unreadable.because(line.number, what, line.raw_value)
    return max(end, start + _DAY), None


def _reason(component: Component) -> Reason | None:
    if component.word("STATUS") == "CANCELLED":
        return "cancelled"
    if component.word("TRANSP") == "TRANSPARENT":
        return "transparent"
    if component.word("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE":
        return "marked_free"
    return None


def _rule(line: ContentLine, start: date | datetime, zones: Zones) -> Rule:
    text = line.raw_value
    parts = settled_until(parsed_rule(line.number, text), start, zones.practice)
    return Rule(line.number, text, parts)


def _reaches_on(line: ContentLine) -> bool:
    return line.parts()[0].get("RANGE", "").upper() == "THISANDFUTURE"


def _sequence(component: Component) -> int:
    word = component.word("SEQUENCE")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else 0
