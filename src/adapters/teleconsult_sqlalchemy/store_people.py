"""Patients, their ratings and their places on the waiting list, and the audit.

May import mapping, statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, WaitingId
from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.ratings import Rating, RatingSummary
from teleconsult_core.sign_ins import folded_email
from teleconsult_core.stores import Audit, Patients, Ratings, WaitingList
from teleconsult_core.waiting_list import Waiting
from teleconsult_sqlalchemy.mapping_messages import (
    audit_from,
    audit_row,
    rating_from,
    rating_row,
    waiting_from,
    waiting_row,
)
from teleconsult_sqlalchemy.mapping_people import folded, patient_from, patient_row
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import LIMIT, Compiler, Row, among, given
from teleconsult_sqlalchemy.tables import Tables


class PatientStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.patients
        text = given("text", t.c.phone)
        named = t.c.name_folded.like(given("pattern", t.c.name), escape="/")
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(t.c.id == given("id", t.c.id)), lock=t)
        self.search = make.select(
            sa.select(t)
            .where(sa.or_(t.c.phone == text, t.c.email == text, named))
            .order_by(t.c.name, t.c.id)
        )
        self.with_email = make.select(
            sa.select(t)
            .where(t.c.email_folded == given("email", t.c.email_folded), t.c.email_folded != "")
            .order_by(t.c.id)
        )


class SqlPatients:
    def __init__(self, run: Running, sql: PatientStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: PatientId) -> Patient | ErasedPatient | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return patient_from(row) if row else None

    def put(self, patient: Patient | ErasedPatient) -> None:
        self._run.write(self._sql.put, patient_row(patient))

    def search(self, text: str) -> Sequence[Patient]:
        rows = self._run.rows(self._sql.search, text=text, pattern=f"%{_literally(folded(text))}%")
        found = (patient_from(row) for row in rows)
        return [patient for patient in found if isinstance(patient, Patient)]

    def with_email(self, email: str) -> Sequence[Patient]:
        found = map(patient_from, self._run.rows(self._sql.with_email, email=folded_email(email)))
        return [patient for patient in found if isinstance(patient, Patient)]


def _literally(text: str) -> str:
    """`text` inside a LIKE pattern, standing for itself."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


class RatingStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.ratings
        same = t.c.appointment == given("appointment", t.c.appointment)
        total = sa.func.coalesce(sa.func.sum(t.c.stars), 0)
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(same), lock=t)
        self.summary = make.select(
            sa.select(sa.func.count().label("count"), total.label("total")).where(
                t.c.practitioner == given("practitioner", t.c.practitioner)
            )
        )


class SqlRatings:
    def __init__(self, run: Running, sql: RatingStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, appointment: AppointmentId) -> Rating | None:
        row = self._run.one_locked(self._sql.get, appointment=appointment)
        return rating_from(row) if row else None

    def put(self, rating: Rating) -> None:
        self._run.write(self._sql.put, rating_row(rating))

    def summary(self, practitioner: PractitionerId) -> RatingSummary:
        row = self._run.one(self._sql.summary, practitioner=practitioner)
        return RatingSummary(int(row["count"]), int(row["total"])) if row else RatingSummary(0, 0)


class WaitingStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.waiting_list
        same = t.c.id == given("id", t.c.id)
        first_come = t.c.asked_at, t.c.id
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(same), lock=t)
        self.of = make.select(
            sa.select(t)
            .where(t.c.practitioner == given("practitioner", t.c.practitioner))
            .where(among(t.c.state, ("waiting", "offered")))
            .order_by(*first_come)
        )
        self.of_patient = make.select(
            sa.select(t).where(t.c.patient == given("patient", t.c.patient)).order_by(*first_come)
        )
        self.by_offer = make.select(sa.select(t).where(t.c.offer == given("offer", t.c.offer)))
        self.remove = make.change(sa.delete(t).where(same))


class SqlWaitingList:
    def __init__(self, run: Running, sql: WaitingStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: WaitingId) -> Waiting | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return waiting_from(row) if row else None

    def put(self, waiting: Waiting) -> None:
        self._run.write(self._sql.put, waiting_row(waiting))

    def of(self, practitioner: PractitionerId) -> Sequence[Waiting]:
        return [
            waiting_from(row) for row in self._run.rows(self._sql.of, practitioner=practitioner)
        ]

    def of_patient(self, patient: PatientId) -> Sequence[Waiting]:
        return [waiting_from(row) for row in self._run.rows(self._sql.of_patient, patient=patient)]

    def by_offer(self, offer: AppointmentId) -> Waiting | None:
        row = self._run.one(self._sql.by_offer, offer=offer)
        return waiting_from(row) if row else None

    def remove(self, id: WaitingId) -> None:
        self._run.write(self._sql.remove, {"id": id})


class AuditStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.audit
        self.add = make.append(t)
        self.of_patient = make.select(
            sa.select(t).where(t.c.patient == given("patient", t.c.patient)).order_by(t.c.seq)
        )
        self.of_subject = make.select(
            sa.select(t).where(t.c.subject == given("subject", t.c.subject)).order_by(t.c.seq)
        )
        self.recent = make.select(sa.select(t).order_by(t.c.seq.desc()).limit(LIMIT))
        self.forget = make.change(sa.delete(t).where(t.c.at < given("moment", t.c.at)))


class SqlAudit:
    def __init__(self, run: Running, sql: AuditStatements) -> None:
        self._run, self._sql = run, sql

    def add(self, entry: AuditEntry) -> None:
        self._run.write(self._sql.add, audit_row(entry))

    def of_patient(self, patient: PatientId) -> Sequence[AuditEntry]:
        return _entries(self._run.rows(self._sql.of_patient, patient=patient))

    def of_subject(self, subject: str) -> Sequence[AuditEntry]:
        return _entries(self._run.rows(self._sql.of_subject, subject=subject))

    def recent(self, limit: int) -> Sequence[AuditEntry]:
        return _entries(self._run.rows(self._sql.recent, limit=limit))

    def forget(self, before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": before})


def _entries(rows: Iterable[Row]) -> list[AuditEntry]:
    return [audit_from(row) for row in rows]


if TYPE_CHECKING:
    _patients: type[Patients] = SqlPatients
    _ratings: type[Ratings] = SqlRatings
    _waiting_list: type[WaitingList] = SqlWaitingList
    _audit: type[Audit] = SqlAudit
