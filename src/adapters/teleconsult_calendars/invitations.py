"""Events for the calendars of others, as iCalendar text. Imports icalendar and the core's words.

An invitation is one iTIP message (RFC 5546): a REQUEST that puts the event there or moves it, or a
CANCEL that takes it away. The sending mailbox is the organizer, the patient the only attendee; he
is not asked for an answer, because answering a calendar confirms nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import icalendar

from teleconsult_core.gateways import Event, Method
from teleconsult_core.times import zone

A_YEAR = timedelta(days=366)
"""Beyond which the rules of a zone are not told."""
PRODID = "-//teleconsult//appointments//EN"

_MACHINES = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, and what turns the words after it around."""
_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,2000}")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")


def invitation_text(event: Event, organizer: str, attendee: str, attendee_name: str = "") -> str:
    """The event as one message, in lines of at most 75 octets that end with CRLF.

    `organizer` and `attendee` are bare e-mail addresses.
    """
    asked = event.invitation
    made = icalendar.Event()
    made.add("uid", one_line(asked.uid))
    made.add("sequence", asked.sequence)
    made.add("dtstamp", asked.stamp.astimezone(UTC))
    made.add("dtstart", _local(event.start, event.zone))
    made.add("dtend", _local(event.end, event.zone))
    made.add("status", _status(event))
    made.add("summary", one_line(event.summary))
    said = {
        "description": many_lines(event.description).strip(),
        "location": one_line(event.location),
        "url": event.url if _ADDRESS.fullmatch(event.url) else "",
    }
    for name, words in said.items():
        if words:
            made.add(name, words)
    made.add("organizer", _person(organizer))
    made.add("attendee", _person(attendee, attendee_name, **_answer(event)), encode=False)
    made.add("transp", "OPAQUE")
    made.add("class", "PRIVATE")
    return as_calendar([made], asked.method.value, around=event.start.date())


def as_calendar(events: list[icalendar.Event], method: str, *, around: date) -> str:
    """A calendar object with the rules of every zone that its events name, `around` a day."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones(around - A_YEAR, around + A_YEAR)
    return str(calendar.to_ical().decode())


def one_line(words: str) -> str:
    """Without line ends, control characters and what turns words around."""
    return " ".join(many_lines(words).split())


def many_lines(words: str) -> str:
    return _MACHINES.sub("", _LINE_ENDS.sub("\n", words))


def _local(instant: datetime, zone_name: str) -> datetime:
    """Wall time in its zone; in UTC where the clocks show it twice and this is the second time.

    A wall time that comes twice means the first one (RFC 5545, section 3.3.5).
    """
    wall = instant.astimezone(zone(zone_name))
    return instant.astimezone(UTC) if wall.fold else wall


def _status(event: Event) -> str:
    if event.invitation.method is Method.CANCEL:
        return "CANCELLED"
    return "CONFIRMED" if event.invitation.confirmed else "TENTATIVE"


def _answer(event: Event) -> dict[str, str]:
    coming = event.invitation.confirmed and event.invitation.method is Method.REQUEST
    return {
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED" if coming else "NEEDS-ACTION",
        "RSVP": "FALSE",
    }


def _person(address: str, name: str = "", **parameters: str) -> icalendar.vCalAddress:
    person = icalendar.vCalAddress(f"mailto:{one_line(address)}")
    # A parameter has no way to say a quotation mark (RFC 5545, section 3.2).
    called = one_line(name).replace('"', "'")
    if called:
        parameters["CN"] = called
    for key, value in parameters.items():
        person.params[key] = icalendar.vText(value)
    return person
