"""How many segments a text message costs (3GPP TS 23.038, GSM 7-bit default alphabet).

May import nothing of ours. A text with one character outside the alphabet is sent as UCS-2 and
costs more than twice as much: lowercase ç and ê are outside, à, é, è, ù and € are inside.
"""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")

GSM_SINGLE, GSM_JOINED = 160, 153
"""Septets in a message of one segment, and in each segment of a longer one."""
UCS2_SINGLE, UCS2_JOINED = 70, 67
"""The same in UTF-16 code units."""


def fits_gsm7(text: str) -> bool:
    return all(character in _BASIC or character in _EXTENDED for character in text)


def segments(text: str) -> int:
    """The number of segments `text` is charged as; 1 for an empty text."""
    if fits_gsm7(text):
        septets = len(text) + sum(character in _EXTENDED for character in text)
        return _split(septets, GSM_SINGLE, GSM_JOINED)
    units = len(text.encode("utf-16-le")) // 2
    return _split(units, UCS2_SINGLE, UCS2_JOINED)


def _split(length: int, single: int, joined: int) -> int:
    return 1 if length <= single else -(-length // joined)
