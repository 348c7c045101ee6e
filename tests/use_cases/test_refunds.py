"""Refunds that meet a dispute, another's refund, or a key that must be replaced."""

from datetime import timedelta
from typing import Any

import pytest

from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, CardToken, OperationId, RefundId
from teleconsult_core.messages import Kind, To
from teleconsult_core.payments import Operation, OperationState
from teleconsult_core.receipts import ReceiptKind
from teleconsult_core.refusals import BadInput
from teleconsult_core.use_cases.card_step import PatientNeeded
from world import DR, MONDAY, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur

A1 = AppointmentId("a1")


def charged(world: World) -> Any:
    """A consultation that took place and was paid; gives the hold at the network."""
    world.meet(world.booked())
    world.desk.complete(appointment=A1, amount=eur("45.00"), by=THE_DOCTOR, now=world.now)
    world.desk.recover(now=world.now)
    ref = world.holds()[0].ref
    assert ref is not None
    return ref


def refund(world: World, id: str = "r1", amount: str = "45.00") -> Any:
    return world.desk.refund(
        id=RefundId(id),
        appointment=A1,
        amount=eur(amount),
        reason="a mistake",
        by=SUPPORT,
        now=world.now,
    )


def hear(world: World, ref: Any) -> None:
    fact = world.cards.look(ref=ref).news.fact
    world.desk.take_card_news(news=f"news of {fact}", ref=ref, now=world.now)


def state_of(world: World, operation: Operation) -> OperationState:
    with world.store.open_work(writing=False) as work:
        found = work.operations.get(operation.id)
    assert found is not None
    return found.state


def test_a_refund_that_meets_a_lost_dispute_ends(world: World) -> None:
    ref = charged(world)
    asked = refund(world)
    world.cards.dispute(ref)
    world.cards.decide_dispute(ref, won=False)
    world.desk.recover(now=world.now)
    assert state_of(world, asked) is OperationState.FAILED
    assert world.cards.refunded() == eur("0.00")


def test_a_refund_after_a_dispute_whose_end_nobody_told_us(world: World) -> None:
    ref = charged(world)
    world.cards.dispute(ref)
    hear(world, ref)
    world.cards.decide_dispute(ref, won=True)
    world.cards.refund(key=OperationId("elsewhere"), ref=ref, amount=eur("5.00"))
    hear(world, ref)
    (hold,) = world.holds()
    assert (hold.state, hold.refunded) == (HoldState.PARTLY_REFUNDED, eur("5.00"))
    assert world.desk.reconcile(since=MONDAY, now=world.now).agrees


def test_another_refund_is_not_taken_for_ours(world: World) -> None:
    ref = charged(world)
    asked = refund(world, amount="20.00")
    world.cards.refund(key=OperationId("elsewhere"), ref=ref, amount=eur("45.00"))
    hear(world, ref)
    world.desk.recover(now=world.now)
    assert state_of(world, asked) is OperationState.FAILED
    with world.store.open_work(writing=False) as work:
        notes = [r for r in work.receipts.of_series(DR, 2027) if r.kind is ReceiptKind.CREDIT_NOTE]
    assert [(note.amount, note.reason) for note in notes] == [(eur("45.00"), "")]


def test_a_refund_keeps_its_key_until_its_failure_is_forgotten(world: World) -> None:
    charged(world)
    refund(world)
    world.cards.fail_next("refund", "stored-500")
    for _ in range(26):
        assert refund(world).state is OperationState.INTENDED
        world.desk.recover(now=world.now)
        world.clock.forward(timedelta(hours=1))
        if world.cards.refunded().minor:
            break
    assert world.cards.refunded() == eur("45.00")
    assert refund(world).repeat == 1  # its first request may have been on its way: the same key
    assert refund(world).state is OperationState.DONE
    with pytest.raises(BadInput, match="id"):
        refund(world, amount="1.00")


def test_a_step_under_way_again_is_told_outside_the_transaction(world: World) -> None:
    world.booked(start=THURSDAY_10 + timedelta(days=4))  # further than the hold lives
    world.at(THURSDAY_10 + timedelta(days=3, hours=12))
    asked = {"card": CardToken("visa-3ds"), "consent": world.consent(), "now": world.now}
    first = world.desk.reauthorize(appointment=A1, **asked)
    assert isinstance(first, PatientNeeded)
    assert world.desk.place_hold(appointment=A1, **asked) == first


def test_a_refund_that_came_back_is_told_once_and_stands(world: World) -> None:
    ref = charged(world)
    refund(world, amount="20.00")
    world.work()
    (made,) = world.cards.look(ref=ref).refunds
    world.cards.send_back(ref, made)
    for news in ("n1", "n2"):
        world.desk.take_card_news(news=news, ref=ref, now=world.now)
    world.work()
    (told,) = world.sent(Kind.REFUND_CAME_BACK)
    assert (told.to, told.amount, told.about) == (To.PRACTICE, 2000, made)
    assert world.holds()[0].refunded == eur("20.00")
    assert world.desk.reconcile(since=MONDAY, now=world.now).agrees
    with world.store.open_work(writing=False) as work:
        noted = [one.action for one in work.audit.of_subject("a1")]
        (operation,) = [one for one in work.operations.of("a1:hold:1") if one.id == made]
    assert noted.count("refund came back") == 1
    assert (operation.state, operation.outcome) == (OperationState.DONE, "came back")


def test_a_refund_that_came_back_unheard_of_is_found_when_the_books_are_compared(
    world: World,
) -> None:
    ref = charged(world)
    refund(world, amount="20.00")
    world.work()
    world.cards.send_back(ref, world.cards.look(ref=ref).refunds[0])
    for _ in range(2):
        assert world.desk.reconcile(since=MONDAY, now=world.now).agrees
    world.work()
    assert len(world.sent(Kind.REFUND_CAME_BACK)) == 1
