"""What the clinic's file describes, and when practitioners are away. May import the nouns."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from teleconsult_core.clinic_stores import Clinic, Unavailabilities
from teleconsult_core.ids import PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.payout_accounts import PayoutAccount
from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.schedules import Schedule, Unavailability, VisitType
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import (
    PAYOUT_ACCOUNTS,
    PRACTICES,
    PRACTITIONERS,
    SCHEDULES,
    UNAVAILABILITIES,
    VISIT_TYPES,
)
from teleconsult_core.testing.fakes.shelves import Grouping, Ordering
from teleconsult_core.times import Interval

_VISITS_TO: Grouping[VisitType] = Grouping(attrgetter("practitioner"))
_FROM_SOURCE: Grouping[Unavailability] = Grouping(attrgetter("practitioner", "source"))
_BY_END: Ordering[Unavailability] = Ordering(attrgetter("practitioner", "interval.end"))


class FakeClinic:
    """What the file describes is looked at by every work, and locked by whoever changes it."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def practice(self) -> Practice | None:
        practices = self._draft.shelf(PRACTICES)
        return min(practices, key=lambda practice: practice.id, default=None)

    def put_practice(self, practice: Practice) -> None:
        self._draft.shelf(PRACTICES).put(practice.id, practice)

    def practitioner(self, id: PractitionerId) -> Practitioner | None:
        return self._draft.shelf(PRACTITIONERS).look(id)

    def practitioner_to_change(self, id: PractitionerId) -> Practitioner | None:
        return self._draft.shelf(PRACTITIONERS).get(id)

    def practitioners(self) -> Sequence[Practitioner]:
        return sorted(self._draft.shelf(PRACTITIONERS), key=lambda practitioner: practitioner.id)

    def put_practitioner(self, practitioner: Practitioner) -> None:
        self._draft.shelf(PRACTITIONERS).put(practitioner.id, practitioner)

    def schedule(self, practitioner: PractitionerId) -> Schedule | None:
        return self._draft.shelf(SCHEDULES).look(practitioner)

    def schedule_to_change(self, practitioner: PractitionerId) -> Schedule | None:
        return self._draft.shelf(SCHEDULES).get(practitioner)

    def put_schedule(self, schedule: Schedule) -> None:
        self._draft.shelf(SCHEDULES).put(schedule.practitioner, schedule)

    def visit_type(self, id: VisitTypeId) -> VisitType | None:
        return self._draft.shelf(VISIT_TYPES).look(id)

    def visit_types(self, practitioner: PractitionerId) -> Sequence[VisitType]:
        his = self._draft.shelf(VISIT_TYPES).group(_VISITS_TO, practitioner)
        return sorted(his, key=lambda one: one.id)

    def put_visit_type(self, visit_type: VisitType) -> None:
        self._draft.shelf(VISIT_TYPES).put(visit_type.id, visit_type)

    def payout_account(self, practitioner: PractitionerId) -> PayoutAccount | None:
        return self._draft.shelf(PAYOUT_ACCOUNTS).look(practitioner)

    def put_payout_account(self, account: PayoutAccount) -> None:
        self._draft.shelf(PAYOUT_ACCOUNTS).put(account.practitioner, account)


class FakeUnavailabilities:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(UNAVAILABILITIES)

    def get(self, id: UnavailabilityId) -> Unavailability | None:
        return self._kept.get(id)

    def put(self, unavailability: Unavailability) -> None:
        self._kept.put(unavailability.id, unavailability)

    def remove(self, id: UnavailabilityId) -> None:
        self._kept.remove(id)

    def remove_source(self, practitioner: PractitionerId, source: str) -> int:
        gone = self._kept.keys(_FROM_SOURCE, (practitioner, source))
        for id in gone:
            self._kept.remove(id)
        return len(gone)

    def between(self, practitioner: PractitionerId, window: Interval) -> Sequence[Unavailability]:
        not_over = self._kept.span(_BY_END, practitioner, least=window.start)
        found = (one for one in not_over if one.interval.overlaps(window))
        return sorted(found, key=lambda one: (one.interval.start, one.id))


if TYPE_CHECKING:
    _clinic: type[Clinic] = FakeClinic
    _unavailabilities: type[Unavailabilities] = FakeUnavailabilities
