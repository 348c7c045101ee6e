"""Our catalogues are complete: every sentence of the templates in every language, and no other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from teleconsult_core.gateways import Facts
from teleconsult_core.messages import Kind
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode
from teleconsult_messages import JinjaWording
from teleconsult_messages.catalogues import id_of, path_of
from teleconsult_messages.templates import Templates
from teleconsult_messages.words import OURS, main, said

LANGUAGES = sorted(path.name for path in (OURS / "locale").iterdir())
FACTS = Facts(
    patient_name="Nora El Amrani",
    practitioner_name="Dr Claire Lambrecht",
    practice_name="Cabinet du Parc",
    practice_phone="+3225550101",
    zone="Europe/Brussels",
    mode=Mode.VIDEO,
    start=datetime(2027, 3, 2, 13, 20, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Every sentence of the templates, as Babel's own extractor finds them."""
    return said([OURS])


def read(language: str) -> Catalog:
    with path_of(OURS / "locale", language).open("rb") as file:
        return read_po(file, locale=language)


def forms(words: str | Sequence[str]) -> Sequence[str]:
    return (words,) if isinstance(words, str) else words


def test_french_and_dutch_have_catalogues() -> None:
    assert LANGUAGES == ["fr", "nl"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_exactly_the_sentences_of_the_templates(
    template: Catalog, language: str
) -> None:
    catalogue = read(language)
    assert {id_of(one) for one in catalogue} == {id_of(one) for one in template}
    assert not catalogue.obsolete
    assert not [one.id for one in catalogue if one.id and one.fuzzy]
    assert not [one.id for one in catalogue if one.id and not all(forms(one.string))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_english_does(language: str) -> None:
    def asked(words: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", words))

    for message in read(language):
        wanted = asked(" ".join(forms(message.id)))
        assert all(asked(form) == wanted for form in forms(message.string)), message.id


def test_the_work_sheet_changes_nothing_when_all_is_up_to_date(tmp_path: Path) -> None:
    for language in LANGUAGES:
        copy = path_of(tmp_path / "locale", language)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path_of(OURS / "locale", language).read_bytes())
    assert main([str(tmp_path)]) == 0
    for language in LANGUAGES:
        assert lines(tmp_path / "locale", language) == lines(OURS / "locale", language)


def lines(locale: Path, language: str) -> list[str]:
    """The catalogue, but for the version of Babel that wrote it."""
    written = path_of(locale, language).read_text(encoding="utf-8").splitlines()
    return [line for line in written if not line.startswith('"Generated-By')]


def test_what_a_template_asks_for_is_what_the_extractor_finds(template: Catalog) -> None:
    """The fall-back to another language relies on it."""
    templates = Templates([OURS / "templates"])
    found = frozenset[tuple[str, str]]().union(*map(templates.ids, templates.names()))
    assert found == {id_of(one) for one in template if one.id}


@pytest.mark.parametrize(
    ("minor", "words"),
    [(150, "1,50 € a été débité"), (200, "2,00 € ont été débités")],
)
def test_a_sum_under_two_is_singular_in_french(minor: int, words: str) -> None:
    facts = evolve(FACTS, amount=Money(minor, "EUR"))
    for kind in (Kind.CHARGED, Kind.NO_SHOW_CHARGED):
        letter = JinjaWording().letter(kind, facts, "fr")
        assert words in " ".join(letter.text.split())


LEFT = {
    "fr": ("Il reste 1 SMS sur 40.", "Il reste 3 SMS sur 40."),
    "nl": ("Er blijft nog 1 sms van de 40 over.", "Er blijven nog 3 sms’en van de 40 over."),
    "en": ("1 SMS of 40 is left.", "3 SMS of 40 are left."),
}


@pytest.mark.parametrize("language", LEFT)
def test_a_low_allowance_says_what_is_left(language: str) -> None:
    for about, words in zip(("1/40", "3/40"), LEFT[language], strict=True):
        letter = JinjaWording().letter(Kind.ALLOWANCE_LOW, evolve(FACTS, about=about), language)
        assert words in " ".join(letter.text.split())
