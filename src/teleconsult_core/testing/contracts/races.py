"""Two works at the same time, in two threads. Part of the store's contract.

A store that only works inside a transaction of its host has nothing to race; it leaves this part
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import monotonic
from typing import TypeVar

from attrs import evolve

from teleconsult_core.ids import AppointmentId, MessageId
from teleconsult_core.messages import MessageState
from teleconsult_core.people import Role
from teleconsult_core.refusals import SeatTaken
from teleconsult_core.schedules import DatedException
from teleconsult_core.seats import LEASE, take
from teleconsult_core.slots import BOTH
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    PRACTITIONER,
    START,
    a_cancelled,
    a_confirmed,
    a_message,
    a_practitioner,
    a_schedule,
    a_seat,
    a_signal,
    an_operation,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest

T = TypeVar("T")
HOUR = timedelta(hours=1)
RUNNERS = 4
PATIENCE = 60
"""Seconds that a condition may take on a busy machine."""


def at_once(run: Callable[[int], T], runners: int = RUNNERS) -> Sequence[T]:
    """What `runners` threads give that all begin at the same moment."""
    start = Barrier(runners)

    def begin(number: int) -> T:
        start.wait(timeout=10)
        return run(number)

    with ThreadPoolExecutor(runners) as pool:
        return list(pool.map(begin, range(runners)))


class RaceContract(StoreUnderTest):
    def test_a_reading_work_sees_one_snapshot(self) -> None:
        self.keep(a_confirmed(id="before"))
        with self.reading() as work, ThreadPoolExecutor(1) as other:
            assert work.appointments.get(AppointmentId("before")) is not None
            cancelled, new = a_cancelled(id="before"), a_confirmed(id="after")
            other.submit(self.keep, cancelled, new).result(timeout=10)
            assert work.appointments.get(AppointmentId("before")) == a_confirmed(id="before")
            assert work.appointments.get(AppointmentId("after")) is None
            found = work.appointments.blocking(PRACTITIONER, a_confirmed().terms.blocked)
            assert list(found) == [a_confirmed(id="before")]
        with self.reading() as work:
            found = work.appointments.blocking(PRACTITIONER, a_confirmed().terms.blocked)
            assert list(found) == [a_confirmed(id="after")]

    def test_one_slot_has_one_winner(self) -> None:
        open_work = self.open_work

        def book(number: int) -> str:
            try:
                with open_work() as work:
                    work.appointments.put(a_confirmed(id=f"a-{number}"))
                    work.commit()
            except SlotConflict:
                return "conflict"
            return "won"

        assert sorted(at_once(book)) == ["conflict"] * (RUNNERS - 1) + ["won"]
        with self.reading() as work:
            kept = work.appointments.blocking(PRACTITIONER, a_confirmed().terms.blocked)
        assert len(kept) == 1

    def test_nothing_is_lost_between_a_get_and_its_put(self) -> None:
        with self.writing() as work:
            work.operations.put(an_operation())
        open_work, id = self.open_work, an_operation().id

        def count_one(_: int) -> None:
            with open_work() as work:
                found = work.operations.get(id)
                assert found is not None
                work.operations.put(evolve(found, attempts=found.attempts + 1))
                work.commit()

        at_once(count_one)
        with self.reading() as work:
            found = work.operations.get(id)
        assert found is not None
        assert found.attempts == RUNNERS

    def test_nothing_is_lost_of_a_schedule_or_a_practitioner_asked_for_to_change(self) -> None:
        with self.writing() as work:
            work.clinic.put_practitioner(a_practitioner(sms_allowance=0))
            work.clinic.put_schedule(a_schedule(exceptions=()))
        open_work = self.open_work

        def change_both(number: int) -> None:
            with open_work() as work:
                doctor = work.clinic.practitioner_to_change(PRACTITIONER)
                schedule = work.clinic.schedule_to_change(PRACTITIONER)
                assert doctor is not None
                assert schedule is not None
                day = DatedException(BOOKED_AT.date() + timedelta(days=number), BOTH)
                exceptions = (*schedule.exceptions, day)
                work.clinic.put_practitioner(evolve(doctor, sms_allowance=len(exceptions)))
                work.clinic.put_schedule(evolve(schedule, exceptions=exceptions))
                work.commit()

        at_once(change_both)
        with self.reading() as work:
            doctor = work.clinic.practitioner_to_change(PRACTITIONER)
            schedule = work.clinic.schedule_to_change(PRACTITIONER)
        assert doctor is not None
        assert schedule is not None
        assert doctor.sms_allowance == len(schedule.exceptions) == RUNNERS

    def test_every_receipt_has_a_number_of_its_own(self) -> None:
        open_work = self.open_work

        def number(_: int) -> int:
            with open_work() as work:
                ordinal = work.receipts.next_ordinal(PRACTITIONER, 2030)
                work.commit()
            return ordinal

        assert sorted(at_once(number)) == list(range(1, RUNNERS + 1))

    def test_who_notes_one_and_claims_the_next_shares_no_message(self) -> None:
        ids = [f"m{number}" for number in range(20)]
        with self.writing() as work:
            work.appointments.put(a_confirmed())
            work.outbox.plan(a_message(id=MessageId(id)) for id in ids)
        open_work, channel = self.open_work, a_message().channel

        def work_off(_: int) -> list[str]:
            done: list[str] = []
            with open_work() as work:
                one = next(iter(work.outbox.claim(channel, START, HOUR, 1)), None)
                work.commit()
            while one is not None:
                done.append(one.id)
                with open_work() as work:
                    one = work.outbox.note_and_claim(one.sent(START, 1), channel, START, HOUR)
            return done

        assert sorted(id for done in at_once(work_off) for id in done) == sorted(ids)
        with self.reading() as work:
            assert {one.state for one in work.outbox.recent(99)} == {MessageState.SENT}

    def test_an_operation_is_claimed_by_one_worker(self) -> None:
        with self.writing() as work:
            work.operations.put(an_operation())
        open_work = self.open_work

        def claim(_: int) -> int:
            with open_work() as work:
                claimed = work.operations.claim(BOOKED_AT, HOUR, 10)
                work.commit()
            return len(claimed)

        assert sorted(at_once(claim)) == [0] * (RUNNERS - 1) + [1]

    def test_a_message_is_claimed_by_one_worker(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.outbox.plan([a_message()])
        open_work = self.open_work

        def claim(_: int) -> int:
            with open_work() as work:
                claimed = work.outbox.claim(a_message().channel, START, HOUR, 10)
                work.commit()
            return len(claimed)

        assert sorted(at_once(claim)) == [0] * (RUNNERS - 1) + [1]
        with self.reading() as work:
            assert [one.attempts for one in work.outbox.of(APPOINTMENT)] == [1]

    def test_signals_are_numbered_without_gaps_and_read_in_order(self) -> None:
        self.keep(a_confirmed())
        open_work, each = self.open_work, 10

        def read() -> list[int]:
            """Whoever asks for what came after the last he saw, again and again, misses none."""
            seen: list[int] = []
            until = monotonic() + PATIENCE
            while len(seen) < (RUNNERS - 1) * each and monotonic() < until:
                with open_work(writing=False) as work:
                    new = work.signals.after(APPOINTMENT, Role.PATIENT, seen[-1] if seen else 0)
                seen += [signal.number for signal in new]
            return seen

        def run(number: int) -> list[int]:
            if number == 0:
                return read()
            given = []
            for turn in range(each):
                with open_work() as work:
                    given.append(work.signals.append(a_signal(body=f"{number}:{turn}")))
                    if turn % 3 == number % 3:
                        work.commit()
                        continue
                with open_work() as work:  # the first was left: its number is given again
                    given[-1] = work.signals.append(a_signal(body=f"{number}:{turn}"))
                    work.commit()
            return given

        seen, *given = at_once(run)
        assert seen == list(range(1, (RUNNERS - 1) * each + 1))
        assert sorted(number for numbers in given for number in numbers) == seen

    def test_one_seat_goes_to_one_device(self) -> None:
        self.keep(a_confirmed())
        open_work = self.open_work

        def sit(number: int) -> bool:
            with open_work() as work:
                work.appointments.get(APPOINTMENT)  # the room's lock
                before = work.seats.get(APPOINTMENT, Role.PATIENT)
                seat = take(
                    before, appointment=APPOINTMENT, sequence=0, role=Role.PATIENT,
                    device=str(number), now=START,
                )  # fmt: skip
                if isinstance(seat, SeatTaken):
                    return False
                work.seats.put(seat)
                work.commit()
            return True

        assert sorted(at_once(sit)) == [False] * (RUNNERS - 1) + [True]

    def test_a_heartbeat_never_revives_a_seat_that_somebody_else_took(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.seats.put(a_seat())
        open_work, after = self.open_work, START + LEASE

        def run(number: int) -> bool:
            with open_work() as work:
                if number:
                    kept = work.seats.keep(APPOINTMENT, Role.PATIENT, 1, START + LEASE / 2)
                else:
                    before = work.seats.get(APPOINTMENT, Role.PATIENT)
                    kept = before is None or not before.living(after)
                    if kept:
                        work.seats.put(a_seat(device="tablet", epoch=2, last_seen=after))
                work.commit()
            return kept

        took, *kept = at_once(run)
        assert kept == [not took] * (RUNNERS - 1)
        with self.reading() as work:
            seat = work.seats.of(APPOINTMENT)[0]
        assert (seat.epoch, seat.last_seen) == ((2, after) if took else (1, START + LEASE / 2))
