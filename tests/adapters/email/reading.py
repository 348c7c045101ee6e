"""Reads a letter as a strict client would, and writes events so that they can be read back."""

from __future__ import annotations

import base64
import email
import json
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, cast

from attrs import asdict

from teleconsult_core.gateways import Event, Invitation, Letter, Method


def write_event(event: Event, organizer: str, attendee: str, attendee_name: str) -> str:
    """Not iCalendar, but shaped like it: what is written here must come out elsewhere."""
    fields = asdict(event, value_serializer=lambda _, __, value: _plain(value))
    inside = base64.b64encode(json.dumps(fields).encode()).decode()
    method = event.invitation.method
    lines = ["BEGIN:VCALENDAR", f"METHOD:{method}", f"X-EVENT:{inside}", f"ORGANIZER:{organizer}"]
    return "\r\n".join([*lines, f"ATTENDEE:{attendee}", "END:VCALENDAR", ""])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def parsed(content: bytes) -> EmailMessage:
    """Every part without a defect, and every header of one line."""
    message = cast(EmailMessage, email.message_from_bytes(content, policy=SMTP))
    for part in message.walk():
        assert part.defects == []
        for value in part.values():
            assert value.defects == ()
    return message


def read_letter(content: bytes) -> Letter:
    message = parsed(content)
    bodies = {
        part.get_content_subtype(): part for part in message.walk() if not part.is_multipart()
    }
    calendar = bodies.get("calendar")
    return Letter(
        subject=message["Subject"],
        text=_words(bodies["plain"]),
        html=_words(bodies["html"]) if "html" in bodies else "",
        event=_event(calendar, message) if calendar is not None else None,
    )


def _words(part: EmailMessage) -> str:
    """With the line ends of this house; every part has one more at its end."""
    return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n")


def _event(calendar: EmailMessage, message: EmailMessage) -> Event:
    text = _words(calendar)
    assert f"METHOD:{calendar.get_param('method')}\n" in text
    (file,) = message.iter_attachments()
    assert file.get_filename() == "invite.ics"
    assert file.get_content().decode().split() == text.split()
    found = re.search(r"X-EVENT:(\S+)", text)
    assert found
    fields = json.loads(base64.b64decode(found[1]))
    invitation = fields.pop("invitation")
    method, stamp = (
        Method(invitation.pop("method")),
        datetime.fromisoformat(invitation.pop("stamp")),
    )
    start, end = (datetime.fromisoformat(fields.pop(name)) for name in ("start", "end"))
    return Event(
        Invitation(method=method, stamp=stamp, **invitation), start=start, end=end, **fields
    )
