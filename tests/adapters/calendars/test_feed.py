"""Calendars to subscribe to, read back by parsers that are strangers to each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
import vobject
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_calendars import feed_text
from teleconsult_core.feeds import FeedEvent, FeedView, Standing
from teleconsult_core.slots import Mode

START = datetime(2027, 3, 29, 8, 0, tzinfo=UTC)  # the Monday after the clocks go forward
EVENT = FeedEvent(
    uid="a1@clinic.example",
    sequence=2,
    changed_at=datetime(2027, 3, 1, 9, tzinfo=UTC),
    start=START,
    end=START + timedelta(minutes=20),
    mode=Mode.VIDEO,
    standing=Standing.CONFIRMED,
    practitioner_name="Dr Zoé D'Hondt",
)
VIEW = FeedView(
    uid="patient-ann@clinic.example",
    name="Cabinet Rivoli",
    language="fr",
    zone="Europe/Brussels",
    address="Rue de l'Église 1\n1000 Bruxelles",
    events=(EVENT,),
)
EVIL = ("a\r\nATTENDEE:mailto:eve@evil.example", "a\rEND:VEVENT\rBEGIN:VEVENT", "a\u2028b",
        "\u202egnirts", "a\x00b", "\\n\\,;", "é" * 100_000)  # fmt: skip


def read(view: FeedView) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(feed_text(view))


def test_it_is_published_and_invites_nobody() -> None:
    calendar = read(VIEW)
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["UID"] == VIEW.uid
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == VIEW.name
    assert "\r\nX-PUBLISHED-TTL:PT1H\r\n" in feed_text(VIEW)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in feed_text(VIEW)
    (event,) = calendar.walk("VEVENT")
    assert not {"ATTENDEE", "ORGANIZER", "URL", "DESCRIPTION"} & set(event)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (EVENT.uid, 2, "CONFIRMED")
    assert event["DTSTAMP"].dt == EVENT.changed_at


def test_another_parser_reads_the_same() -> None:
    event = vobject.readOne(feed_text(VIEW)).vevent
    assert (event.dtstart.value, event.dtend.value) == (EVENT.start, EVENT.end)
    assert event.summary.value == "Consultation vidéo, Dr Zoé D'Hondt"


@pytest.mark.parametrize(
    ("language", "mode", "standing", "his_own", "summary"),
    [
        ("fr", Mode.VIDEO, Standing.CONFIRMED, True, "Vidéo"),
        ("fr", Mode.IN_PERSON, Standing.CONFIRMED, True, "Cabinet"),
        ("fr", Mode.VIDEO, Standing.TENTATIVE, True, "Vidéo, à confirmer"),
        ("nl", Mode.IN_PERSON, Standing.CANCELLED, True, "Praktijk, geannuleerd"),
        ("nl-BE", Mode.VIDEO, Standing.CONFIRMED, False, "Videoconsultatie, Dr Zoé D'Hondt"),
        ("en", Mode.VIDEO, Standing.CANCELLED, False,
         "Video consultation, Dr Zoé D'Hondt, cancelled"),
        ("pt", Mode.IN_PERSON, Standing.TENTATIVE, False,
         "Appointment, Dr Zoé D'Hondt, to confirm"),
    ],
)  # fmt: skip
def test_what_an_event_is_called(
    language: str, mode: Mode, standing: Standing, his_own: bool, summary: str
) -> None:
    name = "" if his_own else EVENT.practitioner_name
    event = evolve(EVENT, mode=mode, standing=standing, practitioner_name=name)
    (found,) = read(evolve(VIEW, language=language, events=(event,))).walk("VEVENT")
    assert found["SUMMARY"] == summary
    assert found["STATUS"] == standing.value
    free = standing is Standing.CANCELLED
    assert found["TRANSP"] == ("TRANSPARENT" if free else "OPAQUE")


def test_where_to_come() -> None:
    in_person = evolve(EVENT, mode=Mode.IN_PERSON)
    (found,) = read(evolve(VIEW, events=(in_person,))).walk("VEVENT")
    assert found["LOCATION"] == "Rue de l'Église 1 1000 Bruxelles"
    (by_video,) = read(VIEW).walk("VEVENT")
    assert "LOCATION" not in by_video


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "UTC", "Asia/Kolkata"])
def test_every_hour_is_right_across_both_changes_of_the_clocks(zone: str) -> None:
    hours = [
        datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(hours=hour)
        for day in ("2027-03-14", "2027-03-28", "2027-10-31", "2027-11-07")
        for hour in range(24)
    ]
    events = tuple(
        evolve(EVENT, uid=f"{n}@x", start=hour, end=hour + timedelta(hours=1))
        for n, hour in enumerate(hours)
    )
    text = feed_text(evolve(VIEW, zone=zone, events=events))
    expanded = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
        date(2027, 1, 1), date(2028, 1, 1)
    )
    said = {
        # In UTC: a wall time that comes twice equals no other (PEP 495).
        str(one["UID"]): tuple(one[end].dt.astimezone(UTC) for end in ("DTSTART", "DTEND"))
        for one in expanded
    }
    assert said == {one.uid: (one.start, one.end) for one in events}
    others = {
        one.uid.value: one.dtstart.value.astimezone(UTC)
        for one in vobject.readOne(text).vevent_list
    }
    assert others == {one.uid: one.start for one in events}


def test_the_same_view_is_the_same_text() -> None:
    assert feed_text(VIEW) == feed_text(evolve(VIEW))


def test_a_calendar_without_events_is_still_a_calendar() -> None:
    calendar = read(evolve(VIEW, events=()))
    assert [one.name for one in calendar.subcomponents] == ["VTIMEZONE"]
    assert vobject.readOne(feed_text(evolve(VIEW, events=()))).method.value == "PUBLISH"


def test_lines_are_short_and_end_as_they_must() -> None:
    lines = feed_text(evolve(VIEW, name="é" * 500)).split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in lines)


@given(words=st.one_of(st.text(), st.sampled_from(EVIL)))
@pytest.mark.parametrize("field", ["name", "address", "practitioner_name"])
def test_whatever_is_written_stays_words(field: str, words: str) -> None:
    in_person = evolve(EVENT, mode=Mode.IN_PERSON)
    if field == "practitioner_name":
        view = evolve(VIEW, events=(evolve(in_person, practitioner_name=words),))
    else:
        view = evolve(VIEW, events=(in_person,), **{field: words})
    text = feed_text(view)
    calendar = icalendar.Calendar.from_ical(text)
    assert [one.name for one in calendar.subcomponents] == ["VEVENT", "VTIMEZONE"] or [
        one.name for one in calendar.subcomponents
    ] == ["VTIMEZONE", "VEVENT"]
    (event,) = calendar.walk("VEVENT")
    assert not {"ATTENDEE", "ORGANIZER"} & set(event)
    assert not event.errors
    assert not set(text) & set("\x00\u202e\u2066\u2028")
    assert len(vobject.readOne(text).vevent_list) == 1
