"""Invitations, read back by two parsers that are strangers to each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import vobject
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_calendars import invitation_text
from teleconsult_core.gateways import Event, Invitation, Method

START = datetime(2027, 3, 29, 8, 0, tzinfo=UTC)  # the Monday after the clocks go forward
INVITATION = Invitation(Method.REQUEST, "a1@clinic.example", 0, datetime(2027, 3, 1, tzinfo=UTC))
EVENT = Event(
    INVITATION,
    START,
    START + timedelta(minutes=20),
    "Europe/Brussels",
    summary="Consultation vidéo, Dr Zoé D'Hondt; au cabinet",
    description="Une ligne,\net une autre\\",
    location="Rue de l'Église 1, 1000 Bruxelles",
    url="https://clinic.example/l/account/abc_DEF-123?x=1,2;3",
)
EVIL = (
    "a\r\nATTENDEE:mailto:eve@evil.example", "a\rEND:VEVENT\rBEGIN:VEVENT", "a\nb", "a\u2028b",
    "\u202egnirts", "a\x00b", "{{ 7*7 }}", "\"quoted\";CN=x:y", "\\n\\,;", "é" * 100_000, "",
)  # fmt: skip


def text_of(event: Event = EVENT, name: str = "Zoé Lefèvre") -> str:
    return invitation_text(event, "desk@clinic.example", "zoe@patient.example", name)


def test_it_says_what_was_asked() -> None:
    calendar = icalendar.Calendar.from_ical(text_of())
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"]) == ("a1@clinic.example", 0)
    assert event["DTSTAMP"].dt == INVITATION.stamp
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (EVENT.start, EVENT.end)
    assert event["DTSTART"].params["TZID"] == "Europe/Brussels"
    assert event["SUMMARY"] == EVENT.summary
    assert event["DESCRIPTION"] == EVENT.description
    assert event["LOCATION"] == EVENT.location
    assert event["URL"] == EVENT.url
    assert event["ORGANIZER"] == "mailto:desk@clinic.example"
    assert event["ATTENDEE"] == "mailto:zoe@patient.example"
    assert event["ATTENDEE"].params["CN"] == "Zoé Lefèvre"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


def test_another_parser_reads_the_same() -> None:
    calendar = vobject.readOne(text_of())
    event = calendar.vevent
    assert calendar.method.value == "REQUEST"
    assert event.uid.value == "a1@clinic.example"
    assert event.sequence.value == "0"
    assert (event.dtstart.value, event.dtend.value) == (EVENT.start, EVENT.end)
    assert event.summary.value == EVENT.summary
    assert event.description.value == EVENT.description
    assert event.location.value == EVENT.location
    assert event.attendee.value == "mailto:zoe@patient.example"


@pytest.mark.parametrize(
    ("method", "confirmed", "status", "answer"),
    [
        (Method.REQUEST, True, "CONFIRMED", "ACCEPTED"),
        (Method.REQUEST, False, "TENTATIVE", "NEEDS-ACTION"),
        (Method.CANCEL, True, "CANCELLED", "NEEDS-ACTION"),
        (Method.CANCEL, False, "CANCELLED", "NEEDS-ACTION"),
    ],
)
def test_how_it_stands(method: Method, confirmed: bool, status: str, answer: str) -> None:
    invitation = evolve(INVITATION, method=method, confirmed=confirmed, sequence=3)
    calendar = icalendar.Calendar.from_ical(text_of(evolve(EVENT, invitation=invitation)))
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == method.value
    assert (event["STATUS"], event["SEQUENCE"]) == (status, 3)
    assert event["ATTENDEE"].params["PARTSTAT"] == answer


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31", "2027-07-01", "2027-01-01"])
def test_the_hour_is_right_in_every_zone(zone: str, day: str) -> None:
    start = datetime.fromisoformat(f"{day}T01:30:00+00:00")
    moved = evolve(EVENT, start=start, end=start + timedelta(hours=1), zone=zone)
    read = vobject.readOne(text_of(moved)).vevent
    assert (read.dtstart.value, read.dtend.value) == (moved.start, moved.end)


def test_the_same_event_is_the_same_text() -> None:
    assert text_of() == text_of()


def test_lines_are_short_and_end_as_they_must() -> None:
    lines = text_of(evolve(EVENT, summary="é" * 500)).split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in lines)


@given(words=st.one_of(st.text(), st.sampled_from(EVIL)))
@pytest.mark.parametrize("field", ["summary", "description", "location", "url", "name"])
def test_whatever_is_written_stays_words(field: str, words: str) -> None:
    name = words if field == "name" else ""
    event = EVENT if name else evolve(EVENT, **({field: words} if field != "name" else {}))
    written = text_of(event, name)
    calendar = icalendar.Calendar.from_ical(written)
    assert [type(one).__name__ for one in calendar.subcomponents] == ["Timezone", "Event"]
    (found,) = calendar.walk("VEVENT")
    assert set(found) <= {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "DESCRIPTION",
        "LOCATION", "URL", "ORGANIZER", "ATTENDEE", "TRANSP", "CLASS",
    }  # fmt: skip
    assert found["ATTENDEE"] == "mailto:zoe@patient.example"
    assert not found.errors
    assert not set(written) & set("\x00\u202e\u2066\u2028")
    assert len(vobject.readOne(written).vevent_list) == 1
