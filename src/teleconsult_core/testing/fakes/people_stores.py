"""Patients, ratings, the waiting list and the audit log. May import the nouns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, WaitingId
from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.ratings import Rating, RatingSummary
from teleconsult_core.stores import Audit, Patients, Ratings, WaitingList
from teleconsult_core.testing.fakes.drafts import Draft, Shelf
from teleconsult_core.waiting_list import Waiting, WaitingState


class FakePatients:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[PatientId, Patient | ErasedPatient] = Shelf(draft, "patients")

    def get(self, id: PatientId) -> Patient | ErasedPatient | None:
        return self._kept.get(id)

    def put(self, patient: Patient | ErasedPatient) -> None:
        self._kept[patient.id] = patient

    def search(self, text: str) -> Sequence[Patient]:
        living = (one for one in self._kept if isinstance(one, Patient))
        found = [
            one
            for one in living
            if text in (one.phone, one.email) or _folded(text) in _folded(one.name)
        ]
        return sorted(found, key=lambda one: (one.name, one.id))


def _folded(text: str) -> str:
    """A text as it is searched: whatever the case, the same in every composition of accents."""
    return unicodedata.normalize("NFC", text).casefold()


class FakeRatings:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[AppointmentId, Rating] = Shelf(draft, "ratings")

    def get(self, appointment: AppointmentId) -> Rating | None:
        return self._kept.get(appointment)

    def put(self, rating: Rating) -> None:
        self._kept[rating.appointment] = rating

    def summary(self, practitioner: PractitionerId) -> RatingSummary:
        stars = [one.stars for one in self._kept.group("practitioner", practitioner)]
        return RatingSummary(len(stars), sum(stars))


class FakeWaitingList:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[WaitingId, Waiting] = Shelf(draft, "waiting list")

    def get(self, id: WaitingId) -> Waiting | None:
        return self._kept.get(id)

    def put(self, waiting: Waiting) -> None:
        self._kept[waiting.id] = waiting

    def of(self, practitioner: PractitionerId) -> Sequence[Waiting]:
        return _first_come(
            one
            for one in self._kept.group("practitioner", practitioner)
            if one.state in {WaitingState.WAITING, WaitingState.OFFERED}
        )

    def of_patient(self, patient: PatientId) -> Sequence[Waiting]:
        return _first_come(self._kept.group("patient", patient))

    def by_offer(self, offer: AppointmentId) -> Waiting | None:
        return next(iter(self._kept.group("offer", offer)), None)

    def remove(self, id: WaitingId) -> None:
        self._kept.remove(id)


def _first_come(waiting: Iterable[Waiting]) -> list[Waiting]:
    return sorted(waiting, key=lambda one: (one.asked_at, one.id))


class FakeAudit:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[int, AuditEntry] = Shelf(draft, "audit")

    def add(self, entry: AuditEntry) -> None:
        self._kept.append(entry)

    def of_patient(self, patient: PatientId) -> Sequence[AuditEntry]:
        return self._kept.group("patient", patient)

    def of_subject(self, subject: str) -> Sequence[AuditEntry]:
        return self._kept.group("subject", subject)

    def recent(self, limit: int) -> Sequence[AuditEntry]:
        return list(reversed(list(self._kept)))[:limit]

    def forget(self, before: datetime) -> int:
        return self._kept.forget(lambda entry: entry.at < before)


if TYPE_CHECKING:
    _patients: type[Patients] = FakePatients
    _ratings: type[Ratings] = FakeRatings
    _waiting_list: type[WaitingList] = FakeWaitingList
    _audit: type[Audit] = FakeAudit
