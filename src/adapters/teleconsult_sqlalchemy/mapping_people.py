"""Patients as rows and back: whole, or what remains after erasure. May import the core's nouns."""

from __future__ import annotations

import unicodedata
from typing import assert_never

from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.sign_ins import folded_email
from teleconsult_sqlalchemy.statements import Row

_GONE: Row = dict.fromkeys(
    ("name", "name_folded", "phone", "email", "email_folded", "language", "address", "zone")
)


def patient_row(patient: Patient | ErasedPatient) -> Row:
    match patient:
        case Patient():
            return {
                "id": patient.id,
                "name": patient.name,
                "name_folded": folded(patient.name),
                "phone": patient.phone,
                "email": patient.email,
                "email_folded": folded_email(patient.email),
                "language": patient.language,
                "address": patient.address,
                "zone": patient.zone,
                "erased_at": None,
            }
        case ErasedPatient():
            return {**_GONE, "id": patient.id, "erased_at": patient.erased_at}
        case _:
            assert_never(patient)


def patient_from(row: Row) -> Patient | ErasedPatient:
    if row["erased_at"] is not None:
        return ErasedPatient(row["id"], row["erased_at"])
    return Patient(
        id=row["id"],
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        language=row["language"],
        address=row["address"],
        zone=row["zone"],
    )


def folded(name: str) -> str:
    """A name as it is searched: without case and accents."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
