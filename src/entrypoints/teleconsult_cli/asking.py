"""What several commands ask for alike: who, which card, agreed to what. May import the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import AtHand
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.people import Patient
from teleconsult_core.refusals import BadInput, NotFound
from teleconsult_core.slots import Mode
from teleconsult_core.times import zone as known_zone
from teleconsult_core.use_cases.offer_slots import BookingTerms

F = Callable[..., Any]
id_option = click.option(
    "--id", "id", required=True, metavar="ID", help="Your name for it; asking twice is asking once."
)
card_option = click.option(
    "--card", metavar="TOKEN", help="A sandbox card's name; '-' reads a token from stdin."
)
consent_option = click.option(
    "--consent", is_flag=True, help="The patient agreed to the terms (see `teleconsult terms`)."
)
as_option = click.option("--as", "actor", type=typed.ACTOR, metavar="ROLE:ID", help="Who does it.")


def patient_options(function: F) -> F:
    """The patient, as on file (--patient) or as he says."""
    for option in (
        click.option(
            "--patient", required=True, metavar="ID", help="The patient's id, known or new."
        ),
        click.option("--name", help="A new patient's name."),
        click.option("--phone", help="His mobile phone."),
        click.option("--email", help="His e-mail address."),
        click.option(
            "--language",
            type=click.Choice(["fr", "nl", "en"]),
            help="His language; the practice's first by default.",
        ),
        click.option("--zone", default="", metavar="IANA", help="His time zone, if another."),
    ):
        function = option(function)
    return function


def patient_from(at: AtHand, options: dict[str, Any]) -> Patient:
    """A new patient needs name, phone and e-mail; a known one only his id."""
    id, name = options["patient"], options["name"]
    if name is None:
        return at.patient(id)
    if options["phone"] is None or options["email"] is None:
        raise click.UsageError("a new patient needs --name, --phone and --email")
    if options["zone"]:
        known_zone(options["zone"])
    return Patient(
        id=PatientId(id),
        name=name,
        phone=typed.phone(options["phone"], at.practice),
        email=options["email"],
        language=options["language"] or at.practice.languages[0],
        zone=options["zone"],
    )


def card_from(card: str | None) -> CardToken | None:
    """The card's token; a real one comes by stdin, never as an argument that others can see."""
    if card == "-":
        card = sys.stdin.readline().strip()
        if not card:
            raise BadInput("card", card, "a card token on stdin")
    return CardToken(card) if card else None


def consent_to(
    at: AtHand,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    mode: Mode,
    start: datetime,
    language: str,
) -> Consent | None:
    """The patient's agreement, in exactly the words that `teleconsult terms` shows."""
    shown = at.desk.booking_terms(
        practitioner=practitioner, visit_type=visit_type, mode=mode, start=start, language=language
    )
    if not isinstance(shown, BookingTerms):
        return None  # the booking itself will say what is wrong
    return Consent(
        amount=shown.terms.amount,
        version=shown.terms.version,
        language=language,
        words=shown.words,
        given_at=at.now,
    )


def consent_for(at: AtHand, appointment: str) -> Consent | None:
    """The same for an appointment that is there already."""
    with at.desk.open_work(writing=False) as work:
        found = work.appointments.get(AppointmentId(appointment))
        patient = work.patients.get(found.terms.patient) if found else None
    if found is None:
        at.screen.refuse(NotFound(what="appointment", id=appointment))
    terms = found.terms
    language = patient.language if isinstance(patient, Patient) else "fr"
    return consent_to(at, terms.practitioner, terms.visit_type, terms.mode, terms.start, language)
