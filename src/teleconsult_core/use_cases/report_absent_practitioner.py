"""The patient says that the practitioner did not come; his hold is released at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from teleconsult_core.appointments import Cancelled, Confirmed
from teleconsult_core.attendance import stays, waited_from_start
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotAbsent, NotFound, NotYours, TooEarly, WrongState
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.holding import let_go
from teleconsult_core.use_cases.issue_receipt import statement_of_nothing
from teleconsult_core.use_cases.permissions import not_its_patient
from teleconsult_core.use_cases.record import record_change, the_practice

NotReported = NotFound | NotYours | WrongState | TooEarly | NotAbsent


def report_absent_practitioner(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> Cancelled | NotReported:
    """After the grace period, and only if the practitioner was not seen since the start."""
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if refusal := not_its_patient(found, by):
            return refusal
        if isinstance(found, Cancelled) and found.practitioner_absent:
            return found
        if not isinstance(found, Confirmed):
            return WrongState(state=found.state, wanted="confirmed")
        if found.terms.mode is not Mode.VIDEO:
            return NotAbsent(judgement="in person", why="who came is not recorded here")
        grace = the_practice(work).policies.grace
        missing = found.practitioner_missing(now, grace)
        if isinstance(missing, TooEarly):
            return missing
        record = work.attendance.of(appointment)
        if waited_from_start(stays(record, Role.PRACTITIONER, now), found.terms) > timedelta():
            return NotAbsent(judgement="present", why="the practitioner was in the room")
        record_change(work, found, missing, actor=by, now=now)
        if found.terms.card_required:
            statement_of_nothing(work, missing, now)
        let_go(work, work.holds.of(appointment), reason="practitioner absent", now=now)
        work.commit()
    ports.rooms.close(appointment=appointment)
    return missing
