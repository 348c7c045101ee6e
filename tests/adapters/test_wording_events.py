"""What stands in the patient's calendar: neutral words, in his language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from teleconsult_core.gateways import Event, Facts, Invitation, Method
from teleconsult_core.messages import Kind
from teleconsult_core.slots import Mode
from teleconsult_messages import SPEECHES, JinjaWording

WORDING = JinjaWording()
START = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
BOOKED = Invitation(
    Method.REQUEST, "9d3f@cabinet-exemple.be", 0, START - timedelta(days=3), confirmed=True
)
WAITING = evolve(BOOKED, confirmed=False)
CANCELLED = evolve(WAITING, method=Method.CANCEL, sequence=1)
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
    link="https://video.cabinet-exemple.be/l/account/q7Jm2Xv0bT9sKc4LwYh1NfRz8EoGdUa6iP3",
    invitation=BOOKED,
)
IN_PERSON = evolve(FACTS, mode=Mode.IN_PERSON)


def event(kind: Kind, facts: Facts, language: str) -> Event:
    found = WORDING.letter(kind, facts, language).event
    assert found is not None
    return found


SUMMARIES = [
    (Kind.BOOKED, BOOKED, Mode.VIDEO, "fr", "Consultation vidéo, Dr Claire Lambrecht"),
    (Kind.BOOKED, BOOKED, Mode.VIDEO, "nl", "Videoconsultatie, Dr Claire Lambrecht"),
    (Kind.BOOKED, BOOKED, Mode.VIDEO, "en", "Video consultation, Dr Claire Lambrecht"),
    (Kind.MOVED, BOOKED, Mode.IN_PERSON, "fr", "Rendez-vous, Dr Claire Lambrecht"),
    (Kind.PLEASE_CONFIRM, WAITING, Mode.VIDEO, "fr",
     "À confirmer\u00a0: consultation vidéo, Dr Claire Lambrecht"),
    (Kind.PLEASE_CONFIRM, WAITING, Mode.IN_PERSON, "nl",
     "Te bevestigen: afspraak, Dr Claire Lambrecht"),
    (Kind.CANCELLED, CANCELLED, Mode.VIDEO, "fr",
     "Annulée\u00a0: consultation vidéo, Dr Claire Lambrecht"),
    (Kind.LAPSED, CANCELLED, Mode.IN_PERSON, "en", "Cancelled: appointment, Dr Claire Lambrecht"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "invitation", "mode", "language", "summary"), SUMMARIES)
def test_an_event_says_what_it_is_and_with_whom(
    kind: Kind, invitation: Invitation, mode: Mode, language: str, summary: str
) -> None:
    facts = evolve(FACTS, invitation=invitation, mode=mode)
    assert event(kind, facts, language).summary == summary


def test_an_event_by_video_says_where_its_link_is_and_keeps_it_to_itself() -> None:
    found = event(Kind.BOOKED, FACTS, "fr")
    assert found.location == "En vidéo"
    assert found.description == (
        "Cabinet du Parc, téléphone +32 2 555 01 01.\n\n"
        "Le lien vers la salle d’attente est dans le rappel qui vous parviendra avant le "
        "rendez-vous."
    )
    assert found.url == ""


def test_an_event_at_the_practice_says_where_to_come() -> None:
    assert event(Kind.BOOKED, IN_PERSON, "nl").location == "Avenue du Parc 12, 1060 Bruxelles"
    nowhere = evolve(IN_PERSON, practice_address="")
    assert event(Kind.BOOKED, nowhere, "nl").location == "Cabinet du Parc"
    assert event(Kind.BOOKED, IN_PERSON, "en").description == (
        "Cabinet du Parc, telephone +32 2 555 01 01."
    )


@pytest.mark.parametrize("language", SPEECHES)
def test_the_patient_is_not_named_in_his_own_calendar(language: str) -> None:
    for kind, invitation, mode, _, _ in SUMMARIES:
        found = event(kind, evolve(FACTS, invitation=invitation, mode=mode), language)
        assert "Nora" not in f"{found.summary} {found.description} {found.location}"
