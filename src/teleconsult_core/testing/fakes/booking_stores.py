"""Appointments, with the guard against overlap, and who was in the room. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from teleconsult_core.appointments import (
    BLOCKING,
    Appointment,
    AwaitingConfirmation,
    Confirmed,
    Reserved,
)
from teleconsult_core.attendance import Attendance
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId
from teleconsult_core.stores import Appointments, AttendanceRecord, SlotConflict
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import (
    APPOINTMENTS,
    ATTENDANCE,
    CONSENTS,
    LINKS,
    MESSAGES,
    SEATS,
    SIGNAL_NUMBERS,
    SIGNALS,
)
from teleconsult_core.testing.fakes.shelf import Shelf
from teleconsult_core.testing.fakes.shelves import BY_APPOINTMENT, INSTANT, Grouping, Ordering
from teleconsult_core.times import TICK, Interval

_BY_PATIENT: Grouping[Appointment] = Grouping(lambda one: one.terms.patient)
BY_START: Ordering[Appointment] = Ordering(lambda one: (one.terms.practitioner, one.terms.start))
_BLOCKING: Ordering[Appointment] = Ordering(
    lambda one: (one.terms.practitioner, one.terms.start) if isinstance(one, BLOCKING) else None
)
_EVERY_START: Ordering[Appointment] = Ordering(lambda one: (None, one.terms.start))
_DEADLINES: Ordering[Appointment] = Ordering(
    lambda one: (None, one.deadline) if isinstance(one, Reserved | AwaitingConfirmation) else None
)
_ENDS: Ordering[Appointment] = Ordering(
    lambda one: (None, one.terms.end) if isinstance(one, Confirmed) else None
)

_Taken = tuple[PractitionerId, datetime, datetime]


class FakeAppointments:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._kept = draft.shelf(APPOINTMENTS)

    def get(self, id: AppointmentId) -> Appointment | None:
        return self._kept.get(id)

    def put(self, appointment: Appointment) -> None:
        """What was not there is added: who was quicker under its id is never written over."""
        id = appointment.terms.id
        before = None if self._kept.missed(id) else self._kept.get(id)
        if before is not None:
            self._kept.put(id, appointment)
        elif not self._kept.add(id, appointment):
            raise self._conflict(appointment)
        had, has = _time_taken(before), _time_taken(appointment)
        if has and has != had:
            self._lock(has)
            if len(self.blocking(appointment.terms.practitioner, appointment.terms.blocked)) > 1:
                raise self._conflict(appointment)
        if had and has != had:
            self._lock(had)

    def _lock(self, taken: _Taken) -> None:
        """Time that is taken or given back is waited for by who wants it too."""
        if self._draft.side_by_side:
            practitioner, start, until = taken
            while start < until:
                self._kept.lock(practitioner, start)
                start += TICK

    def _conflict(self, appointment: Appointment) -> SlotConflict:
        self._draft.undo("was undone: the time was taken")
        terms = appointment.terms
        return SlotConflict(f"{terms.practitioner} is taken at {terms.start}")

    def blocking(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        # They never overlap each other, so only the last before the window can reach into it.
        last = self._kept.last_before(_BLOCKING, practitioner, window.start)
        near = self._kept.span(_BLOCKING, practitioner, least=last, below=window.end)
        return [one for one in near if one.terms.blocks_until > window.start]

    def starting(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        return self._kept.span(BY_START, practitioner, least=window.start, below=window.end)

    def of_patient(self, patient: PatientId) -> Sequence[Appointment]:
        return _by_start(self._kept.group(_BY_PATIENT, patient))

    def past_deadline(self, now: datetime, limit: int) -> Sequence[Appointment]:
        return self._kept.span(_DEADLINES, below=now + INSTANT, limit=limit)

    def undecided(self, ended_before: datetime, limit: int) -> Sequence[Appointment]:
        return self._kept.span(_ENDS, below=ended_before, limit=limit)

    def started_before(self, moment: datetime, limit: int) -> Sequence[Appointment]:
        return self._kept.span(_EVERY_START, below=moment, limit=limit)

    def remove(self, id: AppointmentId) -> None:
        """What belongs to it goes with it."""
        self._kept.remove(id)
        for kind in (ATTENDANCE, LINKS, CONSENTS, MESSAGES, SEATS, SIGNALS):
            shelf: Shelf[Any, Any] = self._draft.shelf(kind)
            for key in shelf.keys(BY_APPOINTMENT, id):
                shelf.remove(key)
        self._draft.shelf(SIGNAL_NUMBERS).remove(id)


def _time_taken(appointment: Appointment | None) -> _Taken | None:
    """Whose time is taken, and which; None when none is."""
    if not isinstance(appointment, BLOCKING):
        return None
    terms = appointment.terms
    return terms.practitioner, terms.start, terms.blocks_until


def _by_start(appointments: Iterable[Appointment]) -> list[Appointment]:
    return sorted(appointments, key=lambda one: (one.terms.start, one.terms.id))


class FakeAttendance:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(ATTENDANCE)

    def add(self, event: Attendance) -> None:
        self._kept.append(event)

    def of(self, appointment: AppointmentId) -> Sequence[Attendance]:
        return self._kept.numbered(BY_APPOINTMENT, appointment)


if TYPE_CHECKING:
    _appointments: type[Appointments] = FakeAppointments
    _attendance: type[AttendanceRecord] = FakeAttendance
