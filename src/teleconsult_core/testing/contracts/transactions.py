"""A work stands or falls as a whole. Part of the store's contract; see `work`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teleconsult_core.appointments import Appointment
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    PATIENT,
    PRACTITIONER,
    START,
    a_confirmed,
    a_hold,
    a_message,
    a_patient,
    a_reserved,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval

HOUR = timedelta(hours=1)


class TransactionContract(StoreUnderTest):
    def _kept(self, id: str = APPOINTMENT) -> Appointment | None:
        with self.reading() as work:
            return work.appointments.get(AppointmentId(id))

    def test_an_empty_store_knows_nobody(self) -> None:
        with self.reading() as work:
            assert work.clinic.practice() is None
            assert work.patients.get(a_patient().id) is None
            assert work.appointments.get(APPOINTMENT) is None

    def test_what_was_committed_is_there_for_the_next(self) -> None:
        self.keep(a_confirmed())
        assert self._kept() == a_confirmed()

    def test_a_work_sees_what_it_wrote_itself(self) -> None:
        with self.open_work() as work:
            work.appointments.put(a_reserved())
            assert work.appointments.get(APPOINTMENT) == a_reserved()
            work.appointments.put(a_confirmed())
            assert work.appointments.get(APPOINTMENT) == a_confirmed()

    def test_a_work_finds_what_it_wrote_itself_and_not_where_it_was(self) -> None:
        gone, moved = a_confirmed(id="gone"), a_reserved(id="moved", start=START + HOUR)
        self.keep(gone, moved)
        later = START + timedelta(days=1)
        with self.open_work() as work:
            work.appointments.put(a_confirmed(id="moved", start=later, sequence=1))
            work.appointments.remove(gone.terms.id)
            work.appointments.put(a_reserved(id="new", start=START + 2 * HOUR))
            starting = work.appointments.starting
            here = starting(PRACTITIONER, Interval(START, START + 3 * HOUR))
            there = starting(PRACTITIONER, Interval(later, later + HOUR))
            pending = work.appointments.past_deadline(later, 10)
            his = work.appointments.of_patient(PATIENT)
        assert [one.terms.id for one in here] == ["new"]
        assert [one.terms.id for one in there] == ["moved"]
        assert [one.terms.id for one in pending] == ["new"]
        assert [one.terms.id for one in his] == ["new", "moved"]

    def test_leaving_without_commit_leaves_nothing(self) -> None:
        with self.open_work() as work:
            work.appointments.put(a_confirmed())
            work.holds.put(a_hold())
            work.outbox.put([a_message()])
        with self.reading() as work:
            assert work.appointments.get(APPOINTMENT) is None
            assert not work.holds.of(APPOINTMENT)
            assert not work.outbox.of(APPOINTMENT)

    def test_an_error_passes_through_and_leaves_nothing(self) -> None:
        def fails() -> None:
            with self.open_work() as work:
                work.appointments.put(a_confirmed())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails()
        assert self._kept() is None

    def test_what_stood_before_stands_again(self) -> None:
        self.keep(a_reserved())
        with self.open_work() as work:
            work.appointments.put(a_confirmed())
            work.appointments.remove(APPOINTMENT)
        assert self._kept() == a_reserved()

    def test_a_fact_and_its_messages_appear_together(self) -> None:
        with self.writing() as work:
            work.appointments.put(a_confirmed())
            work.holds.put(a_hold())
            work.outbox.plan([a_message()])
        with self.reading() as work:
            assert work.appointments.get(APPOINTMENT) == a_confirmed()
            assert list(work.holds.of(APPOINTMENT)) == [a_hold()]
            assert list(work.outbox.of(APPOINTMENT)) == [a_message()]

    def test_after_a_conflict_nothing_of_the_work_is_left(self) -> None:
        self.keep(a_confirmed(id="there"))
        later = a_confirmed(id="good", start=START + timedelta(hours=2))
        with self.open_work() as work:
            work.appointments.put(later)
            with pytest.raises(SlotConflict):
                work.appointments.put(a_confirmed(id="bad"))
            with pytest.raises(PortMisused):
                work.commit()
        assert self._kept("good") is None
        assert self._kept("bad") is None
        assert self._kept("there") == a_confirmed(id="there")

    def test_after_a_conflict_the_next_work_is_a_new_one(self) -> None:
        self.keep(a_confirmed(id="there"))
        with self.open_work() as work, pytest.raises(SlotConflict):
            work.appointments.put(a_confirmed(id="bad"))
        self.keep(a_confirmed(id="good", start=START + timedelta(hours=2)))
        assert self._kept("good") is not None

    def test_a_reading_work_never_commits(self) -> None:
        with self.reading() as work, pytest.raises(PortMisused):
            work.commit()
