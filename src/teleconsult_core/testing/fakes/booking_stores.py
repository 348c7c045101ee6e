"""Appointments, with the guard against overlap, and who was in the room. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from teleconsult_core.appointments import BLOCKING, Appointment
from teleconsult_core.attendance import Attendance
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId
from teleconsult_core.stores import Appointments, AttendanceRecord, SlotConflict
from teleconsult_core.testing.fakes.drafts import Draft, Shelf
from teleconsult_core.times import Interval

_LONGEST = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
"""The smallest step of time; turns "up to and with" into "before"."""

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
            new = not self._kept.has(terms.id)
            for tick in _ticks(terms.blocked):
                self._kept.lock(terms.practitioner, tick)
            for other in self.blocking(terms.practitioner, terms.blocked):
                if other.terms.id != terms.id or new:
                    self._draft.undo("was undone: the time was taken")
                    raise SlotConflict(f"{terms.practitioner} is taken at {terms.start}")
        self._kept[terms.id] = appointment

    def blocking(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        # What overlaps begins at most a day before: no appointment is longer.
        near = self._kept.span(
            "blocking", (practitioner, window.start - _LONGEST), (practitioner, window.end)
        )
        return [one for one in near if one.terms.blocks_until > window.start]

    def starting(self, practitioner: PractitionerId, window: Interval) -> Sequence[Appointment]:
        begin, end = (practitioner, window.start), (practitioner, window.end)
        return self._kept.span("starts", begin, end)

    def of_patient(self, patient: PatientId) -> Sequence[Appointment]:
        return _by_start(self._kept.group("patient", patient))

    def past_deadline(self, now: datetime, limit: int) -> Sequence[Appointment]:
        return self._kept.span("deadline", None, now + INSTANT)[:limit]

    def undecided(self, ended_before: datetime, limit: int) -> Sequence[Appointment]:
        return self._kept.span("ends", None, ended_before)[:limit]

    def started_before(self, moment: datetime, limit: int) -> Sequence[Appointment]:
        return self._kept.span("all starts", None, moment)[:limit]

    def remove(self, id: AppointmentId) -> None:
        self._kept.remove(id)
        for name in _GOES_ALONG:
            shelf: Shelf[object, Attendance] = Shelf(self._draft, name)
            shelf.forget(lambda one: one.appointment == id)


def _ticks(blocked: Interval) -> range:
    """The five minutes a blocked time is made of, counted from 1970."""
    begin, end = (round(moment.timestamp()) // 300 for moment in (blocked.start, blocked.end))
    return range(begin, end)


def _by_start(appointments: Iterable[Appointment]) -> list[Appointment]:
    return sorted(appointments, key=lambda one: (one.terms.start, one.terms.id))


class FakeAttendance:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[int, Attendance] = Shelf(draft, "attendance")

    def add(self, event: Attendance) -> None:
        self._kept.append(event)

    def of(self, appointment: AppointmentId) -> Sequence[Attendance]:
        return self._kept.group("appointment", appointment)


if TYPE_CHECKING:
    _appointments: type[Appointments] = FakeAppointments
    _attendance: type[AttendanceRecord] = FakeAttendance
