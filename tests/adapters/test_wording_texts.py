"""The exact words of a few messages, the price of every text message, and French typography."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.gateways import ConsentTerms, Facts
from teleconsult_core.messages import Kind
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode
from teleconsult_core.sms import fits_gsm7, segments
from teleconsult_messages import SPEECHES, JinjaWording
from teleconsult_messages.plain import plain

NBSP = "\u00a0"
TOKEN = "q7Jm2Xv0bT9sKc4LwYh1NfRz8EoGdUa6iP3xVtB5kMe"
START = datetime(2027, 12, 22, 13, 20, tzinfo=UTC)
"""A Wednesday late in the year: its short form is the longest there is."""


def link(purpose: str) -> str:
    return f"https://video.cabinet-exemple.be/l/{purpose}/{TOKEN}"


LINKS = {
    Kind.PLEASE_CONFIRM: link("confirm"),
    Kind.WAITING_OFFER: link("confirm"),
    Kind.REMINDER: link("join"),
    Kind.LAST_REMINDER: link("join"),
    Kind.PRACTITIONER_LINK: link("join"),
    Kind.AUTHORIZE: link("authorize"),
    Kind.CANCELLED: "",
    Kind.MOVED: link("account"),
    Kind.LINK_AGAIN: link("join"),
}


def facts(kind: Kind = Kind.REMINDER) -> Facts:
    return Facts(
        patient_name="Nora El Amrani",
        practitioner_name="Dr François Maître",
        practice_name="Cabinet du Parc",
        practice_phone="+3225550101",
        practice_address="Avenue du Parc 12\n1060 Bruxelles",
        zone="Europe/Brussels",
        mode=Mode.VIDEO,
        start=START,
        end=START + timedelta(minutes=20),
        fee=Money(4500, "EUR"),
        link=LINKS.get(kind, ""),
    )


@pytest.fixture(scope="module")
def wording() -> JinjaWording:
    return JinjaWording()


SEGMENTS = {
    # kind: (by video, in person, by video where the card must be authorized again first)
    Kind.PLEASE_CONFIRM: (1, 1, 1),
    Kind.WAITING_OFFER: (1, 1, 1),
    Kind.REMINDER: (1, 1, 2),
    Kind.LAST_REMINDER: (1, 1, 2),
    Kind.PRACTITIONER_LINK: (1, 1, 1),
    Kind.AUTHORIZE: (1, 1, 1),
    Kind.CANCELLED: (1, 1, 1),
    Kind.MOVED: (1, 1, 1),
    Kind.LINK_AGAIN: (1, 1, 1),
}
"""What each text message costs, in segments, with a name of 18 letters and links of 83 to 88."""

TWO_WITH_ITS_ZONE = {
    (Kind.AUTHORIZE, "fr"),
    (Kind.AUTHORIZE, "nl"),
    (Kind.AUTHORIZE, "en"),
    (Kind.MOVED, "fr"),
    (Kind.MOVED, "nl"),
}
"""A text that must name its zone costs one segment, too, but for these."""


@pytest.mark.parametrize("language", SPEECHES)
@pytest.mark.parametrize("kind", SEGMENTS)
def test_what_each_text_message_costs(wording: JinjaWording, kind: Kind, language: str) -> None:
    said = facts(kind)
    in_person = evolve(said, mode=Mode.IN_PERSON, fee=None)
    again = evolve(said, authorize_link=link("authorize"))
    texts = [wording.text(kind, variant, language) for variant in (said, in_person, again)]
    assert all(map(fits_gsm7, texts))
    assert tuple(map(segments, texts)) == SEGMENTS[kind]


@pytest.mark.parametrize("language", SPEECHES)
@pytest.mark.parametrize("kind", SEGMENTS)
def test_what_naming_the_zone_costs(wording: JinjaWording, kind: Kind, language: str) -> None:
    text = wording.text(kind, evolve(facts(kind), zone_shown=True), language)
    assert fits_gsm7(text)
    assert segments(text) == (2 if (kind, language) in TWO_WITH_ITS_ZONE else 1)


def test_a_text_message_in_each_language(wording: JinjaWording) -> None:
    said = facts(Kind.LAST_REMINDER)
    assert wording.text(Kind.LAST_REMINDER, said, "fr") == (
        f"Vidéo avec Dr Francois Maitre mer. 22/12 à 14h20. Entrez ici : {said.link}"
    )
    assert wording.text(Kind.LAST_REMINDER, said, "nl") == (
        f"Video met Dr Francois Maitre wo 22/12 om 14.20. Kom hier binnen: {said.link}"
    )
    assert wording.text(Kind.LAST_REMINDER, said, "en") == (
        f"Video with Dr Francois Maitre Wed 22 Dec at 14:20. Enter here: {said.link}"
    )


def test_a_letter_in_french(wording: JinjaWording) -> None:
    letter = wording.letter(Kind.LAST_REMINDER, facts(Kind.LAST_REMINDER), "fr")
    assert letter.subject.replace(NBSP, "~") == (
        "Bientôt~: Dr François Maître, mercredi 22~décembre 2027 à~14~h~20"
    )
    assert letter.text.replace(NBSP, "~") == (
        "Bonjour Nora El Amrani,\n"
        "\n"
        "Votre consultation vidéo avec Dr François Maître commence bientôt~: le\n"
        "mercredi 22~décembre 2027 à~14~h~20.\n"
        "\n"
        "Installez-vous dans un endroit calme. La caméra et le micro sont essayés\n"
        "avant d’entrer.\n"
        "\n"
        "Un montant de 45,00~€ est réservé sur votre carte~; il n’est pas débité.\n"
        "Après la consultation, le praticien indique ce qui est dû, au plus ce\n"
        "montant. Le reste est libéré.\n"
        "\n"
        "Entrer dans la salle d’attente~:\n"
        f"{link('join')}\n"
        "\n"
        "Cabinet du Parc\n"
        "Téléphone~: +32 2 555 01 01\n"
    )


def test_a_letter_in_dutch(wording: JinjaWording) -> None:
    said = evolve(facts(Kind.PLEASE_CONFIRM), deadline=START - timedelta(days=1))
    letter = wording.letter(Kind.PLEASE_CONFIRM, said, "nl")
    assert letter.subject.replace(NBSP, "~") == (
        "Bevestig uw afspraak: woensdag 22 december 2027 om 14.20~uur"
    )
    assert "Ik bevestig dat ik kom:\nhttps://" in letter.text
    assert " ".join(letter.text.split()).startswith(
        "Beste Nora El Amrani, Dr François Maître heeft voor u een videoconsultatie genoteerd op "
        "woensdag 22 december 2027 om 14.20 uur. We houden dat uur voor u vrij tot "
        "dinsdag 21 december 2027 om 14.20 uur;"
    )


def test_a_letter_in_english(wording: JinjaWording) -> None:
    said = evolve(facts(), amount=Money(4500, "EUR"))
    letter = wording.letter(Kind.CHARGED, said, "en")
    assert letter.subject == "Your receipt: consultation of Wednesday 22 December 2027"
    assert " ".join(letter.text.split()).startswith(
        "Dear Nora El Amrani, After your video consultation with Dr François Maître on Wednesday "
        "22 December 2027 at 14:20, €45.00 was charged to your card."
    )


def test_a_consent_in_french(wording: JinjaWording) -> None:
    terms = ConsentTerms(
        practitioner_name="Dr François Maître",
        practice_name="Cabinet du Parc",
        amount=Money(4500, "EUR"),
        start=START,
        zone="Europe/Brussels",
        cancel_until=START - timedelta(days=1),
        late_fee=Money(0, "EUR"),
        no_show_cap=Money(2000, "EUR"),
        version="2027-01",
        indemnity=True,
    )
    assert wording.consent(terms, "fr").replace(NBSP, "~") == (
        "J’autorise Cabinet du Parc à réserver 45,00~€ (EUR) sur ma carte pour la consultation "
        "vidéo avec Dr François Maître du mercredi 22~décembre 2027 à~14~h~20 "
        "(heure de Bruxelles).\n"
        "\n"
        "Ce montant est réservé maintenant~; il n’est pas débité. Après la consultation, le "
        "praticien indique ce qui est dû, de 0,00~€ à 45,00~€. Seul ce qu’il indique est débité, "
        "jamais davantage~; le reste est libéré. Si la réserve prend fin avant la consultation, "
        "mon accord me sera redemandé.\n"
        "\n"
        "Je peux annuler sans frais jusqu’au mardi 21~décembre 2027 à~14~h~20 "
        "(heure de Bruxelles). Plus tard, j’appelle le cabinet~; l’annulation reste sans frais.\n"
        "\n"
        "Si je ne viens pas sans avoir annulé, une indemnité raisonnable, de 20,00~€ au plus, "
        "peut m’être demandée, sauf motif légitime. Elle m’est annoncée ici et n’est pas le prix "
        "d’un soin.\n"
        "\n"
        "Conditions, version 2027-01."
    )


@pytest.mark.parametrize("kind", Kind)
def test_french_signs_never_begin_a_line(wording: JinjaWording, kind: Kind) -> None:
    said = evolve(facts(kind), amount=Money(4500, "EUR"), deadline=START, link=link("join"))
    letter = wording.letter(kind, said, "fr")
    for sign in ":;?»€":
        assert f" {sign}" not in letter.subject + letter.text
        assert f"\n{sign}" not in letter.text
    assert "'" not in letter.subject + letter.text


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        ("2027-03-01T08:05Z", "Europe/Brussels", "lundi 1er mars 2027 à 9 h 05"),
        ("2027-03-28T00:59Z", "Europe/Paris", "dimanche 28 mars 2027 à 1 h 59"),
        ("2027-03-28T01:00Z", "Europe/Paris", "dimanche 28 mars 2027 à 3 h"),
        ("2027-10-31T01:00Z", "Europe/Paris", "dimanche 31 octobre 2027 à 2 h"),
        ("2027-12-31T23:30Z", "Europe/Paris", "samedi 1er janvier 2028 à 0 h 30"),
        ("2027-07-01T12:00Z", "Indian/Reunion", "jeudi 1er juillet 2027 à 16 h"),
    ],
)
def test_hours_are_those_of_the_zone(instant: str, zone: str, said: str) -> None:
    shown = SPEECHES["fr"].when(datetime.fromisoformat(instant), zone)
    assert shown.replace(NBSP, " ") == said


def test_a_zone_is_named_in_correct_french() -> None:
    french = SPEECHES["fr"]
    assert french.zone_name("Europe/Amsterdam") == "(heure d’Amsterdam)"
    assert french.zone_name("Indian/Reunion") == "(heure de La Réunion)"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("François Lemaître", "Francois Lemaitre"),
        ("Zoë Œrsted", "Zoe OErsted"),
        ("Élise D’Hôtel-Çelik", "Élise D'Hotel-Çelik"),
        ("Łukasz Gößner", "Lukasz Gößner"),
        ("Nguyễn Thị Ánh", "Nguyen Thi Anh"),
        ("Γιώργος", "Γιώργος"),
    ],
)
def test_a_name_in_the_alphabet_of_text_messages(name: str, written: str) -> None:
    assert plain(name) == written


@settings(max_examples=100)
@given(
    st.text(st.characters(codec="latin-1", categories=["L"], exclude_characters="ªºµ"), max_size=20)
)
def test_every_western_letter_has_a_plain_form(name: str) -> None:
    assert fits_gsm7(plain(name))
    assert plain(plain(name)) == plain(name)
