"""The words of messages: every kind in every language, said completely and exactly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from letters_shown import TERMS
from teleconsult_core.gateways import Facts, Letter
from teleconsult_core.messages import Kind, To
from teleconsult_core.money import Money
from teleconsult_core.ports import PortMisused
from teleconsult_core.slots import Mode
from teleconsult_core.sms import fits_gsm7
from teleconsult_messages import JinjaWording

LANGUAGES = ("fr", "nl", "en")
BY_SMS = (
    Kind.PLEASE_CONFIRM,
    Kind.WAITING_OFFER,
    Kind.REMINDER,
    Kind.LAST_REMINDER,
    Kind.PRACTITIONER_LINK,
    Kind.AUTHORIZE,
    Kind.CANCELLED,
    Kind.MOVED,
    Kind.LINK_AGAIN,
)
ABOUT_A_SUM = (
    Kind.CHARGED,
    Kind.NO_SHOW_CHARGED,
    Kind.REFUNDED,
    Kind.CHARGE_FAILED,
    Kind.CHARGE_AT_RISK,
    Kind.REFUND_CAME_BACK,
)
ABOUT_NO_APPOINTMENT = (Kind.DISPUTED, Kind.ALLOWANCE_LOW, Kind.ALLOWANCE_USED, Kind.SIGN_IN)
TOKEN = "q7Jm2Xv0bT9sKc4LwYh1NfRz8EoGdUa6iP3xVtB5kMe"
JOIN = f"https://video.cabinet-exemple.be/l/join/{TOKEN}"
AUTHORIZE = f"https://video.cabinet-exemple.be/l/authorize/{TOKEN}"
START = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
FACTS = Facts(
    patient_name="Nora El Amrani",
    practitioner_name="Dr Claire Lambrecht",
    practice_name="Cabinet du Parc",
    practice_phone="+3225550101",
    practice_address="Avenue du Parc 12\n1060 Bruxelles",
    zone="Europe/Brussels",
    mode=Mode.VIDEO,
    start=START,
    end=START + timedelta(minutes=20),
    deadline=START - timedelta(hours=20),
    fee=Money(4500, "EUR"),
    amount=Money(4500, "EUR"),
    link=JOIN,
)
IN_PERSON = evolve(FACTS, mode=Mode.IN_PERSON, fee=None, amount=None, link="")


@pytest.fixture(scope="module")
def wording() -> JinjaWording:
    return JinjaWording()


def plainly(text: str) -> str:
    """`text` on one line with ordinary spaces, to look for words in."""
    return " ".join(text.split())


def all_of(letter: Letter) -> str:
    return plainly(f"{letter.subject} {letter.text}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_letter_with_every_fact_and_with_the_fewest(
    wording: JinjaWording, kind: Kind, language: str
) -> None:
    few = evolve(FACTS, patient_name="", deadline=None, link="", fee=None, practice_address="")
    if kind in ABOUT_NO_APPOINTMENT:
        few = evolve(few, mode=None, start=None, end=None, amount=None)
    in_person = evolve(IN_PERSON, amount=FACTS.amount) if kind in ABOUT_A_SUM else IN_PERSON
    for facts in (FACTS, in_person, evolve(FACTS, authorize_link=AUTHORIZE), few):
        said = wording.letter(kind, facts, language)
        assert said.subject
        assert "\n" not in said.subject
        assert len(plainly(said.text)) > 80
        assert "Cabinet du Parc" in said.text
        assert "+32 2 555 01 01" in said.text
        assert "!" not in all_of(said)
        assert not re.search(r"[{}%\\]|None|  ", said.text)
        assert said.html.startswith("<!doctype html>")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BY_SMS)
def test_every_kind_that_goes_by_sms_has_a_text(
    wording: JinjaWording, kind: Kind, language: str
) -> None:
    for facts in (FACTS, IN_PERSON, evolve(FACTS, authorize_link=AUTHORIZE)):
        said = wording.text(kind, facts, language)
        assert said == plainly(said)
        assert not re.search(r"[{}!\\]|None", said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(Kind) - set(BY_SMS)))
def test_a_kind_that_goes_by_letter_only_still_makes_a_text_of_its_subject(
    wording: JinjaWording, kind: Kind, language: str
) -> None:
    said = wording.text(kind, FACTS, language)
    assert fits_gsm7(said)
    assert said == plainly(said)
    assert said.endswith(f" {JOIN}")
    assert len(said) > len(JOIN) + 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_letter_asks_for_one_thing(wording: JinjaWording, kind: Kind, language: str) -> None:
    said = wording.letter(kind, FACTS, language).text
    assert said.count("https://") == 1
    assert f"\n{JOIN}\n" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.LAST_REMINDER])
def test_a_reminder_names_the_practitioner_the_hour_and_the_link(
    wording: JinjaWording, kind: Kind, language: str
) -> None:
    hour = {"fr": "14 h 20", "nl": "14.20", "en": "14:20"}[language]
    letter = all_of(wording.letter(kind, FACTS, language))
    text = wording.text(kind, FACTS, language)
    for said, shown in ((letter, hour), (text, hour.replace(" ", ""))):
        assert "Dr Claire Lambrecht" in said
        assert shown in said
        assert JOIN in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.LAST_REMINDER])
def test_a_reminder_for_the_practice_says_where_instead_of_a_link(
    wording: JinjaWording, kind: Kind, language: str
) -> None:
    for facts in (IN_PERSON, evolve(IN_PERSON, link=JOIN, authorize_link=AUTHORIZE)):
        text = wording.text(kind, facts, language)
        letter = all_of(wording.letter(kind, facts, language))
        assert "https" not in letter + text
        assert "Avenue du Parc 12, 1060 Bruxelles" in letter
        assert "Avenue du Parc 12, 1060 Bruxelles" in text
        assert "+3225550101" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.LAST_REMINDER])
def test_a_reminder_asks_for_the_card_first_when_it_must_be_authorized_again(
    wording: JinjaWording, kind: Kind, language: str
) -> None:
    facts = evolve(FACTS, authorize_link=AUTHORIZE)
    for said in (
        all_of(wording.letter(kind, facts, language)),
        wording.text(kind, facts, language),
    ):
        assert 0 < said.index(AUTHORIZE) < said.index(JOIN)


@pytest.mark.parametrize("kind", Kind)
def test_reserved_is_never_called_charged(wording: JinjaWording, kind: Kind) -> None:
    before = (Kind.BOOKED, Kind.REMINDER, Kind.LAST_REMINDER, Kind.MOVED)
    if kind in before:
        said = plainly(wording.letter(kind, FACTS, "fr").text)
        assert "45,00 € est réservé sur votre carte ; il n’est pas débité" in said
    if kind in (Kind.CHARGED, Kind.NO_SHOW_CHARGED):
        assert "45,00 € ont été débités" in plainly(wording.letter(kind, FACTS, "fr").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_charge_for_what_did_not_take_place_is_never_called_a_consultation(
    wording: JinjaWording, language: str
) -> None:
    said = all_of(wording.letter(Kind.NO_SHOW_CHARGED, FACTS, language))
    assert "consult" not in said.lower()


def test_no_money_is_mentioned_where_none_was_reserved(wording: JinjaWording) -> None:
    said = all_of(wording.letter(Kind.BOOKED, evolve(FACTS, fee=None), "fr"))
    assert "€" not in said
    assert "carte" not in said


def test_a_cancellation_says_other_words_to_the_practitioner(wording: JinjaWording) -> None:
    told = wording.letter(Kind.CANCELLED, evolve(FACTS, to=To.PRACTITIONER), "fr")
    assert told.text.startswith("Bonjour Dr Claire Lambrecht,")
    assert "votre agenda" in plainly(told.text)
    assert "carte" not in told.text


@pytest.mark.parametrize("kind", [Kind.DECIDE, Kind.UNBILLED, Kind.PRACTITIONER_ABSENT])
def test_what_is_for_practitioners_greets_them(wording: JinjaWording, kind: Kind) -> None:
    assert wording.letter(kind, FACTS, "en").text.startswith("Dear Dr Claire Lambrecht,\n\n")


def test_a_letter_that_needs_an_hour_is_not_half_said(wording: JinjaWording) -> None:
    with pytest.raises(PortMisused, match="when"):
        wording.letter(Kind.BOOKED, evolve(FACTS, start=None), "fr")


@pytest.mark.parametrize("kind", ABOUT_A_SUM)
@pytest.mark.parametrize("amount", [None, Money(0, "EUR")])
def test_a_letter_about_a_sum_is_not_half_said(
    wording: JinjaWording, kind: Kind, amount: Money | None
) -> None:
    with pytest.raises(PortMisused, match=f"{kind.value}.txt: 'amount'"):
        wording.letter(kind, evolve(FACTS, amount=amount), "fr")


def test_the_clock_of_the_practice_is_shown_across_daylight_saving(wording: JinjaWording) -> None:
    eve = datetime(2027, 3, 27, 9, 0, tzinfo=UTC)
    after = eve + timedelta(days=1)
    shown = [
        plainly(wording.letter(Kind.BOOKED, evolve(FACTS, start=start), "fr").subject)
        for start in (eve, after)
    ]
    assert shown[0].endswith("samedi 27 mars 2027 à 10 h")
    assert shown[1].endswith("dimanche 28 mars 2027 à 11 h")


@pytest.mark.parametrize(
    ("language", "named", "in_short"),
    [
        ("fr", "(heure de Bruxelles)", "(Bruxelles)"),
        ("nl", "(tijd in Brussel)", "(Brussel)"),
        ("en", "(Brussels time)", "(Brussels)"),
    ],
)
def test_the_zone_is_named_when_the_reader_may_be_elsewhere(
    wording: JinjaWording, language: str, named: str, in_short: str
) -> None:
    here, elsewhere = FACTS, evolve(FACTS, zone_shown=True)
    for kind in (Kind.REMINDER, Kind.LAST_REMINDER):
        assert named in all_of(wording.letter(kind, elsewhere, language))
        assert in_short in wording.text(kind, elsewhere, language)
        assert named not in all_of(wording.letter(kind, here, language))
        assert in_short not in wording.text(kind, here, language)


def test_a_language_we_do_not_have_falls_back_as_a_whole() -> None:
    french, dutch = JinjaWording(), JinjaWording(fallback="nl")
    for unknown in ("de", "xx", "../fr", ""):
        assert french.letter(Kind.REMINDER, FACTS, unknown) == french.letter(
            Kind.REMINDER, FACTS, "fr"
        )
        assert dutch.text(Kind.REMINDER, FACTS, unknown) == dutch.text(Kind.REMINDER, FACTS, "nl")
        assert dutch.consent(TERMS, unknown) == dutch.consent(TERMS, "nl")
    assert french.consent(TERMS, "nl-BE") == french.consent(TERMS, "nl")


@pytest.mark.parametrize(
    "name",
    [
        "{{ 7 * 7 }}",
        "{% include 'fr/rate.txt' %}",
        "{# Nora #}",
        "Nora\r\nBcc: everyone@example.org",
        "Nora\n\nhttps://elsewhere.example/pay",
        "Nora \\\nReste",
    ],
)
def test_a_name_is_words_and_nothing_else(wording: JinjaWording, name: str) -> None:
    facts = evolve(FACTS, patient_name=name, practitioner_name=name, practice_name=name)
    for kind in Kind:
        letter = wording.letter(kind, facts, "en")
        assert "49" not in letter.subject + letter.text
        assert not re.search(r"[\r\n]", letter.subject)
        paragraphs = letter.text.split("\n\n")
        assert not any(part.startswith(("Bcc:", "https://elsewhere")) for part in paragraphs)
    assert plainly(name) in plainly(wording.letter(Kind.REMINDER, facts, "en").text)
