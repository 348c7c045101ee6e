"""What comes back to the bounce mailbox: which letter it is about, and what became of it. May
import refs, words, the standard library, the core's words for delivery.

Reports in the form that servers have agreed on (RFC 3464), and the older ones that enclose the
letter's headers. Whatever else lies in the mailbox is passed over: answers of people and of
machines, strangers' mail, garbage. Nobody can prove who wrote a report; it is hearsay.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum

from attrs import frozen

from teleconsult_core.messages import Delivery
from teleconsult_email.refs import OURS
from teleconsult_email.words import in_words, status_in

_LONGEST = 256 * 1024
_ENDLESS = re.compile(rb"(?:^|[\r\n])[!-9;-~]+:(?:[^\r\n]|(?:\r\n?|\n)[ \t]){10000}")
"""A field over which Python's parser would brood for minutes; no server writes one."""
_OF_SERVERS = re.compile(r"mailer-daemon|postmaster|mail-daemon|mdaemon", re.IGNORECASE)
_NAMED = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_WAITS = re.compile(r"delay|warning|still trying|not yet", re.IGNORECASE)
_CODE = re.compile(r"\b([45]\d\d)[ -]")


class Fate(StrEnum):
    """What became of a letter."""

    FAILED = "failed"
    DELAYED = "delayed"
    """The server is still trying: it may arrive yet."""
    DELIVERED = "delivered"


_GRAVEST_FIRST = tuple(Fate)


@frozen
class Bounce:
    """`ref` is what `SmtpLetters.send` gave; `reason` names no address. `at` is UTC, as the server
    says; None where it says nothing that can be read.
    """

    ref: str
    fate: Fate
    status: str
    """As `5.1.1` (RFC 3463); empty where there is none."""
    reason: str
    at: datetime | None = None

    @property
    def delivery(self) -> Delivery:
        """As the core notes it; `UNKNOWN` says nothing, as of a letter that is only late."""
        return {Fate.FAILED: Delivery.FAILED, Fate.DELIVERED: Delivery.DELIVERED}.get(
            self.fate, Delivery.UNKNOWN
        )


def read_bounce(raw: bytes) -> Bounce | None:
    """What one message of the bounce mailbox says of a letter of ours; None when nothing."""
    if _ENDLESS.search(raw):
        return None
    try:
        message = email.message_from_bytes(raw[:_LONGEST])
        parts = list(message.walk())
        groups = [group for part in parts for group in _groups(part)]
        return _report(message, parts, groups) if groups else _old_form(message, parts)
    except Exception:  # the parser stumbles over some garbage in many ways: it is no report
        return None


def _report(message: Message, parts: list[Message], groups: list[Message]) -> Bounce | None:
    """RFC 3464: one part for programs, one group of fields for the letter and one per reader."""
    fates = [(fate, group) for group in groups if (fate := _fate(group)) is not None]
    ref = _ref(message, parts, groups)
    if ref is None or not fates:
        return None
    fate, group = min(fates, key=lambda found: _GRAVEST_FIRST.index(found[0]))
    status = status_in(_field(group, "Status")) or status_in(_field(group, "Diagnostic-Code"))
    at = _moment(_field(group, "Last-Attempt-Date")) or _moment(_field(message, "Date"))
    return Bounce(ref, fate, status, in_words(status), at)


def _groups(part: Message) -> list[Message]:
    if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
        return []
    inside = part.get_payload()
    return (
        [group for group in inside if isinstance(group, Message)]
        if isinstance(inside, list)
        else []
    )


def _fate(group: Message) -> Fate | None:
    """None for a group that is about no reader, and for what was only passed on."""
    action = _field(group, "Action").strip().lower()
    if action in set(Fate):
        return Fate(action)
    if action or not _field(group, "Final-Recipient"):
        return None
    by_class = {"5": Fate.FAILED, "4": Fate.DELAYED, "2": Fate.DELIVERED}
    return by_class.get(status_in(_field(group, "Status"))[:1])


def _ref(message: Message, parts: list[Message], groups: list[Message]) -> str | None:
    """By the name that we gave the envelope, by what is enclosed, or by what it answers."""
    named = [_field(group, "Original-Envelope-Id") for group in groups]
    answers = [_field(message, "In-Reply-To"), _field(message, "References")]
    return _first_of_ours([*named, *_enclosed(parts), *answers])


def _first_of_ours(names: Iterable[str]) -> str | None:
    return next((found[0].lower() for name in names if (found := OURS.search(name))), None)


def _enclosed(parts: list[Message]) -> Iterator[str]:
    """The Message-ID of every letter, or of its headers alone, that lies in the report."""
    for part in parts[1:]:
        yield _field(part, "Message-ID")
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            yield from _NAMED.findall(_words(part))


def _old_form(message: Message, parts: list[Message]) -> Bounce | None:
    """A server's own words, with the letter or its headers below them or beside them."""
    by_server = _OF_SERVERS.search(_field(message, "From")) or message["X-Failed-Recipients"]
    if not by_server:
        return None
    words = "\n".join(_words(part) for part in parts if part.get_content_maintype() == "text")
    ref = _first_of_ours([*_NAMED.findall(words), *_enclosed(parts)])
    if ref is None:
        return None
    above = _NAMED.split(words)[0]
    status, code = status_in(above), _CODE.search(above)
    if not (status or code):
        return None
    fate = Fate.DELAYED if _WAITS.search(_field(message, "Subject")) else Fate.FAILED
    reason = in_words(status, int(code[1]) if code else None)
    return Bounce(ref, fate, status, reason, _moment(_field(message, "Date")))


def _words(part: Message) -> str:
    inside = part.get_payload(decode=True)
    return inside.decode("utf-8", "replace") if isinstance(inside, bytes) else ""


def _field(message: Message, name: str) -> str:
    return str(message.get(name, ""))


def _moment(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
