"""What staff and patients may look at: agenda, payments, one appointment's time-line.

Reading waits for nobody and keeps nobody waiting. Every look at a patient's data by staff is
written to the audit log, in a work of its own, before anything is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, Completed, Confirmed
from teleconsult_core.attendance import Attendance, Judgement, judge, of_this_time
from teleconsult_core.audit import AuditEntry
from teleconsult_core.holds import CHARGED, CardHold
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.messages import Message
from teleconsult_core.money import Money
from teleconsult_core.payments import Transfer
from teleconsult_core.people import Actor, ErasedPatient, Patient, Role
from teleconsult_core.policies import transfer_window
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.receipts import Receipt
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.permissions import (
    may_see,
    not_of_the_practice,
    not_their_practitioner,
)
from teleconsult_core.use_cases.record import the_practice


@frozen
class AgendaLine:
    """One appointment in the agenda: who, and how his card stands."""

    appointment: Appointment
    patient_name: str
    hold: CardHold | None


@frozen
class PaymentLine:
    """One payment on the practitioner's dashboard (S15, S16).

    `expected` is the window in which the money should arrive; `transfer` what the network says.
    """

    appointment: Appointment
    hold: CardHold
    expected: tuple[datetime, datetime] | None
    transfer: Transfer | None


@frozen
class Payments:
    """The dashboard: decisions still to be made first, then every payment, newest first."""

    to_decide: tuple[AgendaLine, ...]
    lines: tuple[PaymentLine, ...]
    transfers_known: bool
    """False when the network did not answer, and expected dates are only our own."""


@frozen
class TimeLine:
    """Everything that happened to one appointment."""

    appointment: Appointment
    patient: Patient | ErasedPatient | None
    holds: tuple[CardHold, ...]
    messages: tuple[Message, ...]
    attendance: tuple[Attendance, ...]
    judgement: Judgement
    receipts: tuple[Receipt, ...]
    audit: tuple[AuditEntry, ...]


def show_agenda(
    ports: Ports, *, practitioner: PractitionerId, window: Interval, by: Actor, now: datetime
) -> tuple[AgendaLine, ...] | NotFound | NotYours:
    """The practitioner's appointments that start in `window`, by start; for himself and staff."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    with ports.open_work(writing=False) as work:
        if work.clinic.practitioner(practitioner) is None:
            return NotFound(what="practitioner", id=practitioner)
        found = work.appointments.starting(practitioner, window)
        lines = tuple(_line(work, appointment, now) for appointment in found)
    _looked(ports, AuditEntry(now, by, "look at agenda", practitioner))
    return lines


def show_payments(
    ports: Ports, *, practitioner: PractitionerId, by: Actor, now: datetime
) -> Payments | NotFound | NotYours:
    """Every payment of a practitioner with its state and its transfer; for himself and staff."""
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    known = True
    try:
        transfers = {t.ref: t for t in ports.cards.transfers(practitioner=practitioner)}
    except PortTrouble:
        transfers, known = {}, False
    with ports.open_work(writing=False) as work:
        if work.clinic.practitioner(practitioner) is None:
            return NotFound(what="practitioner", id=practitioner)
        policies = the_practice(work).policies
        lines, waiting = [], {}
        for hold in reversed(work.holds.of_practitioner(practitioner)):
            appointment = work.appointments.get(hold.appointment)
            if appointment is None:
                continue
            terms = appointment.terms
            charged = hold.state in CHARGED
            expected = transfer_window(terms.end, policies) if charged else None
            transfer = transfers.get(hold.ref) if hold.ref else None
            lines.append(PaymentLine(appointment, hold, expected, transfer))
            if isinstance(appointment, Confirmed) and terms.end <= now:
                waiting[terms.id] = _line(work, appointment, now)
    _looked(ports, AuditEntry(now, by, "look at payments", practitioner))
    return Payments(tuple(waiting.values()), tuple(lines), known)


def totals(lines: Sequence[PaymentLine], currency: str) -> dict[str, Money]:
    """Sums over the dashboard: held, captured, refunded, net."""
    held = sum(line.hold.amount.minor for line in lines if line.hold.live)
    captured = sum(line.hold.captured.minor for line in lines)
    refunded = sum(line.hold.refunded.minor for line in lines)
    sums = {"held": held, "captured": captured, "refunded": refunded, "net": captured - refunded}
    return {name: Money(minor, currency) for name, minor in sums.items()}


def show_appointment(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> TimeLine | NotFound:
    """Everything about one appointment: to its two people, and to staff, whose look is noted."""
    with ports.open_work(writing=False) as work:
        found = work.appointments.get(appointment)
        if found is None or not may_see(found.terms.patient, found.terms.practitioner, by):
            return NotFound(what="appointment", id=appointment)
        record = tuple(work.attendance.of(appointment))
        policies = the_practice(work).policies
        evidence = of_this_time(record, found.terms, policies.join_early)
        line = TimeLine(
            appointment=found,
            patient=work.patients.get(found.terms.patient),
            holds=tuple(work.holds.of(appointment)),
            messages=tuple(work.outbox.of(appointment)),
            attendance=record,
            judgement=judge(evidence, found.terms, grace=policies.grace, now=now),
            receipts=tuple(work.receipts.of(appointment)),
            audit=tuple(work.audit.of_subject(appointment)),
        )
    if by.role is not Role.PATIENT:
        _looked(ports, AuditEntry(now, by, "look", appointment, found.terms.patient))
    return line


def find_patients(
    ports: Ports, *, text: str, by: Actor, now: datetime
) -> tuple[Patient, ...] | NotYours:
    """Patients by phone, e-mail or part of the name; not for patients. Each look is noted."""
    if refusal := not_of_the_practice(by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = tuple(work.patients.search(text))
    _looked(ports, *(AuditEntry(now, by, "find", patient.id, patient.id) for patient in found))
    return found


def _looked(ports: Ports, *entries: AuditEntry) -> None:
    """Keep who has looked, so that it is known before anything is shown."""
    with ports.open_work() as work:
        for entry in entries:
            work.audit.add(entry)
        work.commit()


def not_billed(line: AgendaLine) -> bool:
    """Whether a consultation counts as not billed because nobody decided."""
    found = line.appointment
    return isinstance(found, Completed) and found.decided_by is None


def _line(work: Work, appointment: Appointment, now: datetime) -> AgendaLine:
    patient = work.patients.get(appointment.terms.patient)
    holds = work.holds.of(appointment.terms.id)
    newest = holds[-1] if holds else None
    name = patient.name if isinstance(patient, Patient) else "—"
    return AgendaLine(appointment, name, standing_hold(holds, now) or newest)
