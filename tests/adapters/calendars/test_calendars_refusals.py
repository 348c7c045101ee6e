"""What cannot be read is said: which line, which event, which value, and nothing hangs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from teleconsult_calendars import (
    CalendarReading,
    CalendarTooLarge,
    NotACalendar,
    bounds,
    read_calendar,
)
from teleconsult_core.refusals import BadInput
from teleconsult_core.times import Interval

WINDOW = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
START = "DTSTART:20270301T080000Z"
GOOD = "BEGIN:VEVENT\nUID:good\nDTSTART:20270301T080000Z\nDURATION:PT1H\nEND:VEVENT\n"

# The first line of what is given here is line 6 of the file.
PROBLEMS = {
    "a frequency that is none": (f"{START}\nRRULE:FREQ=SOMETIMES", 7, "RRULE is no rule"),
    "a negative count": (f"{START}\nRRULE:FREQ=DAILY;COUNT=-1", 7, "COUNT that is not between 1"),
    "an interval of nothing": (f"{START}\nRRULE:FREQ=DAILY;INTERVAL=0", 7, "INTERVAL that is not"),
    "count and until": (
        f"{START}\nRRULE:FREQ=DAILY;COUNT=2;UNTIL=20270401T000000Z",
        7,
        "both COUNT and UNTIL",
    ),
    "no frequency": (f"{START}\nRRULE:BYDAY=MO", 7, "says no FREQ"),
    "an unknown part": (f"{START}\nRRULE:FREQ=DAILY;BYMOON=FULL", 7, "not known (BYMOON)"),
    "an hour that is none": (f"{START}\nRRULE:FREQ=DAILY;BYHOUR=99", 7, "RRULE"),
    "a rule without end, by the second": (
        f"{START}\nRRULE:FREQ=SECONDLY",
        7,
        "more than 20000 times",
    ),
    "30 February": (
        f"{START}\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        7,
        "never comes true",
    ),
    "30 February, by the second": (
        f"{START}\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        7,
        "never comes true",
    ),
    "the fifth of one": (
        f"{START}\nRRULE:FREQ=SECONDLY;BYMINUTE=1;BYSETPOS=5",
        7,
        "BYSETPOS with hours",
    ),
    "every second of the day, listed": (
        f"{START}\nRRULE:FREQ=DAILY;BYMINUTE={','.join(map(str, range(60)))}"
        f";BYSECOND={','.join(map(str, range(60)))}",
        7,
        "3600 times a day",
    ),
    "a rule of a thousand days": (
        f"{START}\nRRULE:FREQ=DAILY;BYMONTHDAY=1{',1' * 4000}",
        7,
        "longer than 4000 characters",
    ),
    "an old exclusion rule": (f"{START}\nEXRULE:FREQ=DAILY", 7, "EXRULE"),
    "an end before the start": (f"{START}\nDTEND:20270301T070000Z", 7, "before DTSTART"),
    "an end of another kind": (f"{START}\nDTEND;VALUE=DATE:20270302", 7, "both days or both times"),
    "an end and a length": (
        f"{START}\nDTEND:20270301T090000Z\nDURATION:PT1H",
        8,
        "exclude each other",
    ),
    "a negative length": (f"{START}\nDURATION:-PT1H", 7, "no length of time"),
    "an endless length": (f"{START}\nDURATION:P999999999D", 7, "beyond 2200"),
    "half a day of whole days": ("DTSTART;VALUE=DATE:20270301\nDURATION:PT5H", 7, "part of one"),
    "an unknown zone": ("DTSTART;TZID=Lune:20270301T080000", 6, "unknown zone"),
    "a day that is none": ("DTSTART:20270230T080000Z", 6, "no date or time"),
    "a day in words": ("DTSTART:demain", 6, "no date or time"),
    "a year out of reach": ("DTSTART:99990101T000000Z", 6, "between the years"),
    "no start": ("DURATION:PT1H", 4, "no DTSTART"),
    "two starts": (f"{START}\n{START}", 7, "DTSTART stands twice"),
    "a parameter that is none": ("DTSTART;TZID:20270301T080000", 6, "malformed"),
    "a broken line": (f"{START}\nMme Peeters", 7, "neither a property"),
    "a broken exception": (f"{START}\nRRULE:FREQ=DAILY\nEXDATE:x", 8, "EXDATE"),
    "a broken period": (f"{START}\nRDATE;VALUE=PERIOD:20270301T080000Z/PT0S", 7, "RDATE"),
}


@pytest.mark.parametrize(("event", "line", "what"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_problem_is_named_and_the_other_events_are_read(
    read: Callable[..., CalendarReading], event: str, line: int, what: str
) -> None:
    reading = read(f"BEGIN:VEVENT\nUID:bad\n{event}\nEND:VEVENT\n{GOOD}")
    (problem,) = reading.problems
    assert (problem.line, problem.uid) == (line, "bad")
    assert what in problem.what
    assert len(reading.busy) == 1


def test_a_problem_quotes_the_value(read: Callable[..., CalendarReading]) -> None:
    (problem,) = read(f"BEGIN:VEVENT\nUID:bad\n{START}\nRRULE:FREQ=SOMETIMES\nEND:VEVENT").problems
    assert problem.value == "FREQ=SOMETIMES"
    assert str(problem).startswith("line 7: RRULE is no rule")
    assert str(problem).endswith("FREQ=SOMETIMES (event bad)")


def test_a_broken_instance_takes_its_series_with_it(read: Callable[..., CalendarReading]) -> None:
    """Half a series would show the hour that was moved away and not the one it moved to."""
    reading = read(
        f"BEGIN:VEVENT\nUID:one\n{START}\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID:20270302T080000Z\nDTSTART:late\nEND:VEVENT"
    )
    assert reading.busy == ()
    assert len(reading.problems) == 1


NOT_CALENDARS = {
    "empty": (b"", 1, "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", 1, "BEGIN:VCALENDAR"),
    "a page": (b"<!DOCTYPE html>\n<title>Sign in</title>", 1, "BEGIN:VCALENDAR"),
    "UTF-16": ("BEGIN:VCALENDAR".encode("utf-16"), 1, "UTF-16"),
    "an event alone": (b"BEGIN:VEVENT\nEND:VEVENT", 1, "around everything else"),
    "broken off": (
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2027",
        3,
        "ends inside VEVENT begun on line 2",
    ),
    "the last line missing": (
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\n",
        3,
        "ends inside VCALENDAR begun on line 1",
    ),
    "crossed": (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", 3, "does not close VEVENT"),
    "text after the end": (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nhello", 3, "expected here"),
    "a calendar in a calendar": (
        b"BEGIN:VCALENDAR\nBEGIN:VCALENDAR",
        2,
        "not inside another component",
    ),
    "too deep": (b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 50, 9, "nested more than 8 deep"),
}


@pytest.mark.parametrize(("data", "line", "what"), NOT_CALENDARS.values(), ids=NOT_CALENDARS.keys())
def test_what_is_no_calendar_is_refused_whole(data: bytes, line: int, what: str) -> None:
    with pytest.raises(NotACalendar) as refusal:
        read_calendar(data, zone="Europe/Brussels", window=WINDOW)
    assert refusal.value.line == line
    assert what in refusal.value.what
    assert what in str(refusal.value)


def refused(inside: str) -> CalendarTooLarge:
    data = f"BEGIN:VCALENDAR\n{inside}END:VCALENDAR\n".encode()
    with pytest.raises(CalendarTooLarge) as refusal:
        read_calendar(data, zone="Europe/Brussels", window=WINDOW)
    assert str(refusal.value.limit) in str(refusal.value)
    return refusal.value


def test_too_many_bytes() -> None:
    assert refused("X-A:" + "a" * bounds.MAX_BYTES + "\n").limit == bounds.MAX_BYTES


def test_too_many_events() -> None:
    inside = "BEGIN:VEVENT\nEND:VEVENT\n" * (bounds.MAX_EVENTS + 1)
    assert refused(inside).limit == bounds.MAX_EVENTS


def test_too_much_to_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule is within its own bound; it is their number that is refused."""
    monkeypatch.setattr("teleconsult_calendars.bounds.MAX_EFFORT", 100_000)
    rule = "DTSTART:19800101T000000Z\nRRULE:FREQ=DAILY\n"
    events = [f"BEGIN:VEVENT\nUID:{n}\n{rule}END:VEVENT\n" for n in range(4)]
    assert refused("".join(events)).limit == 100_000


def test_too_many_busy_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teleconsult_calendars.reader.MAX_BUSY_TIMES", 250)
    rule = "DTSTART:20270301T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY;COUNT=100\n"
    events = [f"BEGIN:VEVENT\nUID:{n}\n{rule}END:VEVENT\n" for n in range(3)]
    assert refused("".join(events)).limit == 250


def test_too_many_dates_left_out(read: Callable[..., CalendarReading]) -> None:
    many = ",".join(["20270301T080000Z"] * (bounds.MAX_DATES + 1))
    (problem,) = read(f"BEGIN:VEVENT\nUID:a\n{START}\nEXDATE:{many}\nEND:VEVENT").problems
    assert str(bounds.MAX_DATES) in problem.what


def test_a_zone_of_the_practice_that_is_none() -> None:
    with pytest.raises(BadInput):
        read_calendar(b"", zone="Brussels", window=WINDOW)
