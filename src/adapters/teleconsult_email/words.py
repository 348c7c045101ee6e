"""What a mail server's code means to whoever reads it in a list. May import the standard library.

A server's own sentence often repeats the address it is about, so it is never passed on: only its
code, its enhanced status (RFC 3463) and our words for it.
"""

from __future__ import annotations

import re

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")

_BY_DETAIL = {
    "1.1": "no such mailbox",
    "1.2": "no such domain",
    "1.3": "not an address",
    "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the letter is too large",
    "3.4": "the letter is too large",
    "4.1": "the mail server does not answer",
    "4.4": "the domain's mail server cannot be found",
    "4.7": "it could not be delivered in time",
    "7.1": "the reader's mail server refuses it",
    "7.26": "the reader's mail server cannot tell that we wrote it",
}
_BY_SUBJECT = {
    "1": "something is wrong with the address",
    "2": "something is wrong with the mailbox",
    "3": "the reader's mail server has trouble of its own",
    "4": "the way to the reader's mail server is disturbed",
    "6": "the letter cannot be shown there",
    "7": "the reader's mail server refuses it",
}


def in_words(status: str, code: int | None = None) -> str:
    """`no such mailbox (550 5.1.1)`, from an enhanced status, a reply code, or both."""
    figures = " ".join(part for part in (str(code or ""), status) if part)
    _, _, detail = status.partition(".")
    words = _BY_DETAIL.get(detail) or _BY_SUBJECT.get(detail.partition(".")[0])
    return f"{words or 'refused'} ({figures})" if figures else "no reason given"


def status_in(said: str | bytes) -> str:
    """The first enhanced status in what a server said; empty when there is none."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    found = STATUS.search(text)
    return ".".join(found.groups()) if found else ""
