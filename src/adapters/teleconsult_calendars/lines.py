"""Bytes to content lines (RFC 5545, 3.1). May import bounds and icalendar's parser.

Lines are folded at 75 octets, and careless programs fold in the middle of a character: folding
is therefore undone on the bytes, before they are read as text. Text is UTF-8 by the standard,
and Latin-1 where an old program did not know.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from attrs import frozen
from icalendar.parser import Contentline

from teleconsult_calendars.bounds import MAX_BYTES, CalendarTooLarge, NotACalendar, Unreadable

_NAME = re.compile(r"([A-Za-z0-9-]+)[;:]")
_parse: Callable[[str], Contentline] = Contentline
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@frozen
class ContentLine:
    """One unfolded line: the number of its first line in the file, its name, all of its text.

    `name` is in capitals, and empty where the line is no property at all.
    """

    number: int
    name: str
    text: str

    @property
    def raw_value(self) -> str:
        """Everything after the first colon; enough for names and plain words."""
        return self.text.partition(":")[2].strip()

    def parts(self) -> tuple[dict[str, str], str]:
        """Parameters by capital name, and the value. Raises `Unreadable`."""
        try:
            _, parameters, value = _parse(self.text).parts()
        except ValueError:
            raise Unreadable.because(self.number, f"{self.name} is malformed", self.text) from None
        return {key.upper(): str(text) for key, text in parameters.items()}, value.strip()


def content_lines(data: bytes) -> Iterator[ContentLine]:
    """The lines of a file, unfolded, blank ones left out.

    Raises `CalendarTooLarge` beyond `MAX_BYTES` and `NotACalendar` for UTF-16 text or a file
    that begins with the continuation of nothing.
    """
    if len(data) > MAX_BYTES:
        raise CalendarTooLarge("size in bytes", len(data), MAX_BYTES)
    if data.startswith(_UTF_16):
        raise NotACalendar(1, "a calendar is UTF-8 text, and this file is UTF-16")
    for number, unfolded in _unfolded(data.removeprefix(codecs.BOM_UTF8)):
        text = _decoded(unfolded)
        name = _NAME.match(text)
        yield ContentLine(number, name[1].upper() if name else "", text)


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    started, pieces = 0, list[bytes]()
    for number, physical in enumerate(data.split(b"\n"), start=1):
        line = physical.rstrip(b"\r")
        if line[:1] in (b" ", b"\t") and pieces:
            pieces.append(line[1:])
        elif line.strip():
            if pieces:
                yield started, b"".join(pieces)
            started, pieces = number, [line]
    if pieces:
        yield started, b"".join(pieces)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
