"""One letter through an open connection, and what the server's codes mean. May import wire, words.

The final dot is the moment that counts: before it nothing was handed over, whatever happens; after
it, only the server's answer tells, and where there is none nobody knows.
"""

from __future__ import annotations

import re

from attrs import frozen

from teleconsult_core.gateways import Accepted, NotDelivered
from teleconsult_core.ports import PortTrouble
from teleconsult_email.trouble import refused, spoken
from teleconsult_email.wire import Wire
from teleconsult_email.words import in_words, status_in

_OVER_SIZE = 552
_SIGN_IN_FIRST = 530
_ABOUT_US = frozenset({"5.4.5", "5.7.60"})
"""A sending limit, and a sender that is not the account's: the same for every letter."""
_DOT_AT_START = re.compile(rb"(?m)^\.")


@frozen
class Envelope:
    """What the mail servers read: addresses as they travel, and our name for the letter."""

    sender: str
    recipient: str
    ref: str


def hand_over(
    wire: Wire, server: str, envelope: Envelope, content: bytes
) -> Accepted | NotDelivered:
    """Raises `PortTrouble`, unknown after the final dot alone, and `PortMisused`."""
    with spoken(server):
        answer = _addressed(wire, server, envelope, len(content))
        if answer is not None:
            return answer
        code, said = wire.docmd("DATA")
        if code != 354:
            return _about_this_letter(server, code, said)
        wire.send(_DOT_AT_START.sub(b"..", content))
    try:
        wire.send(b".\r\n")
        code, said = wire.getreply()
    except OSError:
        raise PortTrouble(f"{server} fell silent with the letter in hand", unknown=True) from None
    if 200 <= code < 300:
        return Accepted(envelope.ref)
    if not 400 <= code < 600:
        raise PortTrouble(f"{server} answered the letter with no SMTP", unknown=True)
    return _about_this_letter(server, code, said)


def _addressed(wire: Wire, server: str, envelope: Envelope, size: int) -> NotDelivered | None:
    """MAIL and RCPT; None when both were taken. Who may write is ours to mend, to whom is not."""
    international = not envelope.recipient.isascii()
    if international and not wire.has_extn("smtputf8"):
        return NotDelivered("our mail server takes no address with such letters before the @")
    code, said = wire.mail(envelope.sender, _mail_options(wire, envelope, size, international))
    if code == _OVER_SIZE:
        return NotDelivered(in_words(status_in(said), code))
    if not 200 <= code < 300:
        raise refused(server, "does not take letters from our sender", code, said)
    told = ["NOTIFY=FAILURE,DELAY"] if wire.has_extn("dsn") else []
    code, said = wire.rcpt(envelope.recipient, told)
    if 500 <= code < 600 and status_in(said).startswith("5.7."):  # policy: it knows no letter yet
        raise refused(server, "does not pass our letters on", code, said)
    return None if 200 <= code < 300 else _about_this_letter(server, code, said)


def _mail_options(wire: Wire, envelope: Envelope, size: int, international: bool) -> list[str]:
    """A letter that comes back shall name ours, and show its headers only (RFC 3461)."""
    options = [f"SIZE={size}"] if wire.has_extn("size") else []
    if wire.has_extn("dsn"):
        options += ["RET=HDRS", f"ENVID={envelope.ref}"]
    return [*options, "SMTPUTF8"] if international else options


def _about_this_letter(server: str, code: int, said: bytes) -> NotDelivered:
    ours = code == _SIGN_IN_FIRST or status_in(said) in _ABOUT_US
    if ours or not 500 <= code < 600:
        raise refused(server, "does not take this letter now", code, said)
    return NotDelivered(in_words(status_in(said), code))
