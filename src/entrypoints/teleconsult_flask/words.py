"""The words of the pages: gettext catalogues, read from their `.po` files once. May import Babel.

English stands in the templates and is the id; French and Dutch are catalogues beside them. A
sentence that has no words in a language is said in English; a test keeps it from happening.
"""

from __future__ import annotations

import gettext
import io
from pathlib import Path

from babel.messages.mofile import write_mo

from teleconsult_messages.catalogues import SOURCE, catalogue
from teleconsult_messages.speech import SPEECHES, Speech

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("fr", "nl", "en")
"""In the order in which they are offered."""


class Words:
    """Translations by language, each read when it is first asked for."""

    def __init__(self) -> None:
        self._read: dict[str, gettext.NullTranslations] = {}

    def of(self, language: str) -> gettext.NullTranslations:
        if language not in self._read:
            self._read[language] = _gather(language)
        return self._read[language]


def speech(language: str) -> Speech:
    """How `language` writes days, hours and amounts."""
    return SPEECHES[language]


def _gather(language: str) -> gettext.NullTranslations:
    words = gettext.NullTranslations()
    for path in paths_of(language) if language != SOURCE else ():
        compiled = io.BytesIO()
        write_mo(compiled, catalogue(path, language))
        compiled.seek(0)
        read = gettext.GNUTranslations(compiled)
        read.add_fallback(words)
        words = read
    return words


def paths_of(language: str) -> list[Path]:
    """One catalogue for each room of the site; no sentence stands in two."""
    return sorted((LOCALE / language / "LC_MESSAGES").glob("*.po"))
