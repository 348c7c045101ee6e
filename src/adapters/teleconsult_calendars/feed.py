"""Calendars to subscribe to, as iCalendar text. Imports icalendar and the core's words.

Published, not sent to anybody (RFC 5546, section 3.2.1): no attendee, and no organizer, with whom
programs would want to speak. The same view gives the same text to the byte, so that a program
that asks every hour can be told that nothing has changed.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta

import icalendar
from attrs import frozen

from teleconsult_calendars.writing import as_text, between, calendar_of, one_line
from teleconsult_core.feeds import FeedEvent, FeedView, Standing
from teleconsult_core.slots import Mode

REFRESH = timedelta(hours=1)
"""How often a program should ask; most ask when they like."""
_SOME_DAY = date(2000, 1, 1)


@frozen
class _Words:
    """What an event is called: in the practitioner's own calendar short, in a patient's whole."""

    agenda: dict[Mode, str]
    visit: dict[Mode, str]
    standing: dict[Standing, str]


_ENGLISH = _Words(
    {Mode.VIDEO: "Video", Mode.IN_PERSON: "In person"},
    {Mode.VIDEO: "Video consultation", Mode.IN_PERSON: "Appointment"},
    {Standing.TENTATIVE: "to confirm", Standing.CANCELLED: "cancelled"},
)
_WORDS = {
    "en": _ENGLISH,
    "fr": _Words(
        {Mode.VIDEO: "Vidéo", Mode.IN_PERSON: "Cabinet"},
        {Mode.VIDEO: "Consultation vidéo", Mode.IN_PERSON: "Rendez-vous"},
        {Standing.TENTATIVE: "à confirmer", Standing.CANCELLED: "annulé"},
    ),
    "nl": _Words(
        {Mode.VIDEO: "Video", Mode.IN_PERSON: "Praktijk"},
        {Mode.VIDEO: "Videoconsultatie", Mode.IN_PERSON: "Afspraak"},
        {Standing.TENTATIVE: "te bevestigen", Standing.CANCELLED: "geannuleerd"},
    ),
}


def feed_text(view: FeedView) -> str:
    """The whole calendar, as a program reads it at a feed's address."""
    words = _WORDS.get(view.language[:2], _ENGLISH)
    events = [_event(one, view, words) for one in view.events]
    days = [moment.date() for one in view.events for moment in (one.start, one.end)]
    first, last = min(days, default=_SOME_DAY), max(days, default=_SOME_DAY)
    # A calendar object may not be empty. Without events there is no year whose rules to tell, and
    # some programs remember the first rules of a zone that they read.
    zone_name = view.zone if days else "UTC"
    calendar = calendar_of(events, "PUBLISH", zone_name, first=first, last=last)
    name = one_line(view.name)
    calendar.add("uid", one_line(view.uid))
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    often = icalendar.vDuration(REFRESH)
    calendar.add("refresh-interval", often, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))  # what Outlook reads
    return as_text(calendar)


def _event(event: FeedEvent, view: FeedView, words: _Words) -> icalendar.Event:
    over = event.standing is Standing.CANCELLED
    made = icalendar.Event()
    made.add("uid", one_line(event.uid))
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    start, end = between(event.start, event.end, view.zone)
    made.add("dtstart", start)
    made.add("dtend", end)
    made.add("status", event.standing.value)
    made.add("summary", _summary(event, words))
    if event.practitioner_name and event.mode is Mode.IN_PERSON:
        made.add("location", one_line(view.address or view.name))
    made.add("transp", "TRANSPARENT" if over else "OPAQUE")
    made.add("class", "PRIVATE")
    return made


def _summary(event: FeedEvent, words: _Words) -> str:
    named = one_line(event.practitioner_name)
    kind = words.visit[event.mode] if named else words.agenda[event.mode]
    return ", ".join(filter(None, (kind, named, words.standing.get(event.standing, ""))))
