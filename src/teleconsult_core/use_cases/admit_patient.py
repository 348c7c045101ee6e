"""Let the patient in, who waits: from then on the two may talk. For the practitioner alone."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NobodyWaits, NotFound, NotYours, RoomEnded
from teleconsult_core.seats import Seat
from teleconsult_core.use_cases.door import their_appointment
from teleconsult_core.use_cases.permissions import not_its_practitioner
from teleconsult_core.use_cases.record import note
from teleconsult_core.use_cases.seating import over


def admit_patient(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> Seat | NotFound | NotYours | RoomEnded | NobodyWaits:
    """The patient's seat, admitted; saying it twice is saying it once."""
    with ports.open_work() as work:
        found = their_appointment(work, appointment, by)
        if isinstance(found, NotFound):
            return found
        if refusal := not_its_practitioner(found, by):
            return refusal
        if over(work, found, now):
            return RoomEnded()
        seat = work.seats.get(appointment, Role.PATIENT)
        if seat is None or seat.sequence != found.terms.sequence or not seat.living(now):
            return NobodyWaits()
        admitted = seat.admitted(now)
        if admitted != seat:
            work.seats.put(admitted)
            note(work, found, action="admit", actor=by, now=now)
            work.commit()
    return admitted
