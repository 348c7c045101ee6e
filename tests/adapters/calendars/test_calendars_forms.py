"""Every form in which a calendar program writes down when something is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from teleconsult_calendars import CalendarReading, Ignored, read_calendar
from teleconsult_calendars.reading import fingerprint
from teleconsult_core.times import Interval

WINDOW = Interval(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))

# Brussels is at UTC+1 until 2027-03-28 01:00 UTC and at UTC+2 from then on (until 2027-10-31).
FORMS = {
    "UTC": (
        "DTSTART:20270301T080000Z\nDTEND:20270301T090000Z",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
    "a zone, winter": (
        "DTSTART;TZID=Europe/Brussels:20270301T090000\nDTEND;TZID=Europe/Brussels:20270301T100000",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
    "a zone, summer": (
        "DTSTART;TZID=Europe/Brussels:20270401T090000\nDTEND;TZID=Europe/Brussels:20270401T100000",
        ["2027-04-01 07:00 to 2027-04-01 08:00"],
    ),
    "floating is the practice's zone": (
        "DTSTART:20270301T090000\nDTEND:20270301T100000",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
    "two zones, like a flight": (
        "DTSTART;TZID=Europe/Lisbon:20270301T090000\nDTEND;TZID=Europe/Athens:20270301T150000",
        ["2027-03-01 09:00 to 2027-03-01 13:00"],
    ),
    "seconds are kept": (
        "DTSTART:20270301T080007Z\nDTEND:20270301T081559Z",
        ["2027-03-01 08:00:07 to 2027-03-01 08:15:59"],
    ),
    "a length": (
        "DTSTART:20270301T080000Z\nDURATION:PT1H30M",
        ["2027-03-01 08:00 to 2027-03-01 09:30"],
    ),
    "a length of hours is exact in the night of the change": (
        "DTSTART;TZID=Europe/Brussels:20270327T220000\nDURATION:PT8H",
        ["2027-03-27 21:00 to 2027-03-28 05:00"],
    ),
    "a length of days keeps the wall time": (
        "DTSTART;TZID=Europe/Brussels:20270327T220000\nDURATION:P1D",
        ["2027-03-27 21:00 to 2027-03-28 20:00"],
    ),
    "an end keeps the wall time": (
        "DTSTART;TZID=Europe/Brussels:20270327T220000\nDTEND;TZID=Europe/Brussels:20270328T060000",
        ["2027-03-27 21:00 to 2027-03-28 04:00"],
    ),
    "a time without end takes no time": ("DTSTART:20270301T080000Z", []),
    "an end at the start takes no time": (
        "DTSTART:20270301T080000Z\nDTEND:20270301T080000Z",
        [],
    ),
    "a wall time that the spring skips": (
        "DTSTART;TZID=Europe/Brussels:20270328T023000\nDTEND;TZID=Europe/Brussels:20270328T040000",
        ["2027-03-28 01:30 to 2027-03-28 02:00"],
    ),
    "a day": (
        "DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270302",
        ["2027-02-28 23:00 to 2027-03-01 23:00"],
    ),
    "a day without end": (
        "DTSTART;VALUE=DATE:20270301",
        ["2027-02-28 23:00 to 2027-03-01 23:00"],
    ),
    "a day that ends on itself": (
        "DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270301",
        ["2027-02-28 23:00 to 2027-03-01 23:00"],
    ),
    "a day of 23 hours": (
        "DTSTART;VALUE=DATE:20270328",
        ["2027-03-27 23:00 to 2027-03-28 22:00"],
    ),
    "a week over the change": (
        "DTSTART;VALUE=DATE:20270327\nDURATION:P1W",
        ["2027-03-26 23:00 to 2027-04-02 22:00"],
    ),
    "several days": (
        "DTSTART:20270301T170000Z\nDTEND:20270304T060000Z",
        ["2027-03-01 17:00 to 2027-03-04 06:00"],
    ),
    "overlapping the window's edge, whole": (
        "DTSTART:20270131T230000Z\nDTEND:20270201T010000Z",
        ["2027-01-31 23:00 to 2027-02-01 01:00"],
    ),
    "ending where the window starts": ("DTSTART:20270131T230000Z\nDTEND:20270201T000000Z", []),
    "starting where the window ends": ("DTSTART:20270701T000000Z\nDTEND:20270701T010000Z", []),
    "tentative blocks": (
        "DTSTART:20270301T080000Z\nDTEND:20270301T090000Z\nSTATUS:TENTATIVE",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
    "a folded line": (
        "DTSTART;TZID=Europe/B\n russels:20270301T\n\t090000\nDTEND:20270301T090000Z",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
    "small letters": (
        "dtstart;tzid=Europe/Brussels:20270301T090000\nDtEnd:20270301T090000Z",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
    "an alarm has times of its own": (
        "DTSTART:20270301T080000Z\nDTEND:20270301T090000Z\n"
        "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5M\nUID:x\nEND:VALARM",
        ["2027-03-01 08:00 to 2027-03-01 09:00"],
    ),
}


@pytest.mark.parametrize(("event", "expected"), FORMS.values(), ids=FORMS.keys())
def test_a_form(busy: Callable[..., list[str]], event: str, expected: list[str]) -> None:
    assert busy(event) == expected


def test_a_day_of_25_hours() -> None:
    event = b"BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20271031\nEND:VEVENT"
    text = b"BEGIN:VCALENDAR\n" + event + b"\nEND:VCALENDAR"
    autumn = Interval(datetime(2027, 10, 1, tzinfo=UTC), datetime(2027, 11, 30, tzinfo=UTC))
    (found,) = read_calendar(text, zone="Europe/Brussels", window=autumn).busy
    assert found.interval == Interval(
        datetime(2027, 10, 30, 22, tzinfo=UTC), datetime(2027, 10, 31, 23, tzinfo=UTC)
    )


EVENT = (
    "BEGIN:VCALENDAR|BEGIN:VEVENT|UID:ré|SUMMARY:Thérèse, contrôle|"
    "DTSTART:20270301T080000Z|DTEND:20270301T090000Z|END:VEVENT|END:VCALENDAR|"
)
FOLDED_INSIDE_A_LETTER = EVENT.replace("|", "\r\n").encode().replace("é".encode(), b"\xc3\r\n \xa9")
BYTES = {
    "CRLF": EVENT.replace("|", "\r\n").encode(),
    "LF": EVENT.replace("|", "\n").encode(),
    "CRLF twice converted": EVENT.replace("|", "\r\r\n").encode(),
    "BOM": b"\xef\xbb\xbf" + EVENT.replace("|", "\r\n").encode(),
    "Latin-1": EVENT.replace("|", "\r\n").encode("latin-1"),
    "blank lines": EVENT.replace("|", "\r\n\r\n").encode(),
    "folded inside a letter": FOLDED_INSIDE_A_LETTER,
    "no newline at the end": EVENT.replace("|", "\n").rstrip().encode(),
    "two calendars in a file": EVENT.replace("|", "\n").encode() * 2,
}


@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES.keys())
def test_the_bytes_may_differ_and_the_reading_may_not(data: bytes) -> None:
    reading = read_calendar(data, zone="Europe/Brussels", window=WINDOW)
    assert reading.problems == ()
    assert [(one.uid, one.interval.start.hour) for one in reading.busy] == [(fingerprint("ré"), 8)]


def test_what_blocks_nothing_is_counted_by_reason(read: Callable[..., CalendarReading]) -> None:
    at = "DTSTART:20270301T080000Z\nDTEND:20270301T090000Z"
    events = [
        f"{at}\nSTATUS:CANCELLED",
        f"{at}\nTRANSP:TRANSPARENT",
        f"{at}\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\nTRANSP:OPAQUE",
        "DTSTART:20270301T080000Z",
        "DTSTART:20250301T080000Z\nDURATION:PT1H",
        "DTSTART:20290301T080000Z\nDURATION:PT1H",
    ]
    inside = [f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT" for n, event in enumerate(events)]
    inside += ["BEGIN:VTODO\nUID:t\nDUE:20270301T080000Z\nEND:VTODO"]
    reading = read("\n".join(inside))
    assert reading.busy == ()
    assert reading.problems == ()
    assert reading.ignored == Ignored(
        cancelled=1,
        transparent=1,
        marked_free=1,
        without_length=1,
        outside_window=2,
        not_events=1,
    )


def test_nothing_of_a_patient_leaves(read: Callable[..., CalendarReading]) -> None:
    reading = read("""
        X-WR-CALNAME:Agenda de Madame Peeters
        BEGIN:VEVENT
        UID:mme-peeters@example.org
        SUMMARY:Madame Peeters
        DESCRIPTION:Peeters\\, contrôle
        LOCATION:chez Peeters
        ATTENDEE;CN=Peeters:mailto:peeters@example.org
        DTSTART:20270301T080000Z
        DTEND:20270301T090000Z
        END:VEVENT
        BEGIN:VEVENT
        UID:2
        SUMMARY:Madame Peeters
         vient avec
        Peeters junior
        DTSTART:20270301T080000Z
        END:VEVENT
    """)
    assert "eeters" not in repr(reading)
    assert [(one.line, one.uid) for one in reading.problems] == [(18, "2")]


def test_an_event_keeps_its_fingerprint_from_one_export_to_the_next(
    read: Callable[..., CalendarReading],
) -> None:
    event = "BEGIN:VEVENT\n{}DTSTART:20270301T080000Z\nDTEND:20270301T090000Z\nEND:VEVENT"
    for uid in ("UID:040000008200E00074C5B7101A82E008\n", ""):
        once, again = (read(event.format(uid) + more) for more in ("", "\nBEGIN:VTODO\nEND:VTODO"))
        assert once.busy == again.busy
        assert len(once.busy) == 1
