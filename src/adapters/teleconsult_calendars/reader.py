"""`read_calendar`: a file and a window in, busy times out. May import the rest of the package.

Two kinds of trouble are kept apart. A file that is no calendar, or asks for more than an import
may cost, is refused whole, by exception. An event that makes no sense becomes a problem with its
line, and the others are read all the same; whether a reading with problems is used is for the
caller to decide, who had better not.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta, tzinfo

from attrs import Factory, define

from teleconsult_calendars.bounds import (
    MAX_BUSY_TIMES,
    CalendarTooLarge,
    Effort,
    Unreadable,
    shown,
)
from teleconsult_calendars.components import Component, calendars
from teleconsult_calendars.events import Event, read_event
from teleconsult_calendars.lines import content_lines
from teleconsult_calendars.reading import (
    BusyTime,
    CalendarProblem,
    CalendarReading,
    Ignored,
    fingerprint,
)
from teleconsult_calendars.series import occurrences
from teleconsult_calendars.zones import Zones, definitions_in
from teleconsult_core import times
from teleconsult_core.times import Interval

_NOT_EVENTS = ("VTODO", "VJOURNAL", "VFREEBUSY")


def read_calendar(data: bytes, *, zone: str, window: Interval) -> CalendarReading:
    """The busy times of an .ics file that overlap `window`, whole, in order of their identity.

    `zone` is the practice's: it gives meaning to whole days and to times without a zone.
    Cancelled and transparent events and those marked free block nothing and are counted.
    Tentative ones block. Follows RFC 5545, and the habits of Thunderbird, Google and Outlook.

    Raises `NotACalendar` if the file is none or breaks off, `CalendarTooLarge` if it exceeds a
    bound of `teleconsult_calendars.bounds`, and `BadInput` for a zone that is none.
    """
    practice = times.zone(zone)
    reader = _Reader(practice, window)
    for calendar in calendars(content_lines(data)):
        reader.read(calendar)
    return CalendarReading(
        busy=tuple(sorted(reader.busy)),
        ignored=Ignored(**reader.ignored),
        problems=tuple(sorted(reader.problems, key=lambda problem: problem.line or 0)),
    )


@define
class _Reader:
    """The reading of one file as it grows."""

    practice: tzinfo
    window: Interval
    effort: Effort = Factory(Effort)
    busy: set[BusyTime] = Factory(set)
    ignored: Counter[str] = Factory(Counter)
    problems: list[CalendarProblem] = Factory(list)

    def read(self, calendar: Component) -> None:
        """One VCALENDAR with the zones it defines."""
        zones = self._zones(calendar)
        self.ignored["not_events"] += len(calendar.children(*_NOT_EVENTS))
        for line in calendar.stray:
            what = "a line is neither a property nor the continuation of one"
            self.problems.append(CalendarProblem(line, None, what, "(not shown)"))
        for uid, components in _by_uid(calendar).items():
            try:
                self._read_series(uid, [read_event(one, zones) for one in components])
            except Unreadable as trouble:
                known = components[0].first("UID")
                self._note(trouble, known.raw_value if known else None)

    def _zones(self, calendar: Component) -> Zones:
        horizon = (self.window.end + timedelta(days=2)).replace(tzinfo=None)
        zones = Zones(self.practice, None, definitions_in(calendar), horizon, self.effort)
        if line := calendar.first("X-WR-TIMEZONE"):
            try:
                zones.of_calendar = zones.named(line.raw_value)
                if zones.of_calendar is None:
                    what = "X-WR-TIMEZONE is an unknown zone"
                    raise Unreadable.because(line.number, what, line.raw_value)
            except Unreadable as trouble:
                self._note(trouble, None)
        return zones

    def _read_series(self, uid: str, series: list[Event]) -> None:
        self._count_reasons(series)
        found = list(occurrences(series, self.window, self.practice, self.effort))
        if not found and not any(event.reason for event in series):
            self.ignored["outside_window"] += 1
        name = fingerprint(uid)
        self.busy.update(BusyTime(name, span) for event, span in found if event.reason is None)
        if len(self.busy) > MAX_BUSY_TIMES:
            raise CalendarTooLarge("busy times", len(self.busy), MAX_BUSY_TIMES)

    def _count_reasons(self, series: list[Event]) -> None:
        self.ignored.update(event.reason for event in series if event.reason)

    def _note(self, trouble: Unreadable, uid: str | None) -> None:
        name = shown(uid) if uid else None
        self.problems.append(CalendarProblem(trouble.line, name, trouble.what, trouble.value))


def _by_uid(calendar: Component) -> dict[str, list[Component]]:
    """Events with their changed instances. One without identifier gets one from its times."""
    series = dict[str, list[Component]]()
    for event in calendar.children("VEVENT"):
        line = event.first("UID")
        uid = line.raw_value if line else ""
        series.setdefault(uid or _made_up_uid(event), []).append(event)
    return series


def _made_up_uid(event: Component) -> str:
    times_of_it = "\n".join(line.text for line in event.lines)
    return f"without-uid-{hashlib.sha256(times_of_it.encode()).hexdigest()}"
