"""Writing small calendars and reading them back as plain text, so that tables stay readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from textwrap import dedent

import pytest
from vobject.icalendar import registerTzid

from teleconsult_calendars import BusyTime, CalendarReading, read_calendar
from teleconsult_core.times import Interval

SPRING = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))

Read = Callable[..., CalendarReading]
Busy = Callable[..., list[str]]


def shown(one: BusyTime) -> str:
    """`2027-03-01 08:00 to 2027-03-01 09:00`, in UTC; seconds only where there are any."""
    return " to ".join(
        f"{instant:%Y-%m-%d %H:%M}{f':{instant:%S}' if instant.second else ''}"
        for instant in (one.interval.start, one.interval.end)
    )


@pytest.fixture
def read() -> Read:
    """Reads what is given as the inside of a calendar."""

    def reading(
        inside: str, *, zone: str = "Europe/Brussels", window: Interval = SPRING
    ) -> CalendarReading:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN"]
        lines += dedent(inside).strip().splitlines()
        text = "\r\n".join([*lines, "END:VCALENDAR", ""])
        return read_calendar(text.encode(), zone=zone, window=window)

    return reading


@pytest.fixture
def busy(read: Read) -> Busy:
    """The busy times of one event of which the inside is given; nothing may be wrong with it."""

    def times(event: str, *, before: str = "", zone: str = "Europe/Brussels") -> list[str]:
        inside = f"BEGIN:VEVENT\nUID:one\n{dedent(event).strip()}\nEND:VEVENT"
        reading = read(f"{dedent(before).strip()}\n{inside}", zone=zone)
        assert reading.problems == ()
        return [shown(one) for one in reading.busy]

    return times


@pytest.fixture(autouse=True)
def no_zone_is_remembered() -> None:
    """vobject keeps the first rules of a zone that it read, whatever the next calendar says."""
    for name in ("Europe/Brussels", "America/New_York", "Asia/Kolkata"):
        registerTzid(name, None)
