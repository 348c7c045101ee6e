"""Whatever happens to the bytes on the way: a refusal, a problem or a reading; never a crash."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from teleconsult_calendars import CalendarTooLarge, NotACalendar, read_calendar
from teleconsult_core.times import Interval

EXAMPLES = Path(__file__).parents[3] / "examples" / "calendars"
FILES = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.ics"))]
WINDOW = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
WORDS = [
    *(b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"\r\n ", b"\x00", b"\xff", b";", b":", b",", b"="),
    *(b"RRULE:FREQ=SECONDLY\r\n", b"UNTIL=", b"COUNT=", b"-1", b"00010101T000000", b"99991231"),
    *(b"RECURRENCE-ID:20270301T080000Z\r\n", b"RANGE=THISANDFUTURE", b"DURATION:P9W\r\n"),
    *(b"TZID=Nowhere", b"VALUE=PERIOD", b"/", b"DTSTART:20270301\r\n", b"BYSETPOS=9;", b"Z"),
]


def outcome(data: bytes) -> str:
    """What became of a file. Anything else than these four is an exception, and fails the test."""
    try:
        reading = read_calendar(data, zone="Europe/Brussels", window=WINDOW)
    except (NotACalendar, CalendarTooLarge) as refusal:
        return refusal.code
    return "problems" if reading.problems else "read"


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """A real file with a few stretches cut out, doubled, or replaced by a word that hurts."""
    data = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 40))
        with_what = draw(st.sampled_from([b"", data[start:end] * 2, *WORDS]))
        data = data[:start] + with_what + data[end:]
    return data


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=mutilated())
def test_a_mutilated_file(data: bytes) -> None:
    assert outcome(data) in {"not-a-calendar", "calendar-too-large", "problems", "read"}


LINE = st.lists(st.sampled_from(WORDS) | st.binary(max_size=6), max_size=6).map(b"".join)
NAMES = st.sampled_from([b"DTSTART", b"DTEND", b"DURATION", b"RRULE", b"RDATE", b"EXDATE", b"UID"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(st.tuples(NAMES, LINE), max_size=5))
@example(lines=[(b"DTSTART", b":20270301T080000Z"), (b"RRULE", b":FREQ=DAILY;UNTIL=00010101")])
@example(lines=[(b"DTSTART", b":20270301"), (b"RDATE", b":20270301T080000"), (b"EXDATE", b":x")])
def test_an_event_of_nonsense(lines: list[tuple[bytes, bytes]]) -> None:
    inside = b"\n".join(name + value for name, value in lines)
    data = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + inside + b"\nEND:VEVENT\nEND:VCALENDAR\n"
    assert outcome(data) in {"not-a-calendar", "calendar-too-large", "problems", "read"}


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_noise_is_no_calendar(data: bytes) -> None:
    assert outcome(data) == "not-a-calendar"


def test_a_file_cut_anywhere_before_its_end_is_no_calendar() -> None:
    for data in FILES:
        end = data.rindex(b"END:VCALENDAR")
        for cut in range(0, end, max(1, end // 60)):
            assert outcome(data[:cut]) == "not-a-calendar"
