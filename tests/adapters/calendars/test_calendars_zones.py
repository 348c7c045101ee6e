"""Names of zones: IANA's, Microsoft's, paths, and zones that a file defines for itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import icalendar
import pytest
import x_wr_timezone

from teleconsult_calendars import CalendarReading, read_calendar
from teleconsult_core.times import Interval

WINDOW = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))

NAMES = {
    "Europe/Brussels": "08:00",
    "/Europe/Brussels": "08:00",
    "/mozilla.org/20050126_1/Europe/Brussels": "08:00",
    "/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires": "12:00",
    "Romance Standard Time": "08:00",
    '"W. Europe Standard Time"': "08:00",
    "GMT Standard Time": "09:00",
    "UTC": "09:00",
}


@pytest.mark.parametrize(("name", "utc"), NAMES.items(), ids=NAMES.keys())
def test_a_name_needs_no_definition(busy: Callable[..., list[str]], name: str, utc: str) -> None:
    (found,) = busy(f"DTSTART;TZID={name}:20270301T090000\nDURATION:PT30M")
    assert found.startswith(f"2027-03-01 {utc} to ")


# As Exchange writes it: words for a name, and the rules since 1601.
OWN_ZONE = """
    BEGIN:VTIMEZONE
    TZID:{name}
    BEGIN:STANDARD
    DTSTART:16010101T030000
    TZOFFSETFROM:{summer}
    TZOFFSETTO:{winter}
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010101T020000
    TZOFFSETFROM:{winter}
    TZOFFSETTO:{summer}
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE
"""


@pytest.mark.parametrize(
    ("winter", "summer", "expected"),
    [
        ("+0100", "+0200", ["2027-03-27 08:00", "2027-03-28 07:00"]),
        ("-0500", "-0400", ["2027-03-27 14:00", "2027-03-28 13:00"]),
    ],
)
def test_a_zone_defined_in_the_file_lives_for_that_file(
    busy: Callable[..., list[str]], winter: str, summer: str, expected: list[str]
) -> None:
    """The same words mean two different zones here, whichever file is read first."""
    name = "(UTC+01:00) Brussels, Copenhagen"
    zone = OWN_ZONE.format(name=name, winter=winter, summer=summer)
    event = f'DTSTART;TZID="{name}":20270327T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2'
    assert [one[:16] for one in busy(event, before=zone)] == expected


def test_the_database_comes_before_a_definition(busy: Callable[..., list[str]]) -> None:
    wrong = OWN_ZONE.format(name="Europe/Brussels", winter="+0900", summer="+1000")
    (found,) = busy("DTSTART;TZID=Europe/Brussels:20270301T090000\nDURATION:PT1H", before=wrong)
    assert found.startswith("2027-03-01 08:00")


def test_a_definition_that_says_where_it_is(busy: Callable[..., list[str]]) -> None:
    zone = "BEGIN:VTIMEZONE\nTZID:bureau\nX-LIC-LOCATION:Europe/Brussels\nEND:VTIMEZONE"
    (found,) = busy("DTSTART;TZID=bureau:20270301T090000\nDURATION:PT1H", before=zone)
    assert found.startswith("2027-03-01 08:00")


@pytest.mark.parametrize(
    ("definition", "what"),
    [
        ("", "unknown zone"),
        ("BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETTO:+0100\nEND:STANDARD", "definition"),
        (
            "BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n"
            "RRULE:FREQ=SECONDLY\nEND:STANDARD",
            "more than 20000 times",
        ),
    ],
)
def test_a_zone_nobody_knows_is_a_problem(
    read: Callable[..., CalendarReading], definition: str, what: str
) -> None:
    zone = f"BEGIN:VTIMEZONE\nTZID:Lune\n{definition}\nEND:VTIMEZONE\n" if definition else ""
    reading = read(
        zone
        + "BEGIN:VEVENT\nUID:moon\nDTSTART;TZID=Lune:20270301T090000\nDURATION:PT1H\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:earth\nDTSTART:20270301T090000Z\nDURATION:PT1H\nEND:VEVENT"
    )
    (problem,) = reading.problems
    assert problem.uid == "moon"
    assert what in problem.what
    assert len(reading.busy) == 1


def test_the_calendars_own_zone_comes_before_the_practices(busy: Callable[..., list[str]]) -> None:
    lisbon = "X-WR-TIMEZONE:Europe/Lisbon"
    times = "DTSTART:20270301T090000\nDTEND:20270301T100000"
    assert busy(times, before=lisbon) == ["2027-03-01 09:00 to 2027-03-01 10:00"]
    day = "DTSTART;VALUE=DATE:20270301"
    assert busy(day, before=lisbon) == ["2027-02-28 23:00 to 2027-03-01 23:00"]


def test_a_series_in_utc_keeps_the_wall_time_of_the_calendars_zone() -> None:
    """Checked against the library that defines this reading of X-WR-TIMEZONE."""
    data = (
        b"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nX-WR-TIMEZONE:Europe/Brussels\nBEGIN:VEVENT\n"
        b"UID:a\nDTSTART:20270326T080000Z\nDTEND:20270326T090000Z\nRRULE:FREQ=DAILY;COUNT=4\n"
        b"END:VEVENT\nEND:VCALENDAR\n"
    )
    found = read_calendar(data, zone="Europe/Lisbon", window=WINDOW).busy
    assert [one.interval.start.hour for one in found] == [8, 8, 7, 7]
    (event,) = x_wr_timezone.to_standard(icalendar.Calendar.from_ical(data)).walk("VEVENT")
    assert event["DTSTART"].dt == found[0].interval.start
    assert str(event["DTSTART"].dt.tzinfo) == "Europe/Brussels"


def test_an_unknown_calendar_zone_is_a_problem_of_the_file(
    read: Callable[..., CalendarReading],
) -> None:
    (problem,) = read("X-WR-TIMEZONE:Mars/Olympus").problems
    assert (problem.line, problem.uid, problem.value) == (4, None, "Mars/Olympus")
