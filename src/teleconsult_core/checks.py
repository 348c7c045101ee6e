"""What a text must be before it may become part of the domain. May import refusals.

Only what is true of the value for ever stands here; rules that depend on a moment ("not in the
past") live in the function that creates, so that what was stored can always be loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from teleconsult_core.refusals import BadInput

Check = Callable[[Any, Any, Any], None]
"""An attrs validator: raises `BadInput`."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;:\"()\\]{1,64}@[^\s@<>,;:\"()\\]{1,255}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}", re.ASCII)

# Bidirectional overrides make a name display as something else; the rest of category Cf
# (joiners) is needed to write some names, so only these are refused.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def nfc(value: str) -> str:
    """`value` in Unicode NFC without space around it; what is no text is left to the check."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def text(longest: int = 200, *, lines: bool = False, empty: bool = False) -> Check:
    """A check: a text of at most `longest` characters, without control characters.

    With `lines`, line feeds are allowed; with `empty`, no text at all is.
    """

    def check(_: object, field: Any, value: object) -> None:
        if not isinstance(value, str):
            raise BadInput(field.name, value, "a text")
        if len(value) > longest:
            raise BadInput(field.name, value, f"at most {longest} characters")
        if not value and not empty:
            raise BadInput(field.name, value, "at least one character")
        if any(_hidden(character) for character in value if not (lines and character == "\n")):
            raise BadInput(field.name, value, "no control characters")

    return check


def _hidden(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _matches(pattern: re.Pattern[str], bound: str) -> Check:
    def check(_: object, field: Any, value: object) -> None:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise BadInput(field.name, value, bound)

    return check


is_phone = _matches(_E164, "a phone number in E.164 form, such as +32475550101")
is_email = _matches(_EMAIL, "one e-mail address, such as name@example.org")
is_language = _matches(_LANGUAGE, "a language code, such as fr")
is_id = _matches(_SLUG, "1 to 128 letters, digits, or . _ : @ -")
