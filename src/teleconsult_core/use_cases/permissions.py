"""Who may do what to an appointment. Not a use case: asked by those that act for somebody."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment
from teleconsult_core.ids import PatientId, PractitionerId
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.policies import cancellation_cutoff
from teleconsult_core.refusals import NotYours, TooLate


def may_see(patient: PatientId, practitioner: PractitionerId, by: Actor) -> bool:
    """What concerns a patient and a practitioner is for the two of them and for staff."""
    own = {Role.PATIENT: patient, Role.PRACTITIONER: practitioner}
    return by.role in {Role.SUPPORT, Role.OPERATOR} or own.get(by.role) == by.id


def not_one_of_them(appointment: Appointment, by: Actor) -> NotYours | None:
    """Only the patient and the practitioner of an appointment, and support, may change it."""
    terms = appointment.terms
    allowed = {Role.PATIENT: terms.patient, Role.PRACTITIONER: terms.practitioner}
    if by.role is Role.SUPPORT or allowed.get(by.role) == by.id:
        return None
    return NotYours(actor=str(by), allowed="the patient and the practitioner of the appointment")


def not_its_practitioner(appointment: Appointment, by: Actor) -> NotYours | None:
    if by.role is Role.PRACTITIONER and by.id == appointment.terms.practitioner:
        return None
    return NotYours(actor=str(by), allowed="the practitioner of the appointment")


def not_its_patient(appointment: Appointment, by: Actor) -> NotYours | None:
    if by.role is Role.PATIENT and by.id == appointment.terms.patient:
        return None
    return NotYours(actor=str(by), allowed="the patient of the appointment")


def past_cutoff(
    appointment: Appointment, by: Actor, practice: Practice, now: datetime
) -> TooLate | None:
    """The patient may cancel or move by himself until the clinic's cut-off."""
    if by.role is not Role.PATIENT:
        return None
    closes_at = cancellation_cutoff(appointment.terms.start, practice.policies)
    return TooLate(closed_at=closes_at, now=now, phone=practice.phone) if now > closes_at else None
