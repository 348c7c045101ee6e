"""Appointments, with the guard against overlap, and who was in the room. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

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
from teleconsult_core.testing.fakes.drafts import Draft, Shelf
from teleconsult_core.times import Interval

_GOES_ALONG = ("attendance", "links", "consents", "messages")
"""The shelves whose facts belong to an appointment and go with it."""


class FakeAppointments:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._kept: Shelf[AppointmentId, Appointment] = Shelf(draft, "appointments")

    def get(self, id: AppointmentId) -> Appointment | None:
        return self._kept.get(id)

    def put(self, appointment: Appointment) -> None:
        terms = appointment.terms
        if isinstance(appointment, BLOCKING):
            for other in self.blocking(terms.practitioner, terms.blocked):
                if other.terms.id != terms.id:
                    self._draft.undo("was undone: the time was taken")
                    raise SlotConflict(f"{terms.practitioner} is taken at {terms.start}")
        self._kept[terms.id] = appointment

    def blocking(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        return _by_start(
            one
            for one in self._kept
            if one.terms.practitioner == practitioner
            and isinstance(one, BLOCKING)
            and one.terms.blocked.overlaps(window)
        )

    def starting(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        return _by_start(
            one
            for one in self._kept
            if one.terms.practitioner == practitioner and window.contains(one.terms.start)
        )

    def of_patient(self, patient: PatientId) -> Sequence[Appointment]:
        return _by_start(one for one in self._kept if one.terms.patient == patient)

    def past_deadline(self, now: datetime, limit: int) -> Sequence[Appointment]:
        pending = (one for one in self._kept if isinstance(one, Reserved | AwaitingConfirmation))
        late = [one for one in pending if one.deadline <= now]
        return sorted(late, key=lambda one: (one.deadline, one.terms.id))[:limit]

    def undecided(self, ended_before: datetime, limit: int) -> Sequence[Appointment]:
        confirmed = (one for one in self._kept if isinstance(one, Confirmed))
        ended = [one for one in confirmed if one.terms.end < ended_before]
        return sorted(ended, key=lambda one: (one.terms.end, one.terms.id))[:limit]

    def started_before(self, moment: datetime, limit: int) -> Sequence[Appointment]:
        return _by_start(one for one in self._kept if one.terms.start < moment)[:limit]

    def remove(self, id: AppointmentId) -> None:
        self._kept.remove(id)
        for name in _GOES_ALONG:
            shelf: Shelf[object, Attendance] = Shelf(self._draft, name)
            shelf.keep_only({key: one for key, one in shelf.items() if one.appointment != id})


def _by_start(appointments: Iterable[Appointment]) -> list[Appointment]:
    return sorted(appointments, key=lambda one: (one.terms.start, one.terms.id))


class FakeAttendance:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[int, Attendance] = Shelf(draft, "attendance")

    def add(self, event: Attendance) -> None:
        self._kept.append(event)

    def of(self, appointment: AppointmentId) -> Sequence[Attendance]:
        return [event for event in self._kept if event.appointment == appointment]


if TYPE_CHECKING:
    _appointments: type[Appointments] = FakeAppointments
    _attendance: type[AttendanceRecord] = FakeAttendance
