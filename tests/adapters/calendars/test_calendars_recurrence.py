"""Events that repeat: rules, additions, exceptions, changed and cancelled instances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from teleconsult_calendars import CalendarReading, Ignored, read_calendar
from teleconsult_core.times import Interval

BRUSSELS = ZoneInfo("Europe/Brussels")
NINE = "DTSTART;TZID=Europe/Brussels:20270322T090000\nDTEND;TZID=Europe/Brussels:20270322T100000"

# 2027-03-22 is a Monday; the clocks change on Sunday the 28th. 9:00 is 8:00 UTC, then 7:00 UTC.
SERIES = {
    "weekly across the change": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=3",
        ["03-22 08:00", "03-29 07:00", "04-05 07:00"],
    ),
    "until, in UTC, inclusive": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;UNTIL=20270405T070000Z",
        ["03-22 08:00", "03-29 07:00", "04-05 07:00"],
    ),
    "until, a day, that day included": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;UNTIL=20270405",
        ["03-22 08:00", "03-29 07:00", "04-05 07:00"],
    ),
    "until, no zone, the start's": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;UNTIL=20270405T085959",
        ["03-22 08:00", "03-29 07:00"],
    ),
    "every other week, two days": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO;COUNT=4",
        ["03-22 08:00", "03-24 08:00", "04-05 07:00", "04-07 07:00"],
    ),
    "the last weekday of the month": (
        f"{NINE}\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20270501",
        ["03-22 08:00", "03-31 07:00", "04-30 07:00"],
    ),
    "the fourth Monday": (
        f"{NINE}\nRRULE:FREQ=MONTHLY;BYDAY=4MO;COUNT=3",
        ["03-22 08:00", "04-26 07:00", "05-24 07:00"],
    ),
    "left out": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=4\n"
        "EXDATE;TZID=Europe/Brussels:20270329T090000,20270412T090000",
        ["03-22 08:00", "04-05 07:00"],
    ),
    "left out, in UTC": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20270329T070000Z",
        ["03-22 08:00", "04-05 07:00"],
    ),
    "left out, a whole day": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20270329",
        ["03-22 08:00", "04-05 07:00"],
    ),
    "left out, line by line": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Brussels:20270329T090000\n"
        "EXDATE;TZID=Europe/Brussels:20270405T090000",
        ["03-22 08:00", "04-12 07:00"],
    ),
    "added": (
        f"{NINE}\nRDATE;TZID=Europe/Brussels:20270330T140000,20270401T140000",
        ["03-22 08:00", "03-30 12:00", "04-01 12:00"],
    ),
    "added, with a length of its own": (
        f"{NINE}\nRDATE;VALUE=PERIOD:20270330T120000Z/PT3H",
        ["03-22 08:00", "03-30 12:00 for 3:00:00"],
    ),
    "yearly, from before the window": (
        "DTSTART;VALUE=DATE:16040501\nRRULE:FREQ=YEARLY",
        ["04-30 22:00 for 1 day, 0:00:00"],
    ),
    "days, across the change": (
        "DTSTART;VALUE=DATE:20270327\nRRULE:FREQ=DAILY;UNTIL=20270328T220000Z",
        [
            "03-26 23:00 for 1 day, 0:00:00",
            "03-27 23:00 for 23:00:00",
            "03-28 22:00 for 1 day, 0:00:00",
        ],
    ),
    "nights, by length": (
        "DTSTART;TZID=Europe/Brussels:20270327T220000\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=2",
        ["03-27 21:00 for 8:00:00", "03-28 20:00 for 8:00:00"],
    ),
    "nights, by end": (
        "DTSTART;TZID=Europe/Brussels:20270327T220000\nDTEND;TZID=Europe/Brussels:20270328T060000\n"
        "RRULE:FREQ=DAILY;COUNT=2",
        ["03-27 21:00 for 7:00:00", "03-28 20:00 for 8:00:00"],
    ),
}


def starts(reading: CalendarReading) -> list[str]:
    """`03-22 08:00`, and how long, where that is not an hour."""
    hour = timedelta(hours=1)
    return [
        f"{one.start:%m-%d %H:%M}"
        + ("" if one.end - one.start == hour else f" for {one.end - one.start}")
        for one in sorted(busy.interval for busy in reading.busy)
    ]


@pytest.mark.parametrize(("event", "expected"), SERIES.values(), ids=SERIES.keys())
def test_a_series(read: Callable[..., CalendarReading], event: str, expected: list[str]) -> None:
    reading = read(f"BEGIN:VEVENT\nUID:one\n{event}\nEND:VEVENT")
    assert reading.problems == ()
    assert starts(reading) == expected


MASTER = f"BEGIN:VEVENT\nUID:one\n{NINE}\nRRULE:FREQ=WEEKLY;COUNT=4\nEND:VEVENT\n"
INSTANCES = {
    "moved": (
        "RECURRENCE-ID;TZID=Europe/Brussels:20270329T090000\n"
        "DTSTART;TZID=Europe/Brussels:20270330T140000\nDURATION:PT2H",
        ["03-22 08:00", "03-30 12:00 for 2:00:00", "04-05 07:00", "04-12 07:00"],
    ),
    "moved, named in UTC": (
        "RECURRENCE-ID:20270329T070000Z\nDTSTART:20270330T120000Z\nDURATION:PT1H",
        ["03-22 08:00", "03-30 12:00", "04-05 07:00", "04-12 07:00"],
    ),
    "cancelled": (
        "RECURRENCE-ID;TZID=Europe/Brussels:20270329T090000\nSTATUS:CANCELLED\n"
        "DTSTART;TZID=Europe/Brussels:20270329T090000\nDURATION:PT1H",
        ["03-22 08:00", "04-05 07:00", "04-12 07:00"],
    ),
    "made transparent": (
        "RECURRENCE-ID;TZID=Europe/Brussels:20270329T090000\nTRANSP:TRANSPARENT\n"
        "DTSTART;TZID=Europe/Brussels:20270329T090000\nDURATION:PT1H",
        ["03-22 08:00", "04-05 07:00", "04-12 07:00"],
    ),
    "this and all that follow": (
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Brussels:20270405T090000\n"
        "DTSTART;TZID=Europe/Brussels:20270405T100000\nDURATION:PT1H",
        ["03-22 08:00", "03-29 07:00", "04-05 08:00", "04-12 08:00"],
    ),
    "moved into the window from far outside": (
        "RECURRENCE-ID;TZID=Europe/Brussels:20270412T090000\n"
        "DTSTART;TZID=Europe/Brussels:20270210T090000\nDURATION:PT1H",
        ["02-10 08:00", "03-22 08:00", "03-29 07:00", "04-05 07:00"],
    ),
}


@pytest.mark.parametrize(("instance", "expected"), INSTANCES.values(), ids=INSTANCES.keys())
@pytest.mark.parametrize("master_first", [True, False])
def test_a_changed_instance(
    read: Callable[..., CalendarReading], instance: str, expected: list[str], master_first: bool
) -> None:
    changed = f"BEGIN:VEVENT\nUID:one\n{instance}\nEND:VEVENT\n"
    reading = read(MASTER + changed if master_first else changed + MASTER)
    assert reading.problems == ()
    assert starts(reading) == expected


def test_a_changed_instance_without_its_series_stands_for_itself(
    read: Callable[..., CalendarReading],
) -> None:
    """An invitation to one date of somebody else's series is exported like this."""
    reading = read(
        "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID:20270329T070000Z\nDTSTART:20270329T080000Z\n"
        "DURATION:PT1H\nEND:VEVENT"
    )
    assert starts(reading) == ["03-29 08:00"]


def test_the_later_sequence_of_the_same_event_counts(
    read: Callable[..., CalendarReading],
) -> None:
    event = (
        "BEGIN:VEVENT\nUID:one\nSEQUENCE:{}\nDTSTART:202703{}T080000Z\nDURATION:PT1H\n"
        "RRULE:FREQ=DAILY;COUNT=1\nEND:VEVENT\n"
    )
    assert starts(read(event.format(2, 10) + event.format(1, 11))) == ["03-10 08:00"]


def test_a_cancelled_series_blocks_nothing(read: Callable[..., CalendarReading]) -> None:
    reading = read(MASTER.replace("END:VEVENT", "STATUS:CANCELLED\nEND:VEVENT"))
    assert reading.busy == ()
    assert reading.ignored == Ignored(cancelled=1)


PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 4).map(str),
        "COUNT": st.integers(1, 60).map(str),
        "BYDAY": st.sampled_from(["MO", "TU,TH", "MO,TU,WE,TH,FR", "SA,SU"]),
        "BYMONTH": st.sampled_from(["3", "2,4,6"]),
        "BYHOUR": st.sampled_from(["8", "9,14"]),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=PARTS, day=st.integers(0, 900), hour=st.integers(3, 20))
def test_a_series_is_where_the_rule_by_itself_says(
    parts: dict[str, str], day: int, hour: int
) -> None:
    """By another path: dateutil on naive wall time, then the zone."""
    # Every third month from January on is never March: that is another test's subject.
    assume(not {"INTERVAL", "BYMONTH"} <= set(parts))
    begin = datetime(2025, 1, 1, hour) + timedelta(days=day)
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    window = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
    text = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDURATION:PT1H\n"
        f"DTSTART;TZID=Europe/Brussels:{begin:%Y%m%dT%H%M%S}\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR"
    )
    reading = read_calendar(text.encode(), zone="Europe/Lisbon", window=window)
    wall = {begin, *rrulestr(rule, dtstart=begin).between(begin, datetime(2027, 7, 2))}
    utc = {one.replace(tzinfo=BRUSSELS).astimezone(UTC) for one in wall}
    expected = sorted(one for one in utc if window.contains(one))
    assert reading.problems == ()
    assert [one.interval.start for one in reading.busy] == expected
