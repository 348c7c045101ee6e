"""Where the clinic, its hours and its absences are kept. May import the nouns.

Part of a work: see `stores`, whose rules hold here, too.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Protocol

from teleconsult_core.ids import PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.payout_accounts import PayoutAccount
from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.schedules import Schedule, Unavailability, VisitType
from teleconsult_core.times import Interval


class Clinic(Protocol):
    """What the clinic's file describes, and the accounts its practitioners opened.

    Every work looks at it, so looking locks nothing; whoever changes a part asks for it to change.
    """

    def practice(self) -> Practice | None: ...
    def put_practice(self, practice: Practice) -> None: ...
    def practitioner(self, id: PractitionerId) -> Practitioner | None: ...
    def practitioners(self) -> Sequence[Practitioner]: ...
    def put_practitioner(self, practitioner: Practitioner) -> None: ...
    def practitioner_to_change(self, id: PractitionerId) -> Practitioner | None:
        """Locked until the end of this work, like everything that is decided on."""
        ...

    def schedule(self, practitioner: PractitionerId) -> Schedule | None: ...
    def schedule_to_change(self, practitioner: PractitionerId) -> Schedule | None:
        """Locked until the end of this work."""
        ...

    def put_schedule(self, schedule: Schedule) -> None: ...
    def visit_type(self, id: VisitTypeId) -> VisitType | None: ...
    def visit_types(self, practitioner: PractitionerId) -> Sequence[VisitType]: ...
    def put_visit_type(self, visit_type: VisitType) -> None: ...
    def payout_account(self, practitioner: PractitionerId) -> PayoutAccount | None: ...
    def put_payout_account(self, account: PayoutAccount) -> None: ...


class Unavailabilities(Protocol):
    def get(self, id: UnavailabilityId) -> Unavailability | None: ...
    def put(self, unavailability: Unavailability) -> None: ...
    def remove(self, id: UnavailabilityId) -> None: ...
    def remove_source(self, practitioner: PractitionerId, source: str) -> int:
        """Forget everything imported from `source`; gives how many there were."""
        ...

    def between(
        self, practitioner: PractitionerId, window: Interval
    ) -> Sequence[Unavailability]: ...


class Agendas(Protocol):
    """Whether anything has changed, for whoever keeps what he made of an agenda."""

    def mark(self, practitioner: PractitionerId, window: Interval, now: datetime) -> Hashable:
        """What is stored that says who he is, what he offers and what of `window` is taken.

        Of the same store, equal marks mean that all of it is the same. It is compared and never
        read. A reservation past its deadline at `now` takes nothing. It is the last question of a
        work that was opened for reading only; any other work raises `PortMisused`, and so does
        whatever is asked afterwards.
        """
        ...


class ClinicStores(Protocol):
    @property
    def clinic(self) -> Clinic: ...
    @property
    def unavailabilities(self) -> Unavailabilities: ...
    @property
    def agendas(self) -> Agendas: ...
