"""Whether an agenda has changed. May import the stores beside it."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import TYPE_CHECKING

from teleconsult_core.appointments import has_lapsed
from teleconsult_core.clinic_stores import Agendas
from teleconsult_core.ids import PractitionerId
from teleconsult_core.schedules import VisitType
from teleconsult_core.testing.fakes.booking_stores import FakeAppointments
from teleconsult_core.testing.fakes.clinic_stores import FakeClinic, FakeUnavailabilities
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.people_stores import FakeRatings
from teleconsult_core.times import Interval


class FakeAgendas:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def mark(self, practitioner: PractitionerId, window: Interval, now: datetime) -> Hashable:
        self._draft.must_only_read()
        clinic, appointments = FakeClinic(self._draft), FakeAppointments(self._draft)
        mark = (
            clinic.practice(),
            clinic.practitioner(practitioner),
            clinic.schedule(practitioner),
            tuple(map(_as_offered, clinic.visit_types(practitioner))),
            FakeRatings(self._draft).summary(practitioner),
            tuple(FakeUnavailabilities(self._draft).between(practitioner, window)),
            tuple(
                (one.terms.id, one.terms.blocked)
                for one in appointments.blocking(practitioner, window)
                if not has_lapsed(one, now)
            ),
        )
        self._draft.undo("has asked its last question")
        return mark


def _as_offered(visit_type: VisitType) -> Hashable:
    """A mapping has no hash of its own."""
    rest = (visit_type.buffer_after, visit_type.minimum_notice, visit_type.booking_horizon)
    return visit_type.id, visit_type.name, frozenset(visit_type.offers.items()), *rest


if TYPE_CHECKING:
    _agendas: type[Agendas] = FakeAgendas
