"""Names of zones to zones. May import bounds, components, rules and dateutil.

A calendar program names a zone by its IANA name, by Microsoft's ("Romance Standard Time"), by a
path of its own that ends in an IANA name, or by any words it likes followed by a definition in
the file (VTIMEZONE). Known names come first: the zone database knows more years than the two
lines a program writes about a zone. Definitions are read here and kept for one file only;
icalendar would remember them by name for the whole process, and the next file may give the same
words another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from io import StringIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Factory, define
from dateutil.tz import tzical
from icalendar.prop import vDatetime
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from teleconsult_calendars.bounds import Effort, Unreadable
from teleconsult_calendars.components import Component
from teleconsult_calendars.lines import ContentLine
from teleconsult_calendars.rules import follow

_MAX_CHANGES = 200
_parse: Callable[[str], datetime] = vDatetime.from_ical


@define
class Zones:
    """The zones one calendar may name.

    `practice` is the zone of days and of times that name none; `of_calendar` comes before it for
    times where the calendar says in which zone it lives (X-WR-TIMEZONE).
    """

    practice: tzinfo
    of_calendar: tzinfo | None
    definitions: Mapping[str, Component]
    horizon: datetime
    effort: Effort
    _read: dict[str, tzinfo | None] = Factory(dict)

    def named(self, name: str) -> tzinfo | None:
        """The zone a calendar means by `name`; None if nobody knows. Raises `Unreadable`."""
        if name not in self._read:
            self._read[name] = self._look_up(name)
        return self._read[name]

    def _look_up(self, name: str) -> tzinfo | None:
        known = next(filter(None, map(iana_zone, _candidates(name))), None)
        definition = self.definitions.get(name)
        if known is not None or definition is None:
            return known
        location = definition.first("X-LIC-LOCATION")
        if location is not None and (zone := iana_zone(location.raw_value)):
            return zone
        return _defined(definition, self.horizon, self.effort)


def iana_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: "Europe" is a directory of the database.
        return None


def definitions_in(calendar: Component) -> dict[str, Component]:
    """The calendar's own zones, by name."""
    zones = calendar.children("VTIMEZONE")
    return {line.raw_value: zone for zone in zones if (line := zone.first("TZID"))}


def _candidates(name: str) -> Iterator[str]:
    plain = name.strip("/")
    yield plain
    yield WINDOWS_TO_OLSON.get(plain, plain)
    if name.startswith("/"):
        # /mozilla.org/20050126_1/Europe/Brussels: the owner's name, a version, the zone.
        pieces = plain.split("/")
        yield from ("/".join(pieces[start:]) for start in range(1, min(len(pieces), 6)))


def _defined(definition: Component, horizon: datetime, effort: Effort) -> tzinfo:
    """A zone as the file itself defines it. Raises `Unreadable`."""
    changes = definition.children("STANDARD", "DAYLIGHT")
    if not 0 < len(changes) <= _MAX_CHANGES:
        what = f"a zone is defined by 1 to {_MAX_CHANGES} changes of its offset"
        raise Unreadable.because(definition.line, what, len(changes))
    text = ["BEGIN:VTIMEZONE", "TZID:x"]
    for change in changes:
        _check_rules(change, horizon, effort)
        text += [f"BEGIN:{change.name}", *(_bare(line) for line in change.lines)]
        text += [f"END:{change.name}"]
    try:
        zone: tzinfo = tzical(StringIO("\r\n".join([*text, "END:VTIMEZONE"]))).get()
        zone.utcoffset(horizon)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        what = "the definition of the zone cannot be read"
        raise Unreadable.because(definition.line, what, str(error)) from None
    return zone


def _bare(line: ContentLine) -> str:
    return f"{line.name}:{line.parts()[1]}"


def _check_rules(change: Component, horizon: datetime, effort: Effort) -> None:
    start = change.first("DTSTART")
    for rule in change.all("RRULE"):
        try:
            since = _parse(start.raw_value if start else "").replace(tzinfo=None)
        except ValueError:
            raise Unreadable.because(change.line, "a change needs its DTSTART", "") from None
        follow(rule.number, rule.raw_value, since, horizon, effort)
