"""Holds, operations, consents and the ledger. Part of the store's contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.appointments import Appointment
from teleconsult_core.holds import CHARGED, HoldState
from teleconsult_core.ids import HoldRef
from teleconsult_core.ledger import Account
from teleconsult_core.money import Money
from teleconsult_core.payments import OperationState
from teleconsult_core.ports import PortMisused
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    FEE,
    PRACTITIONER,
    START,
    a_cancelled,
    a_completed,
    a_confirmed,
    a_consent_record,
    a_hold,
    a_lapsed,
    a_no_show,
    a_reserved,
    an_awaiting,
    an_entry,
    an_operation,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FREE = Money(0, "EUR")
_TAKING = sorted(CHARGED | {HoldState.CAPTURING})
_WAITING = (HoldState.HELD, HoldState.AWAITING_PATIENT)


class HoldsContract(StoreUnderTest):
    @pytest.mark.parametrize("state", _TAKING)
    def test_a_second_captured_hold_is_refused(self, state: HoldState) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.holds.put(a_hold(HoldState.CAPTURED, captured=FEE))
        with self.open_work() as work, pytest.raises(PortMisused):
            work.holds.put(a_hold(state, attempt=2))
        with self.reading() as work:
            assert [hold.attempt for hold in work.holds.of(APPOINTMENT)] == [1]

    def test_the_captured_hold_goes_on_and_other_holds_may_end(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.holds.put(a_hold(HoldState.CAPTURING))
            work.holds.put(a_hold(HoldState.CAPTURED, captured=FEE))
            work.holds.put(a_hold(HoldState.RELEASING, attempt=2))
            work.holds.put(a_hold(HoldState.REFUNDED, captured=FEE, refunded=FEE))
        with self.reading() as work:
            states = [hold.state for hold in work.holds.of(APPOINTMENT)]
        assert states == [HoldState.REFUNDED, HoldState.RELEASING]

    def test_holds_stand_in_the_order_of_their_attempts(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            for attempt in (10, 2, 1):
                work.holds.put(a_hold(HoldState.DECLINED, attempt=attempt))
        with self.reading() as work:
            assert [hold.attempt for hold in work.holds.of(APPOINTMENT)] == [1, 2, 10]

    def test_a_hold_is_found_by_the_networks_name(self) -> None:
        self.keep(a_confirmed())
        with self.writing() as work:
            work.holds.put(a_hold(HoldState.AUTHORISING, attempt=2, ref=None))
            work.holds.put(a_hold(ref=HoldRef("pi_1")))
        with self.reading() as work:
            assert work.holds.by_ref(HoldRef("pi_1")) == a_hold(ref=HoldRef("pi_1"))
            assert work.holds.by_ref(HoldRef("pi_2")) is None

    def test_lapsing_holds_end_at_or_before_the_soonest_first(self) -> None:
        self.keep(a_confirmed())
        until = BOOKED_AT + 7 * DAY
        late, soon = a_hold(attempt=1), a_hold(attempt=2, until=until - DAY)
        with self.writing() as work:
            for hold in (late, soon, a_hold(HoldState.RELEASED, attempt=3, until=until - DAY)):
                work.holds.put(hold)
        with self.reading() as work:
            assert list(work.holds.lapsing(until, 10)) == [soon, late]
            assert list(work.holds.lapsing(until, 1)) == [soon]
            assert list(work.holds.lapsing(until - MINUTE, 10)) == [soon]

    @pytest.mark.parametrize("state", _WAITING)
    @pytest.mark.parametrize(
        "over",
        [a_cancelled(), a_lapsed(), a_no_show(), a_completed(amount=FREE)],
        ids=lambda over: over.state,
    )
    def test_left_over_on_what_ended_without_a_charge(
        self, over: Appointment, state: HoldState
    ) -> None:
        self.keep(over)
        with self.writing() as work:
            work.holds.put(a_hold(state))
            work.holds.put(a_hold(HoldState.RELEASED, attempt=2))
        with self.reading() as work:
            assert list(work.holds.left_over(10)) == [a_hold(state)]

    @pytest.mark.parametrize("build", [a_reserved, an_awaiting, a_confirmed, a_completed])
    def test_not_left_over_while_it_has_a_use(self, build: Callable[..., Appointment]) -> None:
        self.keep(build())
        with self.writing() as work:
            work.holds.put(a_hold())
        with self.reading() as work:
            assert not work.holds.left_over(10)

    def test_left_over_once_a_later_hold_stands(self) -> None:
        self.keep(a_confirmed())
        first, second = a_hold(attempt=1), a_hold(attempt=2)
        with self.writing() as work:
            work.holds.put(first)
            work.holds.put(evolve(second, state=HoldState.DECLINED))
        with self.reading() as work:
            assert not work.holds.left_over(10)
        with self.writing() as work:
            work.holds.put(second)
        with self.reading() as work:
            assert list(work.holds.left_over(10)) == [first]

    def test_left_over_keeps_to_its_limit(self) -> None:
        self.keep(a_cancelled())
        with self.writing() as work:
            for attempt in (1, 2, 3):
                work.holds.put(a_hold(attempt=attempt))
        with self.reading() as work:
            assert len(work.holds.left_over(2)) == 2

    def test_a_practitioners_holds_and_those_placed_since(self) -> None:
        self.keep(a_confirmed(), a_confirmed(id="other", practitioner="dr-claes"))
        old, new = a_hold(), a_hold(attempt=2, placed_at=BOOKED_AT + DAY)
        other = a_hold(appointment="other", placed_at=BOOKED_AT + 2 * DAY)
        with self.writing() as work:
            for hold in (other, new, old):
                work.holds.put(hold)
        with self.reading() as work:
            assert list(work.holds.of_practitioner(PRACTITIONER)) == [old, new]
            assert list(work.holds.placed_since(BOOKED_AT + DAY)) == [new, other]


class OperationsContract(StoreUnderTest):
    def test_claiming_gives_each_to_one_worker_until_the_lease_ends(self) -> None:
        until = BOOKED_AT + MINUTE
        fast = BOOKED_AT + 365 * DAY
        with self.writing() as work:
            work.operations.put(an_operation())
        with self.writing() as work:
            assert list(work.operations.claim(BOOKED_AT, MINUTE, 10)) == [
                an_operation().claimed(until)
            ]
        self.clock.forward(MINUTE - timedelta(seconds=1))
        with self.writing() as work:
            assert not work.operations.claim(fast, DAY, 10)
        self.clock.forward(timedelta(seconds=1))
        with self.writing() as work:
            (again,) = work.operations.claim(fast, MINUTE, 10)
            assert (again.attempts, again.leased_until) == (2, until + MINUTE)
            assert work.operations.get(again.id) == again

    def test_one_operation_is_claimed_by_name_when_its_turn_has_come(self) -> None:
        waits = an_operation(id="waits", not_before=START)
        with self.writing() as work:
            work.operations.put(waits)
            work.operations.put(an_operation())
        with self.writing() as work:
            assert work.operations.claim_one(waits.id, BOOKED_AT, DAY) is None
            claimed = work.operations.claim_one(waits.id, START, DAY)
            assert claimed == waits.claimed(self.clock() + DAY)
        with self.writing() as work:
            assert work.operations.claim_one(waits.id, START, DAY) is None
            assert [one.id for one in work.operations.claim(START, DAY, 9)] == [an_operation().id]

    def test_open_for_long_and_parked_the_oldest_first(self) -> None:
        young = an_operation(id="a", created_at=BOOKED_AT + MINUTE)
        old, parked = an_operation(id="z"), an_operation(id="p").parked("no answer")
        with self.writing() as work:
            for one in (young, old, parked):
                work.operations.put(one)
        with self.reading() as work:
            assert list(work.operations.open_since(BOOKED_AT, 9)) == [old]
            assert list(work.operations.open_since(START, 9)) == [old, young]
            assert list(work.operations.parked(9)) == [parked]
            assert work.operations.open_count() == 2

    def test_claiming_takes_the_oldest_and_nothing_that_is_over(self) -> None:
        new = an_operation(id="a", created_at=BOOKED_AT + MINUTE)
        old = an_operation(id="z")
        with self.writing() as work:
            for one in (
                new,
                old,
                an_operation(id="done", state=OperationState.DONE),
                an_operation(id="failed", state=OperationState.FAILED),
                an_operation(id="in hand", not_before=START),
            ):
                work.operations.put(one)
        with self.writing() as work:
            assert [one.id for one in work.operations.claim(BOOKED_AT + DAY, DAY, 1)] == ["z"]
            assert [one.id for one in work.operations.claim(BOOKED_AT + DAY, DAY, 9)] == ["a"]

    def test_a_claim_that_is_not_committed_claims_nothing(self) -> None:
        with self.writing() as work:
            work.operations.put(an_operation())
        with self.open_work() as work:
            assert work.operations.claim(BOOKED_AT, DAY, 10)
        with self.writing() as work:
            assert work.operations.claim(BOOKED_AT, DAY, 10)

    def test_the_operations_of_a_hold_and_how_many_are_open(self) -> None:
        done = an_operation(id="z", state=OperationState.DONE)
        later = an_operation(id="a", created_at=BOOKED_AT + MINUTE)
        with self.writing() as work:
            for one in (later, done, an_operation(id="other", hold="other")):
                work.operations.put(one)
        with self.reading() as work:
            assert list(work.operations.of(done.hold)) == [done, later]
            assert work.operations.open_count() == 2


class LedgerContract(StoreUnderTest):
    def test_an_entry_is_written_once(self) -> None:
        released = an_entry(key="released", debit=Account.CARD, credit=Account.PROMISED)
        with self.writing() as work:
            work.ledger.put([an_entry(), released])
        with self.writing() as work:
            work.ledger.put([an_entry()])
        with self.reading() as work:
            assert list(work.ledger.every()) == [an_entry(), released]

    def test_an_appointments_entries_in_the_order_of_writing(self) -> None:
        entries = [an_entry(key=key) for key in ("z", "a", "m")]
        with self.writing() as work:
            work.ledger.put([*entries[:2], an_entry(key="other", appointment="other"), entries[2]])
        with self.reading() as work:
            assert list(work.ledger.of(APPOINTMENT)) == entries

    def test_consents_by_attempt(self) -> None:
        self.keep(a_confirmed())
        records = [a_consent_record(attempt=attempt) for attempt in (1, 2, 10)]
        with self.writing() as work:
            for record in reversed(records):
                work.consents.put(record)
        with self.reading() as work:
            assert list(work.consents.of(APPOINTMENT)) == records

    def test_entries_of_a_window_in_the_order_of_writing(self) -> None:
        hour = timedelta(hours=1)
        late = an_entry(key="late", at=BOOKED_AT + hour / 2)
        others = [an_entry(key="end", at=BOOKED_AT + hour), an_entry(key="b", at=BOOKED_AT - hour)]
        with self.writing() as work:
            work.ledger.put([late, an_entry(), *others])
        with self.reading() as work:
            found = work.ledger.between(Interval(BOOKED_AT, BOOKED_AT + hour))
            assert list(found) == [late, an_entry()]
