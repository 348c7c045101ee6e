"""Who may see and do what. Not a use case: asked by those that act for somebody."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment
from teleconsult_core.ids import PatientId, PractitionerId
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.policies import cancellation_cutoff
from teleconsult_core.refusals import NotYours, TooLate

STAFF = frozenset({Role.SUPPORT, Role.OPERATOR})


def not_their_practitioner(practitioner: PractitionerId, by: Actor) -> NotYours | None:
    """An agenda, its payments and its unavailabilities are for that practitioner and for staff."""
    if by.role in STAFF or by == Actor(Role.PRACTITIONER, practitioner):
        return None
    return NotYours(actor=str(by), allowed="that practitioner, support and the operator")


def not_theirs_to_change(practitioner: PractitionerId, by: Actor) -> NotYours | None:
    """When a practitioner is there and what he says of himself is for him and the operator."""
    if by.role is Role.OPERATOR or by == Actor(Role.PRACTITIONER, practitioner):
        return None
    return NotYours(actor=str(by), allowed="that practitioner and the operator")


def not_their_patient(patient: PatientId, by: Actor) -> NotYours | None:
    """A patient's file is for himself and for staff."""
    if by.role in STAFF or by == Actor(Role.PATIENT, patient):
        return None
    return NotYours(actor=str(by), allowed="that patient, support and the operator")


def not_of_the_practice(by: Actor) -> NotYours | None:
    """Looking for patients is for practitioners and for staff."""
    if by.role in STAFF or by.role is Role.PRACTITIONER:
        return None
    return NotYours(actor=str(by), allowed="practitioners, support and the operator")


def not_staff(by: Actor) -> NotYours | None:
    """What concerns the whole practice is for staff."""
    if by.role in STAFF:
        return None
    return NotYours(actor=str(by), allowed="support and the operator")


def not_the_operator(by: Actor) -> NotYours | None:
    if by.role is Role.OPERATOR:
        return None
    return NotYours(actor=str(by), allowed="the operator")


def may_see(patient: PatientId, practitioner: PractitionerId, by: Actor) -> bool:
    """What concerns a patient and a practitioner is for the two of them and for staff."""
    own = {Role.PATIENT: patient, Role.PRACTITIONER: practitioner}
    return by.role in STAFF or own.get(by.role) == by.id


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
