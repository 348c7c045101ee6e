"""Every sentence of the pages in every language, and none that nobody says."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from page_words import page_words
from teleconsult_flask.words import LANGUAGES, paths_of
from teleconsult_messages.catalogues import catalogue
from visitor import Visitor


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_the_catalogues_have_every_sentence_once_and_no_other(language: str) -> None:
    known = Counter(
        message.id
        for path in paths_of(language)
        for message in catalogue(path, language)
        if message.id
    )
    assert set(known) == page_words()
    assert max(known.values()) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [("fr-BE", "Prendre rendez-vous"), ("nl", "Een afspraak"), ("en", "Book"), ("de", "Prendre")],
)
def test_a_page_is_in_the_readers_language_or_the_practices_first(
    pages: Flask, asked: str, told: str
) -> None:
    assert told in Visitor(pages, asked).go("/").text


def test_a_chosen_language_stays(pages: Flask) -> None:
    visitor = Visitor(pages, "fr")
    visitor.go("/p/dupont")
    visitor.send("/language", language="nl", back="/p/dupont")
    assert "Kies een uur" in visitor.page.text
    assert "Een afspraak maken" in visitor.go("/").text
