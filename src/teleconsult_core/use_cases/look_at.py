"""What staff and patients may look at: agenda, one appointment's time-line.

Reading waits for nobody and keeps nobody waiting. Every look at a patient's data by staff is
written to the audit log, in a work of its own, before anything is shown.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, Completed
from teleconsult_core.attendance import Attendance, Judgement, in_order, judge, of_this_time
from teleconsult_core.audit import AuditEntry
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.messages import Message
from teleconsult_core.people import Actor, ErasedPatient, Patient, Role
from teleconsult_core.ports import Ports
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
        lines = tuple(agenda_line(work, appointment, now) for appointment in found)
    note_looks(ports, AuditEntry(now, by, "look at agenda", practitioner))
    return lines


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
            attendance=tuple(in_order(record)),
            judgement=judge(evidence, found.terms, grace=policies.grace, now=now),
            receipts=tuple(work.receipts.of(appointment)),
            audit=tuple(work.audit.of_subject(appointment)),
        )
    if by.role is not Role.PATIENT:
        note_looks(ports, AuditEntry(now, by, "look", appointment, found.terms.patient))
    return line


def find_patients(
    ports: Ports, *, text: str, by: Actor, now: datetime
) -> tuple[Patient, ...] | NotYours:
    """Patients by phone, e-mail or part of the name; not for patients. Each look is noted."""
    if refusal := not_of_the_practice(by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = tuple(work.patients.search(text))
    note_looks(ports, *(AuditEntry(now, by, "find", patient.id, patient.id) for patient in found))
    return found


def note_looks(ports: Ports, *entries: AuditEntry) -> None:
    """Keep who has looked, so that it is known before anything is shown."""
    with ports.open_work() as work:
        for entry in entries:
            work.audit.add(entry)
        work.commit()


def not_billed(line: AgendaLine) -> bool:
    """Whether a consultation counts as not billed because nobody decided."""
    found = line.appointment
    return isinstance(found, Completed) and found.decided_by is None


def agenda_line(work: Work, appointment: Appointment, now: datetime) -> AgendaLine:
    """With the hold that stands, or the newest when none does."""
    patient = work.patients.get(appointment.terms.patient)
    holds = work.holds.of(appointment.terms.id)
    newest = holds[-1] if holds else None
    name = patient.name if isinstance(patient, Patient) else "—"
    return AgendaLine(appointment, name, standing_hold(holds, now) or newest)
