"""Names in the alphabet of text messages, so that one ç does not double the price of an SMS.

A text with a single character outside the GSM 7-bit alphabet (3GPP TS 23.038) holds 70 characters
instead of 160. The alphabet has à, é, è, ù, ä, ö, ü, ñ and É; it lacks the letters below. Only
text messages are transliterated, and only what comes from data: letters keep every accent, and
the words of our own templates are chosen inside the alphabet. What is neither in the table nor an
accented Latin letter (a name in Greek or Arabic) stays as it is, and costs what it costs.
May import teleconsult_core.sms.
"""

from __future__ import annotations

import unicodedata

from teleconsult_core.sms import fits_gsm7

TABLE = str.maketrans(
    {
        "ç": "c",
        "Œ": "OE",
        "œ": "oe",
        "Ł": "L",
        "ł": "l",
        "Đ": "D",
        "đ": "d",
        "Ð": "D",
        "ð": "d",
        "Þ": "Th",
        "þ": "th",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
"""Letters and signs that do not decompose into a plain letter and an accent."""


def plain(name: str) -> str:
    """`name` with every letter that has a plain form in the alphabet written in that form."""
    return "".join(map(_plain, name.translate(TABLE)))


def _plain(character: str) -> str:
    if fits_gsm7(character):
        return character
    bare = unicodedata.normalize("NFKD", character)
    letters = "".join(part for part in bare if not unicodedata.combining(part))
    return letters if letters and fits_gsm7(letters) else character
