"""A consent says every figure, and what a late or missed appointment may cost."""

from __future__ import annotations

import pytest
from attrs import evolve

from letters_shown import LANGUAGES, TERMS
from teleconsult_core.money import Money
from teleconsult_messages import JinjaWording


@pytest.fixture(scope="module")
def wording() -> JinjaWording:
    return JinjaWording()


def plainly(text: str) -> str:
    """`text` on one line with ordinary spaces, to look for words in."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consent_states_every_figure(wording: JinjaWording, language: str) -> None:
    said = plainly(wording.consent(TERMS, language))
    amount = {"fr": "{},00 €", "nl": "€ {},00", "en": "€{}.00"}[language]
    for euros in (45, 10, 20):
        assert amount.format(euros) in said
    assert "EUR" in said
    assert "2027-01" in said
    assert "Dr François Maître" in said
    assert "Cabinet du Parc" in said
    hour = {
        "fr": "à 14 h 20 (heure de Bruxelles)",
        "nl": "om 14.20 uur (tijd in Brussel)",
        "en": "at 14:20 (Brussels time)",
    }
    assert said.count(hour[language]) == 2
    assert len(said) < 4000


@pytest.mark.parametrize(
    ("language", "free", "nothing_due", "indemnity"),
    [
        ("fr", "reste sans frais", "aucune somme ne m’est demandée", "indemnité raisonnable"),
        ("nl", "annuleren zonder kosten", "wordt mij niets gevraagd", "redelijke vergoeding"),
        ("en", "remains free of charge", "nothing is asked of me", "reasonable indemnity"),
    ],
)
def test_a_consent_says_what_a_late_or_missed_appointment_may_cost(
    wording: JinjaWording, language: str, free: str, nothing_due: str, indemnity: str
) -> None:
    none = evolve(TERMS, late_fee=Money(0, "EUR"), no_show_cap=Money(0, "EUR"))
    said = plainly(wording.consent(none, language))
    assert free in said
    assert nothing_due in said
    assert indemnity in plainly(wording.consent(evolve(TERMS, indemnity=True), language))
    for words in (free, nothing_due, indemnity):
        assert words not in plainly(wording.consent(TERMS, language))
