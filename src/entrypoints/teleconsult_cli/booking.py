"""Booking and changing: book, enter, confirm, cancel, move, waiting-list."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from teleconsult_cli import typed
from teleconsult_cli.clinic_time import mode_option, practitioner_option, visit_id, visit_option
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.telling import tell
from teleconsult_core.consents import Consent
from teleconsult_core.ids import (
    AppointmentId,
    CardToken,
    PatientId,
    PractitionerId,
    VisitTypeId,
    WaitingId,
)
from teleconsult_core.people import Actor, Patient, Role
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
    start: Any,
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


@command(cli, "book")
@id_option
@practitioner_option
@visit_option
@mode_option
@patient_options
@consent_option
@card_option
@click.argument("start")
def book(
    at: AtHand,
    id: str,
    practitioner: str,
    visit: str,
    mode: Mode,
    start: str,
    consent: bool,
    card: str | None,
    **patient: Any,
) -> None:
    """Book START for a patient, as from the public profile."""
    person = patient_from(at, patient)
    doctor, kind = PractitionerId(practitioner), visit_id(practitioner, visit)
    moment = typed.instant(start, at.practice)
    agreed = consent_to(at, doctor, kind, mode, moment, person.language) if consent else None
    outcome = at.desk.book(
        id=AppointmentId(id),
        practitioner=doctor,
        visit_type=kind,
        mode=mode,
        start=moment,
        patient=person,
        consent=agreed,
        card=card_from(card),
        now=at.now,
    )
    tell(at.screen, outcome)


@command(cli, "enter")
@id_option
@practitioner_option
@visit_option
@mode_option
@patient_options
@click.option("--no-card", is_flag=True, help="No card required for this appointment.")
@click.option("--deadline", metavar="TIME", help="To be confirmed by; the start by default.")
@click.argument("start")
def enter(
    at: AtHand,
    id: str,
    practitioner: str,
    visit: str,
    mode: Mode,
    start: str,
    no_card: bool,
    deadline: str | None,
    **patient: Any,
) -> None:
    """Enter START for a patient, who must then confirm."""
    outcome = at.desk.enter(
        id=AppointmentId(id),
        practitioner=PractitionerId(practitioner),
        visit_type=visit_id(practitioner, visit),
        mode=mode,
        start=typed.instant(start, at.practice),
        patient=patient_from(at, patient),
        card_required=not no_card,
        deadline=typed.instant(deadline, at.practice) if deadline else None,
        now=at.now,
    )
    tell(at.screen, outcome)


@command(cli, "confirm")
@consent_option
@card_option
@click.argument("appointment")
def confirm(at: AtHand, appointment: str, consent: bool, card: str | None) -> None:
    """The patient confirms APPOINTMENT, with his card where one is needed."""
    outcome = at.desk.confirm(
        appointment=AppointmentId(appointment),
        consent=consent_for(at, appointment) if consent else None,
        card=card_from(card),
        now=at.now,
    )
    tell(at.screen, outcome)


@command(cli, "cancel")
@as_option
@click.option("--fee", metavar="AMOUNT", help="A late-cancellation fee, the practitioner's to ask.")
@click.argument("appointment")
def cancel(at: AtHand, appointment: str, actor: Actor | None, fee: str | None) -> None:
    """Cancel APPOINTMENT, as its practitioner unless --as says otherwise."""
    outcome = at.desk.cancel(
        appointment=AppointmentId(appointment),
        by=actor or at.person(Role.PRACTITIONER, appointment),
        fee=typed.money(fee, at.practice) if fee else None,
        now=at.now,
    )
    tell(at.screen, outcome)


@command(cli, "move")
@as_option
@click.argument("appointment")
@click.argument("start")
def move(at: AtHand, appointment: str, start: str, actor: Actor | None) -> None:
    """Move APPOINTMENT to START, as its practitioner unless --as says otherwise."""
    outcome = at.desk.move(
        appointment=AppointmentId(appointment),
        start=typed.instant(start, at.practice),
        by=actor or at.person(Role.PRACTITIONER, appointment),
        now=at.now,
    )
    tell(at.screen, outcome)


@cli.group("waiting-list")
def waiting_list() -> None:
    """Patients who would come earlier if a slot frees."""


@command(waiting_list, "add")
@id_option
@practitioner_option
@visit_option
@mode_option
@patient_options
@click.argument("before")
def wait(
    at: AtHand, id: str, practitioner: str, visit: str, mode: Mode, before: str, **patient: Any
) -> None:
    """Wait for a slot that starts before BEFORE."""
    outcome = at.desk.join_waiting_list(
        id=WaitingId(id),
        practitioner=PractitionerId(practitioner),
        visit_type=visit_id(practitioner, visit),
        mode=mode,
        patient=patient_from(at, patient),
        before=typed.instant(before, at.practice),
        now=at.now,
    )
    tell(at.screen, outcome)


@command(waiting_list, "leave")
@as_option
@click.argument("id")
def stop_waiting(at: AtHand, id: str, actor: Actor | None) -> None:
    """No longer wait under ID."""
    by = actor or Actor(Role.SUPPORT, "cli")
    tell(at.screen, at.desk.leave_waiting_list(id=WaitingId(id), by=by, now=at.now))


@command(waiting_list, "show")
@practitioner_option
def show_waiting(at: AtHand, practitioner: str) -> None:
    """Who waits, first come first."""
    with at.desk.open_work(writing=False) as work:
        found = list(work.waiting_list.of(PractitionerId(practitioner)))
    rows = [
        (one.id, one.patient, one.mode.value, at.screen.wall(one.before), one.state.value)
        for one in found
    ]
    at.screen.table("Waiting", ("id", "patient", "mode", "before", "state"), rows, found)
