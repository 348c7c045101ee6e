"""A letter's words as its HTML frame wants them: in paragraphs, with the names of its links.

May import nothing of ours but layout and speech.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import babel

from teleconsult_messages.layout import Paragraph, one_line, paragraphs
from teleconsult_messages.speech import Speech

_NOT_DIALLED = re.compile(r"[^0-9+]")


def page_context(said: Mapping[str, object], speech: Speech) -> dict[str, object]:
    """What `_letter.html` sets, from the parts of the letter in plain text."""

    def parts(name: str) -> list[Paragraph]:
        return paragraphs(str(said[name]), speech.set_spaces)

    body = parts("body")
    return {
        **said,
        "spaced": speech.set_spaces,
        "direction": babel.Locale.parse(speech.locale).text_direction,
        "greeting": parts("greeting"),
        "body": body,
        "afterwards": parts("afterwards"),
        "closing": [line for paragraph in parts("closing") for line in paragraph],
        "action": _line(said["action"], speech),
        "button": _line(said["button"], speech),
        "authorize_asked": any(said["authorize_link"] in paragraph for paragraph in body),
        "preheader": " ".join(body[0]) if body else "",
        "dialled": _NOT_DIALLED.sub("", str(said["phone"])),
    }


def _line(words: object, speech: Speech) -> str:
    return speech.set_spaces(one_line(str(words)))
