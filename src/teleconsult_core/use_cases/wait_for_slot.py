"""Join and leave the waiting list for an earlier slot with one practitioner, in one mode."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import PractitionerId, VisitTypeId, WaitingId
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import ModeNotOffered, NotFound, NotYours, StartsInThePast
from teleconsult_core.slots import Mode
from teleconsult_core.times import aware_utc
from teleconsult_core.use_cases.agenda import find_bookable, offer_in
from teleconsult_core.use_cases.book import keep_patient
from teleconsult_core.waiting_list import Waiting, WaitingState


def join_waiting_list(
    ports: Ports,
    *,
    id: WaitingId,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    mode: Mode,
    patient: Patient,
    before: datetime,
    now: datetime,
) -> Waiting | NotFound | ModeNotOffered | StartsInThePast:
    """Ask to be told when a slot before `before` frees. The same `id` is the same wish."""
    before = aware_utc(before)
    with ports.open_work() as work:
        known = work.waiting_list.get(id)
        if known is not None:
            return known
        what = find_bookable(work, practitioner, visit_type)
        if isinstance(what, NotFound):
            return what
        offer = offer_in(what.visit_type, mode)
        if isinstance(offer, ModeNotOffered):
            return offer
        if before <= now:
            return StartsInThePast(start=before, now=now)
        keep_patient(work, patient)
        waiting = Waiting(id, practitioner, visit_type, mode, patient.id, before, now)
        work.waiting_list.put(waiting)
        work.commit()
    return waiting


def leave_waiting_list(
    ports: Ports, *, id: WaitingId, by: Actor, now: datetime
) -> Waiting | NotFound | NotYours:
    """No longer wait. An offer that stands stays until it is confirmed, cancelled or lapses."""
    with ports.open_work() as work:
        waiting = work.waiting_list.get(id)
        if waiting is None:
            return NotFound(what="waiting-list entry", id=id)
        if by.role is not Role.SUPPORT and by != Actor(Role.PATIENT, waiting.patient):
            return NotYours(actor=str(by), allowed="the patient who waits")
        if waiting.state not in {WaitingState.LEFT, WaitingState.SERVED}:
            waiting = waiting.left()
            work.waiting_list.put(waiting)
            work.commit()
    return waiting
