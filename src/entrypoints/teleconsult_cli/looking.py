"""Looking: agenda, appointment, patients, audit. Staff's looks are noted."""

from __future__ import annotations

import click

from teleconsult_cli import typed
from teleconsult_cli.asking import as_option
from teleconsult_cli.clinic_time import days_from, practitioner_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.messages import how_it_went
from teleconsult_cli.screen import facts
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId
from teleconsult_core.people import Actor, Patient
from teleconsult_core.use_cases.look_at import TimeLine


@command(cli, "agenda")
@practitioner_option
@click.option("--from", "first", type=typed.DAY, metavar="DAY", help="Today by default.")
@click.option("--week", is_flag=True, help="Seven days instead of one.")
@as_option
def agenda(at: AtHand, practitioner: str, first: object, week: bool, actor: Actor | None) -> None:
    """A practitioner's day or week."""
    lines = at.screen.unless_refused(
        at.desk.show_agenda(
            practitioner=PractitionerId(practitioner),
            window=days_from(at, first, 7 if week else 1),
            by=actor or OPERATOR,
            now=at.now,
        )
    )
    rows = []
    for line in lines:
        terms = line.appointment.terms
        when = f"{at.screen.wall(terms.start)}–{at.screen.clock(terms.end)}"
        state = line.appointment.state
        rows.append(
            (when, terms.id, terms.mode.value, line.patient_name, state, card(at, line.hold))
        )
    columns = ("time", "id", "mode", "patient", "state", "card")
    at.screen.table(f"Agenda of {practitioner}", columns, rows, lines)


def card(at: AtHand, hold: CardHold | None) -> str:
    """How a hold stands, in a few words."""
    if hold is None:
        return "—"
    if hold.captured.minor:
        back = f", {hold.refunded} refunded" if hold.refunded.minor else ""
        return f"{hold.captured} {hold.state.value}{back}"
    until = f" until {at.screen.wall(hold.until)}" if hold.live and hold.until else ""
    return f"{hold.amount} {hold.state.value}{until}"


@command(cli, "appointment")
@as_option
@click.argument("appointment")
def appointment(at: AtHand, appointment: str, actor: Actor | None) -> None:
    """Everything that happened to APPOINTMENT, on one time-line."""
    line = at.screen.unless_refused(
        at.desk.show_appointment(
            appointment=AppointmentId(appointment), by=actor or OPERATOR, now=at.now
        )
    )
    at.screen.value(line, _head(at, line) + "\n\n" + "\n".join(_happened(at, line)))


def _head(at: AtHand, line: TimeLine) -> str:
    terms = line.appointment.terms
    who = line.patient.name if isinstance(line.patient, Patient) else "erased"
    return facts(
        [
            ("appointment", f"{terms.id}, {line.appointment.state}"),
            ("patient", f"{who} ({terms.patient})"),
            ("practitioner", terms.practitioner),
            ("time", f"{at.screen.wall(terms.start)}, {terms.mode.value}"),
            ("fee", str(terms.fee)),
            ("attendance", line.judgement.value),
            ("card", "; ".join(card(at, hold) for hold in line.holds) or "—"),
        ]
    )


def _happened(at: AtHand, line: TimeLine) -> list[str]:
    events = [(e.at, f"{e.action} {e.detail}".strip() + f" ({e.actor})") for e in line.audit]
    events += [(a.at, f"{a.role.value} {a.seen.value}") for a in line.attendance]
    events += [
        (
            m.done_at or m.due_at,
            f"{how_it_went(m)}: {m.kind.value} by {m.channel.value} to {m.to.value}",
        )
        for m in line.messages
    ]
    events += [
        (r.issued_at, f"issued {r.number}, {r.kind.value}, {r.amount}") for r in line.receipts
    ]
    return [f"{at.screen.wall(moment)}  {what}" for moment, what in sorted(events)]


@command(cli, "patients")
@as_option
@click.argument("text")
def patients(at: AtHand, text: str, actor: Actor | None) -> None:
    """Find patients by phone, e-mail or part of the name."""
    found = at.screen.unless_refused(
        at.desk.find_patients(text=text, by=actor or OPERATOR, now=at.now)
    )
    rows = [(one.id, one.name, one.phone, one.email, one.language) for one in found]
    at.screen.table("Patients", ("id", "name", "phone", "e-mail", "language"), rows, found)


@command(cli, "audit")
@click.option("--patient", metavar="ID", help="Everything about one patient.")
@click.option("--subject", metavar="ID", help="Everything about one appointment, practitioner …")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def audit(at: AtHand, patient: str | None, subject: str | None, limit: int) -> None:
    """Who did what, when."""
    with at.desk.open_work(writing=False) as work:
        if patient:
            found = work.audit.of_patient(PatientId(patient))
        elif subject:
            found = work.audit.of_subject(subject)
        else:
            found = work.audit.recent(limit)
    rows = [(at.screen.wall(e.at), str(e.actor), e.action, e.subject, e.detail) for e in found]
    at.screen.table("Audit", ("time", "who", "what", "about", "detail"), rows, list(found))
