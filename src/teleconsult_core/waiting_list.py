"""Patients who would come earlier if a slot frees. May import ids, slots, times."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

from teleconsult_core.appointments import Terms
from teleconsult_core.checks import is_id
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId, WaitingId
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval, aware_utc


class WaitingState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    SERVED = "served"
    LEFT = "left"


@frozen
class Waiting:
    """One patient waiting for a slot before `before`; first come, first offered.

    While an offer stands, `offer` names the appointment that is held for him; `declined` are
    the starts already offered, which are not offered to him again.
    """

    id: WaitingId = field(validator=is_id)
    practitioner: PractitionerId
    visit_type: VisitTypeId
    mode: Mode
    patient: PatientId
    before: datetime = field(converter=aware_utc)
    asked_at: datetime = field(converter=aware_utc)
    state: WaitingState = WaitingState.WAITING
    offer: AppointmentId | None = None
    declined: tuple[datetime, ...] = ()

    def wants(self, freed: Interval) -> bool:
        """Whether to ask for a slot in time that has become free: once for the same time."""
        asked_before = any(freed.contains(start) for start in self.declined)
        waits = self.state is WaitingState.WAITING
        return waits and freed.start < self.before and not asked_before

    def offered(self, offer: AppointmentId) -> Waiting:
        return evolve(self, state=WaitingState.OFFERED, offer=offer)

    def passed(self, terms: Terms) -> Waiting:
        """The offer lapsed or was refused; the patient keeps his place for another start."""
        declined = (*self.declined, terms.start)
        return evolve(self, state=WaitingState.WAITING, offer=None, declined=declined)

    def served(self) -> Waiting:
        return evolve(self, state=WaitingState.SERVED)

    def left(self) -> Waiting:
        return evolve(self, state=WaitingState.LEFT, offer=None)
