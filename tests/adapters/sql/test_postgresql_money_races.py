"""Two at once about messages and money; see `racing`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from racing import A1, HOUR, Act, Races, cancelling, completing
from teleconsult_core.appointments import Completed
from teleconsult_core.desk import Desk
from teleconsult_core.ids import CardToken, RefundId
from teleconsult_core.messages import Kind
from teleconsult_core.refusals import (
    AlreadyDecided,
    RefundTooMuch,
    TooEarly,
    WrongState,
)
from teleconsult_core.use_cases.card_step import CardHeld
from world import (
    ANN,
    FEE,
    OPERATOR,
    SUPPORT,
    THE_DOCTOR,
    THURSDAY_10,
    eur,
    patient_of,
)

# --- messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cancelled_first", [True, False])
def test_nobody_is_reminded_of_what_is_being_cancelled(races: Races, cancelled_first: bool) -> None:
    w = races.world
    w.booked("a1")
    w.work()
    w.at(THURSDAY_10 - HOUR)

    def deliver(desk: Desk) -> Any:
        return desk.deliver_due_messages(now=w.now, limit=100)

    both = (cancelling(w), deliver) if cancelled_first else (deliver, cancelling(w))
    races.race(*both)
    w.work()
    assert not w.sent(Kind.LAST_REMINDER)
    assert w.sent(Kind.CANCELLED)


def test_a_lost_link_is_sent_again_once(races: Races) -> None:
    w = races.world
    w.booked("a1")

    def again(desk: Desk) -> Any:
        return desk.resend_link(appointment=A1, by=patient_of(ANN), now=w.now)

    first, second = races.race(again, again)
    assert len(first) == 2
    assert isinstance(second, TooEarly)


# --- money ---------------------------------------------------------------------------------------


def test_one_decision_stands(races: Races) -> None:
    w = races.world
    w.meet(w.booked("a1"))
    w.at(w.now + 2 * HOUR)

    def no_show(desk: Desk) -> Any:
        return desk.mark_no_show(appointment=A1, amount=eur("0.00"), by=THE_DOCTOR, now=w.now)

    first, second = races.race(completing(w), no_show)
    assert isinstance(first, Completed)
    assert isinstance(second, WrongState | AlreadyDecided)


def test_two_holds_are_not_placed_at_once(races: Races) -> None:
    w = races.world
    w.book("a1", card=None)
    consent = w.consent()

    def place(desk: Desk) -> Any:
        return desk.place_hold(appointment=A1, card=CardToken("visa"), consent=consent, now=w.now)

    first, second = races.race(place, place)
    assert isinstance(first, CardHeld)
    assert type(second).__name__ in {"BeingChecked", "CardHeld"}
    assert [hold.attempt for hold in w.holds()] == [1]


def test_never_more_is_refunded_than_was_taken(races: Races) -> None:
    w = races.world
    w.meet(w.booked("a1"))
    w.desk.complete(appointment=A1, amount=FEE, by=THE_DOCTOR, now=w.now)
    w.work()

    def refunding(id: str) -> Act:
        return lambda desk: desk.refund(
            id=RefundId(id), appointment=A1, amount=FEE, reason="sorry", by=SUPPORT, now=w.now
        )

    first, second = races.race(refunding("r1"), refunding("r2"))
    assert first.amount == FEE
    assert isinstance(second, RefundTooMuch)


def test_news_of_a_capture_told_twice_at_once_is_one_receipt(races: Races) -> None:
    w = races.world
    w.meet(w.booked("a1"))
    w.desk.complete(appointment=A1, amount=FEE, by=THE_DOCTOR, now=w.now)
    (hold,) = w.holds()
    with w.store.open_work(writing=False) as work:
        (capture,) = (one for one in work.operations.of(hold.id) if one.verb == "capture")
    assert hold.ref is not None
    ref = hold.ref
    w.cards.capture(key=capture.id, ref=ref, amount=FEE)

    def news(id: str) -> Act:
        return lambda desk: desk.take_card_news(news=id, ref=ref, now=w.now)

    races.race(news("n1"), news("n2"))
    with races.store.open_work(writing=False) as work:
        assert len(work.receipts.of(A1)) == 1
        keys = [entry.key for entry in work.ledger.of(A1)]
    assert len(keys) == len(set(keys)) == 3


def test_what_is_being_refunded_is_not_forgotten(races: Races) -> None:
    w = races.world
    w.meet(w.booked("a1"))
    w.desk.complete(appointment=A1, amount=FEE, by=THE_DOCTOR, now=w.now)
    w.work()
    w.at(w.now + timedelta(days=365 * 12))

    def refund(desk: Desk) -> Any:
        return desk.refund(
            id=RefundId("r"), appointment=A1, amount=FEE, reason="sorry", by=SUPPORT, now=w.now
        )

    first, second = races.race(refund, lambda desk: desk.apply_retention(by=OPERATOR, now=w.now))
    assert first.amount == FEE
    assert second.appointments == 0
    assert isinstance(w.appointment("a1"), Completed)
