"""Two works at the same time, in two threads. Part of the store's contract.

A store that only works inside a transaction of its host has nothing to race; it leaves this part
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

from attrs import evolve

from teleconsult_core.ids import AppointmentId, MessageId
from teleconsult_core.messages import MessageState
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    PRACTITIONER,
    START,
    a_cancelled,
    a_confirmed,
    a_message,
    an_operation,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest

T = TypeVar("T")
HOUR = timedelta(hours=1)
RUNNERS = 4


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
