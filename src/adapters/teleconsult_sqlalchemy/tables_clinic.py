"""The tables of the clinic, its agenda and its patients. May import the core's enums, columns."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import conv

from teleconsult_core.slots import Mode
from teleconsult_sqlalchemy.columns import choice, instant, number, text
from teleconsult_sqlalchemy.table_making import Maker


def clinic_tables(make: Maker) -> dict[str, sa.Table]:
    visit_types = make.table(
        "visit_types", text("id", key=True), text("practitioner"), *_document(), rowid=True
    )
    make.index(visit_types, "practitioner")
    unavailabilities = make.table(
        "unavailabilities", text("id", key=True), text("practitioner"), choice("mode", Mode),
        instant("starts"), instant("ends"), text("source"),
    )  # fmt: skip
    make.index(unavailabilities, "practitioner ends")
    patients = make.table(
        "patients",
        text("id", personal="pseudonym", key=True),
        text("name", personal="identity", null=True),
        text("name_folded", personal="identity", null=True),
        text("phone", personal="contact", null=True),
        text("email", personal="contact", null=True),
        text("email_folded", personal="contact", null=True),
        text("language", null=True),
        text("address", personal="contact", null=True),
        text("zone", null=True),
        instant("erased_at", null=True),
        sa.CheckConstraint(_erased(), name=conv("erased_or_whole")),
        rowid=True,
    )
    make.index(patients, "phone")
    make.index(patients, "email")
    make.index(patients, "email_folded")
    return {
        "practices": make.table("practices", text("id", key=True), *_document(), rowid=True),
        "practitioners": make.table(
            "practitioners", text("id", key=True), *_document(personal="contact"), rowid=True
        ),
        "schedules": make.table(
            "schedules", text("practitioner", key=True), *_document(), rowid=True
        ),
        "visit_types": visit_types,
        "payout_accounts": make.table(
            "payout_accounts", text("practitioner", key=True), *_document(), rowid=True
        ),
        "unavailabilities": unavailabilities,
        "patients": patients,
    }


def _document(personal: str = "none") -> tuple[sa.Column[Any], ...]:
    """A thing kept whole, as JSON, and the number of the form it is written in."""
    return number("form"), text("document", personal=personal)


def _erased() -> str:
    names = ("name", "name_folded", "phone", "email", "email_folded", "language", "address", "zone")
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    gone = " AND ".join(f"{name} IS NULL" for name in names)
    return f"(erased_at IS NULL AND {whole}) OR (erased_at IS NOT NULL AND {gone})"
