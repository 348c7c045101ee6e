"""Patients, ratings, the waiting list and the audit log. May import the nouns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, WaitingId
from teleconsult_core.people import ErasedPatient, Patient
from teleconsult_core.ratings import Rating, RatingSummary
from teleconsult_core.sign_ins import folded_email
from teleconsult_core.stores import Audit, Patients, Ratings, WaitingList
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import AUDIT, PATIENTS, RATINGS, WAITING_LIST
from teleconsult_core.testing.fakes.shelves import Grouping, Ordering
from teleconsult_core.waiting_list import Waiting, WaitingState

_STILL_WAIT = frozenset({WaitingState.WAITING, WaitingState.OFFERED})

_RATED: Grouping[Rating] = Grouping(attrgetter("practitioner"))
_WAITING_FOR: Grouping[Waiting] = Grouping(
    lambda one: one.practitioner if one.state in _STILL_WAIT else None
)
_WAITS: Grouping[Waiting] = Grouping(attrgetter("patient"))
_OFFERED: Grouping[Waiting] = Grouping(attrgetter("offer"))
_ABOUT_PATIENT: Grouping[AuditEntry] = Grouping(attrgetter("patient"))
_ABOUT: Grouping[AuditEntry] = Grouping(attrgetter("subject"))
_BY_AGE: Ordering[AuditEntry] = Ordering(lambda entry: (None, entry.at))


class FakePatients:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(PATIENTS)

    def get(self, id: PatientId) -> Patient | ErasedPatient | None:
        return self._kept.get(id)

    def put(self, patient: Patient | ErasedPatient) -> None:
        self._kept.put(patient.id, patient)

    def search(self, text: str) -> Sequence[Patient]:
        living = (one for one in self._kept if isinstance(one, Patient))
        found = [
            one
            for one in living
            if text in (one.phone, one.email) or _folded(text) in _folded(one.name)
        ]
        return sorted(found, key=lambda one: (one.name, one.id))

    def with_email(self, email: str) -> Sequence[Patient]:
        living = (one for one in self._kept if isinstance(one, Patient))
        wanted = folded_email(email)
        found = (one for one in living if folded_email(one.email) == wanted)
        return sorted(found, key=attrgetter("id"))


def _folded(text: str) -> str:
    """A text as it is searched: whatever the case, the same in every composition of accents."""
    return unicodedata.normalize("NFC", text).casefold()


class FakeRatings:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(RATINGS)

    def get(self, appointment: AppointmentId) -> Rating | None:
        return self._kept.get(appointment)

    def put(self, rating: Rating) -> None:
        self._kept.put(rating.appointment, rating)

    def summary(self, practitioner: PractitionerId) -> RatingSummary:
        stars = [one.stars for one in self._kept.group(_RATED, practitioner)]
        return RatingSummary(len(stars), sum(stars))


class FakeWaitingList:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(WAITING_LIST)

    def get(self, id: WaitingId) -> Waiting | None:
        return self._kept.get(id)

    def put(self, waiting: Waiting) -> None:
        self._kept.put(waiting.id, waiting)

    def of(self, practitioner: PractitionerId) -> Sequence[Waiting]:
        return _first_come(self._kept.group(_WAITING_FOR, practitioner))

    def of_patient(self, patient: PatientId) -> Sequence[Waiting]:
        return _first_come(self._kept.group(_WAITS, patient))

    def by_offer(self, offer: AppointmentId) -> Waiting | None:
        return next(iter(self._kept.group(_OFFERED, offer)), None)

    def remove(self, id: WaitingId) -> None:
        self._kept.remove(id)


def _first_come(waiting: Iterable[Waiting]) -> list[Waiting]:
    return sorted(waiting, key=lambda one: (one.asked_at, one.id))


class FakeAudit:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(AUDIT)

    def add(self, entry: AuditEntry) -> None:
        self._kept.append(entry)

    def of_patient(self, patient: PatientId) -> Sequence[AuditEntry]:
        return self._kept.numbered(_ABOUT_PATIENT, patient)

    def of_subject(self, subject: str) -> Sequence[AuditEntry]:
        return self._kept.numbered(_ABOUT, subject)

    def recent(self, limit: int) -> Sequence[AuditEntry]:
        return self._kept.latest(limit)

    def forget(self, before: datetime) -> int:
        return self._kept.forget(_BY_AGE, before)


if TYPE_CHECKING:
    _patients: type[Patients] = FakePatients
    _ratings: type[Ratings] = FakeRatings
    _waiting_list: type[WaitingList] = FakeWaitingList
    _audit: type[Audit] = FakeAudit
