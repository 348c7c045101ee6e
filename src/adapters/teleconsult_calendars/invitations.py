"""Events for the calendars of others, as iCalendar text. Imports icalendar and the core's words.

An invitation is one iTIP message (RFC 5546): a REQUEST that puts the event there or moves it, or a
CANCEL that takes it away. The sending mailbox is the organizer, the patient the only attendee; he
is not asked for an answer, because answering a calendar confirms nothing.
"""

from __future__ import annotations

import re
from datetime import UTC

import icalendar

from teleconsult_calendars.writing import as_text, between, calendar_of, many_lines, one_line
from teleconsult_core.gateways import Event, Method

_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,2000}")


def invitation_text(event: Event, organizer: str, attendee: str, attendee_name: str = "") -> str:
    """The event as one message, in lines of at most 75 octets that end with CRLF.

    `organizer` and `attendee` are bare e-mail addresses.
    """
    asked = event.invitation
    made = icalendar.Event()
    made.add("uid", one_line(asked.uid))
    made.add("sequence", asked.sequence)
    made.add("dtstamp", asked.stamp.astimezone(UTC))
    start, end = between(event.start, event.end, event.zone)
    made.add("dtstart", start)
    made.add("dtend", end)
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
    day = event.start.date()
    return as_text(calendar_of([made], asked.method.value, event.zone, first=day, last=day))


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
