"""Everything we hold about one patient, by command (GDPR articles 15 and 20)."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment
from teleconsult_core.attendance import Attendance
from teleconsult_core.audit import AuditEntry
from teleconsult_core.consents import ConsentRecord
from teleconsult_core.feeds import Feed
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import PatientId
from teleconsult_core.ledger import Entry
from teleconsult_core.links import Link
from teleconsult_core.messages import Message
from teleconsult_core.payments import Operation
from teleconsult_core.people import Actor, Patient, patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.ratings import Rating
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.sign_ins import Session
from teleconsult_core.use_cases.permissions import not_their_patient
from teleconsult_core.waiting_list import Waiting


@frozen
class AppointmentFile:
    """One appointment with all that hangs on it."""

    appointment: Appointment
    consents: tuple[ConsentRecord, ...]
    holds: tuple[CardHold, ...]
    operations: tuple[Operation, ...]
    ledger: tuple[Entry, ...]
    messages: tuple[Message, ...]
    links: tuple[Link, ...]
    attendance: tuple[Attendance, ...]
    rating: Rating | None


@frozen
class PatientFile:
    """What the patient receives."""

    exported_at: datetime
    patient: Patient
    appointments: tuple[AppointmentFile, ...]
    receipts: tuple[Receipt, ...]
    documents: tuple[ReceiptDocument, ...]
    """What was printed of them, to the byte."""
    waiting_list: tuple[Waiting, ...]
    feeds: tuple[Feed, ...]
    sessions: tuple[Session, ...]
    audit: tuple[AuditEntry, ...]


def export_patient(
    ports: Ports, *, patient: PatientId, by: Actor, now: datetime
) -> PatientFile | NotFound | NotYours:
    """The whole file, to the patient and to staff; that it was taken is in the audit log."""
    if refusal := not_their_patient(patient, by):
        return refusal
    with ports.open_work() as work:
        found = work.patients.get(patient)
        if not isinstance(found, Patient):
            return NotFound(what="patient", id=patient)
        work.audit.add(AuditEntry(now, by, "export", patient, patient))
        work.commit()
    return _file(ports, found, now)


def _file(ports: Ports, found: Patient, now: datetime) -> PatientFile:
    """All of it as it stands at one moment; nobody waits for it."""
    patient = found.id
    with ports.open_work(writing=False) as work:
        files = tuple(
            AppointmentFile(
                appointment=appointment,
                consents=tuple(work.consents.of(appointment.terms.id)),
                holds=(holds := tuple(work.holds.of(appointment.terms.id))),
                operations=tuple(op for hold in holds for op in work.operations.of(hold.id)),
                ledger=tuple(work.ledger.of(appointment.terms.id)),
                messages=tuple(work.outbox.of(appointment.terms.id)),
                links=tuple(work.links.of(appointment.terms.id)),
                attendance=tuple(work.attendance.of(appointment.terms.id)),
                rating=work.ratings.get(appointment.terms.id),
            )
            for appointment in work.appointments.of_patient(patient)
        )
        return PatientFile(
            exported_at=now,
            patient=found,
            appointments=files,
            receipts=tuple(work.receipts.of_patient(patient)),
            documents=tuple(work.receipts.documents_of(patient)),
            waiting_list=tuple(work.waiting_list.of_patient(patient)),
            feeds=tuple(work.feeds.of(patient_actor(patient))),
            sessions=tuple(work.sessions.of(patient_actor(patient))),
            audit=tuple(work.audit.of_patient(patient)),
        )
