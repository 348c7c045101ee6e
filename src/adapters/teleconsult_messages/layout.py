"""How rendered words are set: subjects and SMS on one line, letters in paragraphs of 72 columns.

Templates may break their lines wherever they read best; here the breaks are made again. May
import nothing of ours.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

WIDTH = 72
"""Columns of a letter, so that a quoted reply still fits in eighty (RFC 3676, section 4.2)."""

_SPACE = re.compile(r"[ \t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]+")
_BLANK = re.compile(r"\n[ \t\r]*\n\s*")

Paragraph = list[str]
"""Its lines, as the words demand them; usually one."""


def one_line(text: str) -> str:
    """`text` with every run of white space as one space; no-break spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


def label(action: str) -> str:
    """What a button says: the words that lead to a link, without their colon."""
    return action.rstrip(":").rstrip()


def paragraphs(text: str, spacing: Callable[[str], str] = str) -> list[Paragraph]:
    """Blank lines part paragraphs; a line that ends in `\\` keeps its break.

    `spacing` sets a language's no-break spaces.
    """
    parted = (_lines(part, spacing) for part in _BLANK.split(text.strip()))
    return [lines for lines in parted if lines]


def set_in_paragraphs(text: str, *, width: int = WIDTH, spacing: Callable[[str], str] = str) -> str:
    """The paragraphs of `text` with a blank line between them; a `width` of 0 does not wrap."""
    parts = paragraphs(text, spacing)
    return "\n\n".join("\n".join(_wrap(line, width) for line in part) for part in parts) + "\n"


def _lines(paragraph: str, spacing: Callable[[str], str]) -> Paragraph:
    lines = (spacing(one_line(line)) for line in paragraph.split("\\\n"))
    return [line for line in lines if line]


def _wrap(line: str, width: int) -> str:
    if not width:
        return line
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
