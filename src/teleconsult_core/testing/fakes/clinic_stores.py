"""What the clinic's file describes, and when practitioners are away. May import the nouns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from teleconsult_core.ids import PracticeId, PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.schedules import Schedule, Unavailability, VisitType
from teleconsult_core.stores import Clinic, Unavailabilities
from teleconsult_core.testing.fakes.drafts import Draft, Shelf
from teleconsult_core.times import Interval


class FakeClinic:
    def __init__(self, draft: Draft) -> None:
        self._practices: Shelf[PracticeId, Practice] = Shelf(draft, "practices")
        self._practitioners: Shelf[PractitionerId, Practitioner] = Shelf(draft, "practitioners")
        self._schedules: Shelf[PractitionerId, Schedule] = Shelf(draft, "schedules")
        self._visit_types: Shelf[VisitTypeId, VisitType] = Shelf(draft, "visit types")

    def practice(self) -> Practice | None:
        return min(self._practices, key=lambda practice: practice.id, default=None)

    def put_practice(self, practice: Practice) -> None:
        self._practices[practice.id] = practice

    def practitioner(self, id: PractitionerId) -> Practitioner | None:
        return self._practitioners.get(id)

    def practitioners(self) -> Sequence[Practitioner]:
        return sorted(self._practitioners, key=lambda practitioner: practitioner.id)

    def put_practitioner(self, practitioner: Practitioner) -> None:
        self._practitioners[practitioner.id] = practitioner

    def schedule(self, practitioner: PractitionerId) -> Schedule | None:
        return self._schedules.get(practitioner)

    def put_schedule(self, schedule: Schedule) -> None:
        self._schedules[schedule.practitioner] = schedule

    def visit_type(self, id: VisitTypeId) -> VisitType | None:
        return self._visit_types.get(id)

    def visit_types(self, practitioner: PractitionerId) -> Sequence[VisitType]:
        his = self._visit_types.group("practitioner", practitioner)
        return sorted(his, key=lambda one: one.id)

    def put_visit_type(self, visit_type: VisitType) -> None:
        self._visit_types[visit_type.id] = visit_type


class FakeUnavailabilities:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[UnavailabilityId, Unavailability] = Shelf(draft, "unavailabilities")

    def get(self, id: UnavailabilityId) -> Unavailability | None:
        return self._kept.get(id)

    def put(self, unavailability: Unavailability) -> None:
        self._kept[unavailability.id] = unavailability

    def remove(self, id: UnavailabilityId) -> None:
        self._kept.remove(id)

    def remove_source(self, practitioner: PractitionerId, source: str) -> int:
        return self._kept.forget(
            lambda one: (one.practitioner, one.source) == (practitioner, source)
        )

    def between(self, practitioner: PractitionerId, window: Interval) -> Sequence[Unavailability]:
        his = self._kept.group("practitioner", practitioner)
        found = (one for one in his if one.interval.overlaps(window))
        return sorted(found, key=lambda one: (one.interval.start, one.id))


if TYPE_CHECKING:
    _clinic: type[Clinic] = FakeClinic
    _unavailabilities: type[Unavailabilities] = FakeUnavailabilities
