"""Content lines to nested components. May import bounds and lines.

Of an event only the lines in `KEPT` survive this step: whatever names a person is gone before
anything is interpreted. A file that is not properly nested, or that stops half-way, is no
calendar: half a calendar would quietly open hours that are taken.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import Factory, define

from teleconsult_calendars.bounds import MAX_EVENTS, CalendarTooLarge, NotACalendar
from teleconsult_calendars.lines import ContentLine

KEPT = {
    "VCALENDAR": {"X-WR-TIMEZONE"},
    "VEVENT": {
        *("UID", "SEQUENCE", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"),
        *("DTSTART", "DTEND", "DURATION"),
        *("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"),
    },
    "VTIMEZONE": {"TZID", "X-LIC-LOCATION"},
    "STANDARD": {"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"},
}
_DEPTH = 8


@define
class Component:
    """BEGIN to END: its name, the line it begins on, what was kept of it, what stands inside.

    `stray` holds the numbers of lines that are no property; their text is not kept.
    """

    name: str
    line: int
    lines: list[ContentLine] = Factory(list)
    stray: list[int] = Factory(list)
    inside: list[Component] = Factory(list)

    def all(self, name: str) -> list[ContentLine]:
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        return next((line for line in self.lines if line.name == name), None)

    def word(self, name: str) -> str:
        """The value of a property that is one plain word, in capitals; empty without it."""
        line = self.first(name)
        return "" if line is None else line.raw_value.upper()

    def children(self, *names: str) -> list[Component]:
        return [child for child in self.inside if child.name in names]


def calendars(lines: Iterable[ContentLine]) -> list[Component]:
    """The calendars of a file: one as a rule, several where exports were joined.

    Raises `NotACalendar` with the line, and `CalendarTooLarge` beyond `MAX_EVENTS`.
    """
    found, open_ones, number, events = list[Component](), list[Component](), 1, 0
    for line in lines:
        number = line.number
        if line.name == "BEGIN":
            events += line.raw_value.upper() == "VEVENT"
            _begin(line, found, open_ones)
        elif not open_ones:
            raise NotACalendar(number, "BEGIN:VCALENDAR is expected here")
        elif line.name == "END":
            _end(line, open_ones)
        else:
            _keep(line, open_ones[-1])
    if open_ones:
        raise NotACalendar(number, f"the file ends inside {_opening(open_ones[-1])}")
    if not found:
        raise NotACalendar(1, "the file is empty")
    if events > MAX_EVENTS:
        raise CalendarTooLarge("events", events, MAX_EVENTS)
    return found


def _begin(line: ContentLine, found: list[Component], open_ones: list[Component]) -> None:
    begun = Component(line.raw_value.upper(), line.number)
    if (begun.name == "VCALENDAR") is bool(open_ones):
        expected = "not inside another component" if open_ones else "around everything else"
        raise NotACalendar(line.number, f"VCALENDAR stands {expected}")
    if len(open_ones) >= _DEPTH:
        raise NotACalendar(line.number, f"components are nested more than {_DEPTH} deep")
    (open_ones[-1].inside if open_ones else found).append(begun)
    open_ones.append(begun)


def _end(line: ContentLine, open_ones: list[Component]) -> None:
    if line.raw_value.upper() != open_ones[-1].name:
        raise NotACalendar(line.number, f"this END does not close {_opening(open_ones[-1])}")
    open_ones.pop()


def _keep(line: ContentLine, inside: Component) -> None:
    if line.name in KEPT.get(inside.name, ()):
        inside.lines.append(line)
    elif not line.name:
        inside.stray.append(line.number)


def _opening(component: Component) -> str:
    known = component.name if component.name in KEPT else "the component"
    return f"{known} begun on line {component.line}"
