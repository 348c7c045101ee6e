"""A letter as bytes: our headers, the words as text and HTML, the event. May import settings,
refs, the standard library.

The headers are these and no others, each written here in full: no value, however it came about,
ends one and begins another. The parts are put together by `email.message`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Protocol

from teleconsult_core.gateways import Event, Letter
from teleconsult_email.addresses import on_its_way
from teleconsult_email.settings import SmtpSettings

LONGEST_SUBJECT = 200
"""In characters; a name of any length may be in it."""

_SEVEN_BITS = SMTP.clone(cte_type="7bit")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?")
_SHORT_ENOUGH = 60


class WriteEvent(Protocol):
    """An event as iCalendar text, whose METHOD is the invitation's. Addresses are bare."""

    def __call__(self, event: Event, organizer: str, attendee: str, attendee_name: str) -> str: ...


def written(
    letter: Letter, *, settings: SmtpSettings, ref: str, to: str, now: datetime, events: WriteEvent
) -> bytes:
    """`to` is one address as it travels; lines end with CRLF, and only `to` may be no ASCII."""
    headers = _headers(letter, settings, ref, to, now)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + _parts(letter, settings, to, events).as_bytes()


def _headers(
    letter: Letter, settings: SmtpSettings, ref: str, to: str, now: datetime
) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{ref}>",
        "Date": format_datetime(now),
        "From": _from(settings),
        "To": to,
        "Subject": _encoded("Subject", one_line(letter.subject)[:LONGEST_SUBJECT]),
        "Auto-Submitted": "auto-generated",
        # Answers of machines are of no use here; reports of non-delivery (NDR) are.
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
    }
    answers = on_its_way(settings.reply_to)
    return {**headers, "Reply-To": answers} if answers else headers


def _from(settings: SmtpSettings) -> str:
    name, address = settings.sender_name, on_its_way(settings.sender) or ""
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    return f"{_encoded('From', name)} <{address}>"


def _encoded(header: str, value: str) -> str:
    plain = value.isascii() and len(value) <= _SHORT_ENOUGH and "=?" not in value
    return value if plain else Header(value, "utf-8", header_name=header).encode(linesep="\r\n")


def one_line(value: str) -> str:
    """What may stand in a header: no line ends, no control characters, nothing that turns words."""
    turned = _TURNING.sub("", value)
    visible = [" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} else c for c in turned]
    return " ".join("".join(visible).split())


def many_lines(value: str) -> str:
    """What may stand in a part: as it was written, without the characters of machines."""
    return _NOT_IN_TEXT.sub("", _LINE_END.sub("\n", value))


def _parts(letter: Letter, settings: SmtpSettings, to: str, events: WriteEvent) -> EmailMessage:
    parts = EmailMessage(policy=_SEVEN_BITS)
    parts.set_content(many_lines(letter.text))
    if letter.html:
        parts.add_alternative(many_lines(letter.html), subtype="html")
    if letter.event is not None:
        _invite(parts, letter.event, events(letter.event, settings.sender, to, ""))
    return parts


def _invite(parts: EmailMessage, event: Event, calendar: str) -> None:
    """Once where calendars look for it, and once as a file for programs that know no calendar."""
    lines = many_lines(calendar)
    method = event.invitation.method.value
    parts.add_alternative(lines, subtype="calendar", params={"method": method})
    file = lines.replace("\n", "\r\n").encode()
    parts.add_attachment(file, maintype="application", subtype="ics", filename="invite.ics")
