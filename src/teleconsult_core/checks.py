"""What a text must be before it may become part of the domain. May import refusals, attrs.

Only what is true of the value for ever stands here; rules that depend on a moment ("not in the
past") live in the function that creates, so that what was stored can always be loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import attrs

from teleconsult_core.refusals import BadInput

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;:\"()\\]{1,64}@[^\s@<>,;:\"()\\]{1,255}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}", re.ASCII)

# Bidirectional overrides make a name display as something else; the rest of category Cf
# (joiners) is needed to write some names, so only these are refused.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_text(field: str, value: object, longest: int, *, lines: bool = False) -> str:
    """`value` in Unicode NFC, checked: a text of 1 to `longest` characters, no control characters.

    With `lines`, line feeds are allowed. Raises `BadInput`.
    """
    if not isinstance(value, str):
        raise BadInput(field, value, "a text")
    if len(value) > longest:
        raise BadInput(field, value, f"at most {longest} characters")
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise BadInput(field, value, "at least one character")
    for character in text:
        if lines and character == "\n":
            continue
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _BIDI:
            raise BadInput(field, value, "no control characters")
    return text


def text_field(longest: int = 200, *, lines: bool = False, optional: bool = False) -> Any:
    """An attrs field for a text that people read."""

    def convert(value: object, _: object, field: attrs.Attribute[str]) -> str:
        if optional and value == "":
            return ""
        return clean_text(field.name, value, longest, lines=lines)

    converter = attrs.Converter(convert, takes_self=True, takes_field=True)  # type: ignore[call-overload] # attrs' stub knows no Any field
    return attrs.field(converter=converter, default="") if optional else attrs.field(converter=converter)


def _matches(pattern: re.Pattern[str], bound: str) -> Callable[[Any, Any, Any], None]:
    def check(_: object, field: Any, value: object) -> None:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise BadInput(field.name, value, bound)

    return check


is_phone = _matches(_E164, "a phone number in E.164 form, such as +32475550101")
is_email = _matches(_EMAIL, "one e-mail address, such as name@example.org")
is_language = _matches(_LANGUAGE, "a language code, such as fr")
is_id = _matches(_SLUG, "1 to 128 letters, digits, or . _ : @ -")


def optional(check: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    """The same check, silent on an empty text."""

    def check_unless_empty(instance: object, field: Any, value: object) -> None:
        if value != "":
            check(instance, field, value)

    return check_unless_empty
