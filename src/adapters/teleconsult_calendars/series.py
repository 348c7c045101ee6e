"""An event and its changed instances to occurrences. May import bounds, events, rules, values.

Recurrence itself is recurring-ical-events' work. It is given events made of nothing but times,
after `rules` has seen that every rule ends; each carries its place in the series, so that an
occurrence leads back to the event that described it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import icalendar
import recurring_ical_events

from teleconsult_calendars.bounds import Effort, Unreadable
from teleconsult_calendars.events import Event
from teleconsult_calendars.rules import follow
from teleconsult_calendars.values import Period, instant
from teleconsult_core.times import Interval

_PLACE = "X-PLACE"
_SLACK = timedelta(days=2)


def occurrences(
    series: Sequence[Event], window: Interval, zone: tzinfo, effort: Effort
) -> Iterator[tuple[Event, Interval]]:
    """What of a series overlaps the window, with the event it comes from.

    Events that block nothing are included: a cancelled instance must still displace the one the
    rule would have put there. Raises `Unreadable` and `CalendarTooLarge`.
    """
    for event, start, end in _spans(series, window, zone, effort):
        if start < end and start < window.end and window.start < end:
            yield event, Interval(start, end)


def _spans(
    series: Sequence[Event], window: Interval, zone: tzinfo, effort: Effort
) -> Iterator[tuple[Event, datetime, datetime]]:
    if len(series) == 1 and not series[0].recurs:
        event = series[0]
        yield event, *_span(event, event.start, event.end, zone)
        return
    horizon = _horizon(series, window, zone)
    for event in series:
        for rule in event.rules:
            follow(rule.line, rule.text, _wall(event.start), horizon, effort)
    for found in _expanded(series, window):
        event = series[int(str(found[_PLACE]))]
        yield event, *_span(event, _moment(found, "DTSTART"), _moment(found, "DTEND"), zone)


def _moment(found: icalendar.Component, name: str) -> date | datetime:
    value: date | datetime = found.decoded(name)
    return value


def _length(event: Event) -> timedelta:
    """By the clock on the wall, as recurrences are reckoned."""
    return _wall(event.end) - _wall(event.start)


def _span(
    event: Event, start: date | datetime, end: date | datetime, zone: tzinfo
) -> tuple[datetime, datetime]:
    begins = instant(start, zone)
    if event.exact is not None and _wall(end) - _wall(start) == _length(event):
        return begins, begins + event.exact
    return begins, instant(end, zone)


def _horizon(series: Sequence[Event], window: Interval, zone: tzinfo) -> datetime:
    """Wall time beyond which no rule of the series will be asked for."""
    moves = [
        abs(instant(event.start, zone) - instant(event.recurrence_id, zone))
        for event in series
        if event.recurrence_id is not None
    ]
    places = [instant(event.recurrence_id or event.start, zone) for event in series]
    latest = max([window.end, *places]) + max(moves, default=timedelta(0)) + _SLACK
    return latest.replace(tzinfo=None)


def _wall(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time.min)


def _expanded(series: Sequence[Event], window: Interval) -> list[icalendar.Component]:
    calendar = icalendar.Calendar()
    for place, event in enumerate(series):
        calendar.add_component(_bare_event(place, event))
    try:
        # Days carry no zone and are compared as if they were UTC: hence the slack.
        found = recurring_ical_events.of(calendar).between(
            window.start - _SLACK, window.end + _SLACK
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        line = series[0].rules[0].line if series[0].rules else series[0].line
        raise Unreadable.because(line, "the recurrence cannot be followed", str(error)) from None
    return list(found)


def _bare_event(place: int, event: Event) -> icalendar.Event:
    bare = icalendar.Event()
    bare.add("UID", "series")
    bare.add(_PLACE, str(place))
    bare.add("SEQUENCE", event.sequence)
    bare.add("DTSTART", event.start)
    bare.add("DTEND", event.end)
    for rule in event.rules:
        bare.add("RRULE", rule.parts)
    if event.dates:
        bare.add("RDATE", [_in_utc(one) for one in event.dates])
    if event.left_out:
        bare.add("EXDATE", [_in_utc(one) for one in event.left_out])
    if event.recurrence_id is not None:
        reach = {"RANGE": "THISANDFUTURE"} if event.this_and_future else {}
        bare.add("RECURRENCE-ID", event.recurrence_id, parameters=reach)
    return bare


def _in_utc(one: date | datetime | Period) -> date | datetime | Period:
    """Instants in one zone, because a list of dates can only be in one."""
    if isinstance(one, tuple):
        return one[0].astimezone(UTC), one[1].astimezone(UTC)
    return one.astimezone(UTC) if isinstance(one, datetime) else one
