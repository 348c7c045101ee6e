"""Who did what, when, to whom. May import ids, people. Append-only; names nobody but by id."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.ids import PatientId
from teleconsult_core.people import Actor


@frozen
class AuditEntry:
    """`subject` is the id of what was touched; `patient` is set whenever it concerns one."""

    at: datetime
    actor: Actor
    action: str
    subject: str
    patient: PatientId | None = None
    detail: str = ""
