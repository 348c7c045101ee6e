"""The words of each language: gettext catalogues, read from their `.po` files. May import Babel.

A catalogue is `xx/LC_MESSAGES/teleconsult.po` in one of the given folders; what a later folder says
replaces what an earlier one says. English is the language of the templates themselves and needs
none. Nothing is compiled beforehand: a catalogue is read once and kept.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from teleconsult_core.ports import PortMisused

DOMAIN = "teleconsult"
SOURCE = "en"
"""The language in which the templates are written."""

Id = tuple[str, str]
"""A message as the templates say it: its context, empty for most, and its English words."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@frozen
class Words:
    """What one language says: a way to translate, and the ids that it has words for."""

    translations: gettext.NullTranslations
    known: frozenset[Id]
    source: bool = False

    def complete(self, ids: Iterable[Id]) -> bool:
        return self.source or self.known.issuperset(ids)


class Catalogues:
    """Words by language, the folders of `directories` in rising order of weight."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = directories
        self._read: dict[str, Words | None] = {}

    def words(self, language: str) -> Words | None:
        """What `language` says; None where there is no such language.

        Raises `PortMisused` for a catalogue that cannot be read or that says what cannot be filled
        in: another placeholder than the English words have.
        """
        if not _LANGUAGE.fullmatch(language):
            return None
        if language not in self._read:
            self._read[language] = self._gather(language)
        return self._read[language]

    def _gather(self, language: str) -> Words | None:
        paths = [path_of(directory, language) for directory in self._directories]
        found = [catalogue(path, language) for path in paths if path.is_file()]
        if not found and language != SOURCE:
            return None
        translations: gettext.NullTranslations = gettext.NullTranslations()
        for one in found:
            translations = _under(one, translations)
        known = frozenset(id_of(message) for one in found for message in one if message.id)
        return Words(translations, known, source=language == SOURCE)


def path_of(directory: Path, language: str) -> Path:
    return directory / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(path: Path, language: str) -> Catalog:
    """The finished words in `path`: what is empty or fuzzy is left out, as if it were not there."""
    try:
        with path.open("rb") as file:
            read = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    except (PoFileError, ValueError) as wrong:
        raise PortMisused(f"{path}: {wrong}") from wrong
    for message in [one for one in read if one.id]:
        if not finished(message):
            read.delete(message.id, message.context)
        elif not _fillable(message):
            raise PortMisused(f"{path}: other placeholders than in {id_of(message)[1]!r}")
    return read


def id_of(message: Message) -> Id:
    words = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", words


def finished(message: Message) -> bool:
    return not message.fuzzy and all(_all_of(message.string or ""))


def _fillable(message: Message) -> bool:
    """Whether every placeholder can be filled in, and no stray per cent sign is in the way."""
    asked = set(_PLACEHOLDER.findall(" ".join(_all_of(message.id))))
    return all(
        asked.issuperset(_PLACEHOLDER.findall(words))
        and "%" not in _PLACEHOLDER.sub("", words).replace("%%", "")
        for words in _all_of(message.string or "")
    )


def _all_of(words: str | Sequence[str]) -> Sequence[str]:
    return (words,) if isinstance(words, str) else words


def _under(read: Catalog, fallback: gettext.NullTranslations) -> gettext.GNUTranslations:
    """`read` as translations; what it lacks is asked of `fallback`."""
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    translations.add_fallback(fallback)
    return translations
