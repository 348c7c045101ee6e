"""Seats in the waiting room, and what passes between them. Part of the store's contract."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.seats import LEASE, LONGEST_SIGNAL, Seat, Signal
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    END,
    START,
    a_confirmed,
    a_seat,
    a_signal,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest

SECOND = timedelta(seconds=1)
OTHER = AppointmentId("other")


class SeatsContract(StoreUnderTest):
    def test_a_seat_is_given_back_as_it_was(self) -> None:
        self.keep(a_confirmed())
        full = a_seat(sequence=3, epoch=7, admitted_at=START, left_at=END, ended=True)
        doctors = a_seat(role=Role.PRACTITIONER, device="desk")
        for seat in (a_seat(), full):
            with self.writing() as work:
                work.seats.put(doctors)
                work.seats.put(seat)
            with self.reading() as work:
                assert work.seats.get(APPOINTMENT, Role.PATIENT) == seat
                assert list(work.seats.of(APPOINTMENT)) == [seat, doctors]
                assert work.seats.get(OTHER, Role.PATIENT) is None

    def test_a_heartbeat_keeps_a_living_seat_of_its_epoch_only(self) -> None:
        self.keep(a_confirmed())
        now = START + 5 * SECOND
        with self.writing() as work:
            work.seats.put(a_seat(epoch=2))
        for epoch, at, kept in ((1, now, False), (2, START + LEASE, False), (2, now, True)):
            with self.writing() as work:
                assert work.seats.keep(APPOINTMENT, Role.PATIENT, epoch, at) is kept
                assert not work.seats.keep(APPOINTMENT, Role.PRACTITIONER, epoch, at)
        assert self._seat() == a_seat(epoch=2, last_seen=now)
        with self.writing() as work:
            work.seats.put(a_seat(epoch=2, left_at=now))
            assert not work.seats.keep(APPOINTMENT, Role.PATIENT, 2, now)

    def _seat(self) -> Seat | None:
        with self.reading() as work:
            return work.seats.get(APPOINTMENT, Role.PATIENT)

    def test_stale_are_those_silent_for_longest_and_not_yet_noted_as_empty(self) -> None:
        first, second, gone, new = (
            a_confirmed(id=f"a{n}", start=START + n * timedelta(hours=1)).terms.id for n in range(4)
        )
        for n, id in enumerate((first, second, gone, new)):
            self.keep(a_confirmed(id=id, start=START + n * timedelta(hours=1)))
        silent = [
            a_seat(appointment=first, last_seen=START + SECOND),
            a_seat(appointment=second),
        ]
        with self.writing() as work:
            for seat in silent:
                work.seats.put(seat)
            work.seats.put(a_seat(appointment=gone, left_at=START))
            work.seats.put(a_seat(appointment=new, last_seen=START + 2 * SECOND))
        with self.reading() as work:
            assert list(work.seats.stale(START + 2 * SECOND, 9)) == silent[::-1]
            assert list(work.seats.stale(START + 2 * SECOND, 1)) == silent[1:]

    def test_a_mark_changes_with_whatever_happens_and_with_no_heartbeat(self) -> None:
        self.keep(a_confirmed(), a_confirmed(id=OTHER, start=END + timedelta(hours=1)))
        assert self._mark() == ""
        seen = [""]
        doctors = a_seat(role=Role.PRACTITIONER, device="desk", admitted_at=START)
        steps = [a_seat(), doctors, a_seat(admitted_at=START), a_seat(epoch=2, admitted_at=START)]
        for seat in steps:
            with self.writing() as work:
                work.seats.put(seat)
            seen.append(self._mark())
            with self.writing() as work:
                assert work.seats.keep(APPOINTMENT, seat.role, seat.epoch, START + SECOND)
                work.seats.put(a_seat(appointment=OTHER, epoch=len(seen)))
            assert self._mark() == seen[-1]
        with self.writing() as work:
            work.signals.append(a_signal())
        seen.append(self._mark())
        with self.writing() as work:
            work.seats.put(evolve(doctors, left_at=END))
        seen.append(self._mark())
        assert len(set(seen)) == 7
        with self.writing() as work:
            work.seats.put(a_seat(epoch=2, left_at=END))
        assert self._mark() == ""

    def _mark(self) -> str:
        with self.reading() as work:
            found = work.seats.marks().get(APPOINTMENT, "")
            assert work.seats.mark(APPOINTMENT) == found
            return found

    def test_seats_of_one_appointment_are_removed(self) -> None:
        self.keep(a_confirmed(), a_confirmed(id=OTHER, start=END + timedelta(hours=1)))
        with self.writing() as work:
            work.seats.put(a_seat())
            work.seats.put(a_seat(appointment=OTHER))
            work.seats.remove(APPOINTMENT)
        with self.reading() as work:
            assert list(work.seats.of(APPOINTMENT)) == []
            assert len(work.seats.of(OTHER)) == 1


class SignalsContract(StoreUnderTest):
    def test_signals_are_numbered_by_appointment_and_read_by_role(self) -> None:
        self.keep(a_confirmed(), a_confirmed(id=OTHER, start=END + timedelta(hours=1)))
        said = [a_signal(body="a", from_epoch=3, to_epoch=4), a_signal(body="é" * 30_000)]
        doctors = a_signal(to=Role.PRACTITIONER, body="")
        with self.writing() as work:
            assert [work.signals.append(one) for one in (said[0], doctors)] == [1, 2]
            assert work.signals.append(a_signal(appointment=OTHER)) == 1
        with self.writing() as work:
            assert work.signals.append(said[1]) == 3
        kept = [evolve(said[0], number=1), evolve(said[1], number=3)]
        assert self._after(0) == kept
        assert self._after(1) == kept[1:]
        assert self._after(3) == []
        with self.reading() as work:
            to_her = work.signals.after(APPOINTMENT, Role.PRACTITIONER, 0)
        assert list(to_her) == [evolve(doctors, number=2)]

    def test_a_number_is_given_again_if_its_work_was_left(self) -> None:
        self.keep(a_confirmed())
        with self.open_work() as work:
            assert work.signals.append(a_signal()) == 1
        with self.writing() as work:
            assert work.signals.append(a_signal(body="x" * LONGEST_SIGNAL)) == 1

    def test_what_is_forgotten_leaves_its_number(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.signals.append(a_signal())
            work.signals.remove(APPOINTMENT)
        with self.writing() as work:
            assert work.signals.append(a_signal()) == 2
        assert [signal.number for signal in self._after(0)] == [2]

    def _after(self, number: int) -> list[Signal]:
        with self.reading() as work:
            return list(work.signals.after(APPOINTMENT, Role.PATIENT, number))
