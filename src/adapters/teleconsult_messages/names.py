"""What people have written (names, addresses), made harmless in words. May import layout.

Records refuse most of this when they are made; a message relies on nobody. What looks like a
template or like HTML needs nothing here: words are filled in after templates are read, and HTML
escapes them.
"""

from __future__ import annotations

import unicodedata

from teleconsult_messages.layout import one_line

LONGEST = 200
"""Characters that are said of anything: a name that goes on for pages is cut."""

_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and part of how Persian, Hindi and others are written."""


def inert(written: str) -> str:
    """`written` on one line, cut where it is endless, without signs that nobody sees.

    Taken away are control characters, those that turn the direction of the writing (a name could
    turn the words after it), and halves of characters that no mail could carry.
    """
    joined = one_line(written[: 10 * LONGEST])
    shown = one_line("".join(filter(_shown, joined)))
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3].rstrip()}..."


def _shown(character: str) -> bool:
    """Not a control (Cc), format (Cf), surrogate (Cs) or unassigned private sign."""
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
