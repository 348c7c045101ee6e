"""The example calendars: in the true form of three programs, and read to the minute."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from teleconsult_calendars import CalendarReading, Ignored, read_calendar
from teleconsult_core.times import Interval

EXAMPLES = Path(__file__).parents[3] / "examples"
PRACTITIONERS = [
    one["id"] for one in tomllib.loads((EXAMPLES / "clinic.toml").read_text())["practitioners"]
]
BRUSSELS = ZoneInfo("Europe/Brussels")

# Wall time in Brussels, as the practitioner sees it in the program: some of what must be there.
BUSY = {
    "dupont": [
        "Tue 2027-03-23 12:00 to Tue 2027-03-23 13:00",  # the team, before the change
        "Wed 2027-03-31 12:30 to Wed 2027-03-31 14:00",  # moved to Wednesday, after it
        "Sat 2027-03-27 20:00 to Sun 2027-03-28 08:00",  # the night of the change
        "Mon 2027-04-05 00:00 to Sat 2027-04-17 00:00",  # holidays
        "Tue 2027-06-29 12:00 to Tue 2027-06-29 13:00",  # the last one, at UNTIL itself
    ],
    "janssens": [
        "Mon 2027-03-01 16:00 to Mon 2027-03-01 17:15",
        "Mon 2027-05-03 16:00 to Mon 2027-05-03 17:15",
        "Tue 2027-03-30 18:30 to Tue 2027-03-30 20:00",  # changed to the evening
        "Thu 2027-04-22 09:00 to Fri 2027-04-23 12:30",  # away for two days
    ],
    "elamrani": [
        "Mon 2027-03-29 09:15 to Mon 2027-03-29 10:00",
        "Thu 2027-03-04 14:00 to Thu 2027-03-04 16:00",  # written 13:00 UTC, in winter
        "Thu 2027-04-15 15:00 to Thu 2027-04-15 17:00",  # written 13:00 UTC, in summer
        "Fri 2027-05-07 00:00 to Sat 2027-05-08 00:00",
    ],
    "lemaire": [
        "Sat 2027-03-20 10:00 to Sat 2027-03-20 12:00",
        "Sat 2027-04-17 09:00 to Sat 2027-04-17 13:00",
        "Sat 2027-05-01 00:00 to Sun 2027-05-02 00:00",
    ],
    "claes": [
        "Fri 2027-03-19 14:00 to Fri 2027-03-19 16:00",  # the last Friday, a week early
        "Fri 2027-04-30 14:00 to Fri 2027-04-30 16:00",
        "Wed 2027-03-31 12:30 to Wed 2027-03-31 13:15",
    ],
}
FREE = {
    "dupont": [
        "Tue 2027-03-30 12:00 to Tue 2027-03-30 13:00",  # moved away
        "Tue 2027-04-06 12:00 to Tue 2027-04-06 13:00",  # left out
        "Tue 2027-02-23 11:30 to Tue 2027-02-23 12:00",  # cancelled
    ],
    "janssens": [
        "Mon 2027-04-05 16:00 to Mon 2027-04-05 17:15",  # left out
        "Tue 2027-03-30 13:00 to Tue 2027-03-30 14:30",  # moved away
        "Wed 2027-02-03 17:30 to Wed 2027-02-03 19:00",  # shown as free
    ],
    "elamrani": ["Wed 2027-04-14 12:15 to Wed 2027-04-14 13:15"],  # cancelled this once
    "lemaire": ["Sat 2027-04-03 10:00 to Sat 2027-04-03 12:00"],
    "claes": ["Fri 2027-03-26 14:00 to Fri 2027-03-26 16:00"],
}
COUNTED = {
    "dupont": (35, Ignored(cancelled=1, transparent=1)),
    "janssens": (16, Ignored(transparent=2)),
    "elamrani": (48, Ignored(cancelled=1, transparent=1)),
    "lemaire": (23, Ignored(marked_free=1)),
    "claes": (50, Ignored(cancelled=1, without_length=1)),
}


def read(practitioner: str) -> CalendarReading:
    data = (EXAMPLES / "calendars" / f"{practitioner}.ics").read_bytes()
    spring = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
    return read_calendar(data, zone="Europe/Brussels", window=spring)


def in_brussels(interval: Interval) -> str:
    both = (interval.start.astimezone(BRUSSELS), interval.end.astimezone(BRUSSELS))
    return " to ".join(f"{one:%a %Y-%m-%d %H:%M}" for one in both)


@pytest.mark.parametrize("practitioner", PRACTITIONERS)
def test_an_example_is_read_whole(practitioner: str) -> None:
    reading = read(practitioner)
    assert reading.problems == ()
    assert (len(reading.busy), reading.ignored) == COUNTED[practitioner]
    found = {in_brussels(one.interval) for one in reading.busy}
    assert set(BUSY[practitioner]) <= found
    assert not set(FREE[practitioner]) & found


@pytest.mark.parametrize("practitioner", PRACTITIONERS)
def test_an_example_has_the_form_of_an_export(practitioner: str) -> None:
    data = (EXAMPLES / "calendars" / f"{practitioner}.ics").read_bytes()
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
