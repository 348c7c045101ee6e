"""A letter with the calendars' own invitation: what a mailbox shows and a calendar takes up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from adapters.email.post_office import Clerk, PostOffice
from adapters.email.reading import parsed
from teleconsult_calendars import invitation_text
from teleconsult_core.gateways import Event, Invitation, Letter, Method
from teleconsult_email import SmtpLetters

ZOE = "zoe@patient.example"
START = datetime(2027, 3, 1, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize("method", Method)
def test_the_organizer_is_the_sender_and_the_methods_agree(
    office: PostOffice, clerk: Clerk, method: Method
) -> None:
    letters = SmtpLetters(office.settings(sender_name="Cabinet Zoë"), invitation_text)
    invitation = Invitation(method, "a-1@clinic.example", 3, START - timedelta(days=7))
    end = START + timedelta(minutes=20)
    event = Event(invitation, START, end, "Europe/Brussels", "Vidéo consultation, Dr Zoë")
    letters.send(key="k-1", to=ZOE, letter=Letter("Rendez-vous", "Bonjour", "<p>Bonjour", event))
    letters.close()

    message = parsed(clerk.received[0].content)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
        "application/ics",
    ]  # fmt: skip
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["method"] == method.value
    (found,) = calendar.walk("VEVENT")
    assert (found["uid"], found["sequence"]) == ("a-1@clinic.example", 3)
    assert found["summary"] == "Vidéo consultation, Dr Zoë"
    assert found["organizer"] == f"mailto:{message['From'].addresses[0].addr_spec}"
    assert found["attendee"] == f"mailto:{ZOE}"
    (file,) = message.iter_attachments()
    assert (
        file.get_content()
        == part.get_content().replace("\r\n", "\n").replace("\n", "\r\n").encode()
    )
