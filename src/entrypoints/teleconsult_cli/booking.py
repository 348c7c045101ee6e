"""Booking and changing: book, enter, confirm, cancel, move, waiting-list."""

from __future__ import annotations

from typing import Any

import click

from teleconsult_cli import typed
from teleconsult_cli.asking import (
    as_option,
    card_from,
    card_option,
    consent_for,
    consent_option,
    consent_to,
    id_option,
    patient_from,
    patient_options,
)
from teleconsult_cli.clinic_time import mode_option, practitioner_option, visit_id, visit_option
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.telling import tell
from teleconsult_core.ids import AppointmentId, PractitionerId, WaitingId
from teleconsult_core.people import Actor, Role
from teleconsult_core.slots import Mode


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
