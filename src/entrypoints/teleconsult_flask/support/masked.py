"""A patient as support sees him at first: enough to recognise, too little to keep. May import the
core."""

from __future__ import annotations

from attrs import frozen

from teleconsult_core.people import ErasedPatient, Patient


@frozen
class Shown:
    """How a patient stands on the page; empty where nothing is known any more."""

    name: str = ""
    phone: str = ""
    email: str = ""


def masked(patient: Patient | ErasedPatient | None) -> Shown:
    """Initials, the last two figures, the first letter and the domain."""
    if not isinstance(patient, Patient):
        return Shown()
    user, _, domain = patient.email.partition("@")
    initials = " ".join(f"{word[:1]}…" for word in patient.name.split())
    return Shown(initials, f"… {patient.phone[-2:]}", f"{user[:1]}…@{domain}")


def uncovered(patient: Patient | ErasedPatient | None) -> Shown:
    if not isinstance(patient, Patient):
        return Shown()
    return Shown(patient.name, patient.phone, patient.email)
