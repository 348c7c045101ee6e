"""Erase a patient by command (GDPR article 17). What the law keeps, it keeps; nothing else stays.

Name, phone, e-mail and address go at once; receipts and their documents keep the name only where
the law obliges; where it does not, they are printed without it from then on. Words of ratings go,
stars stay. What remains points at an id that belongs to nobody.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from teleconsult_core.appointments import Appointment, AwaitingConfirmation, Confirmed, Reserved
from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import AppointmentId, PatientId
from teleconsult_core.people import Actor, ErasedPatient, Patient, patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours, StillOpen
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.permissions import not_their_patient
from teleconsult_core.use_cases.record import the_practice


def erase_patient(
    ports: Ports, *, patient: PatientId, by: Actor, now: datetime
) -> ErasedPatient | NotFound | StillOpen | NotYours:
    """Erase; refused while an appointment or a payment is open. Erasing twice is erasing once."""
    if refusal := not_their_patient(patient, by):
        return refusal
    with ports.open_work() as work:
        # Whoever offers freed time locks the place on the waiting list first, then the patient.
        for waiting in work.waiting_list.of_patient(patient):
            work.waiting_list.get(waiting.id)
        found = work.patients.get(patient)
        if isinstance(found, ErasedPatient):
            return found
        if found is None:
            return NotFound(what="patient", id=patient)
        appointments = list(work.appointments.of_patient(patient))
        if what := open_matters(work, appointments):
            return StillOpen(what=", ".join(what))
        erased = forget_patient(work, found, appointments, now)
        # That it happened is noted, not to whom it was done beyond the id that remains.
        work.audit.add(AuditEntry(now, by, "erase", patient, patient))
        work.commit()
    return erased


def open_matters(work: Work, appointments: list[Appointment]) -> list[str]:
    """What must end before a patient can be erased."""
    found: list[str] = []
    for appointment in appointments:
        id = appointment.terms.id
        if isinstance(appointment, Reserved | AwaitingConfirmation | Confirmed):
            found.append(f"appointment {id} is {appointment.state}")
        holds = work.holds.of(id)
        found += [f"hold {hold.id} is {hold.state.value}" for hold in holds if hold.live]
        found += [
            f"operation {operation.id} is under way"
            for hold in holds
            for operation in work.operations.of(hold.id)
            if operation.unsettled
        ]
    return found


def forget_patient(
    work: Work, patient: Patient, appointments: list[Appointment], now: datetime
) -> ErasedPatient:
    """Put the tombstone in the patient's place, and take his words out of what stays."""
    erased = ErasedPatient(patient.id, now)
    work.patients.put(erased)
    for waiting in work.waiting_list.of_patient(patient.id):
        work.waiting_list.remove(waiting.id)
    for feed in work.feeds.of(patient_actor(patient.id)):
        work.feeds.revoke(feed.id, now)
    if not work.patients.with_email(patient.email):  # nobody is left in his account
        work.sessions.remove_account(patient.email)
        work.sign_in_links.remove_account(patient.email)
    for appointment in appointments:
        id = appointment.terms.id
        work.outbox.drop_planned(id, now, "the patient's data was erased")
        forget_words(work, id)
        for link in work.links.of(id):
            work.links.put(evolve(link, revoked_at=link.revoked_at or now))
    if not the_practice(work).policies.retention.names_on_receipts:
        for receipt in work.receipts.of_patient(patient.id):
            work.receipts.put(receipt.without_name())
            work.receipts.drop_document(receipt.number)
    return erased


def forget_words(work: Work, appointment: AppointmentId) -> None:
    """A rating's words may name people; its stars belong to the practitioner's average."""
    rating = work.ratings.get(appointment)
    if rating is not None and rating.words:
        work.ratings.put(evolve(rating, words=""))
