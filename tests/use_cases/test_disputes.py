"""A patient's bank takes a charge back while support gives it back: never both, never for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from teleconsult_core.attendance import Judgement
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ids import AppointmentId, HoldRef, RefundId
from teleconsult_core.money import Money
from teleconsult_core.payments import OperationState
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import ChargeDisputed, NothingToDo, NotYours
from teleconsult_core.use_cases.dispute_evidence import Evidence
from world import SUPPORT, THE_DOCTOR, World

TEN = Money(10_00, "EUR")


def charged(world: World) -> CardHold:
    appointment = world.booked()
    world.meet(appointment)
    world.desk.complete(
        appointment=appointment.terms.id, amount=Money(45_00, "EUR"), by=THE_DOCTOR, now=world.now
    )
    world.work()
    return world.holds()[-1]


def refund(world: World, id: str = "r1") -> Any:
    return world.desk.refund(
        id=RefundId(id), appointment=AppointmentId("a1"), amount=TEN, reason="the sound failed",
        by=SUPPORT, now=world.now,
    )  # fmt: skip


def learn(world: World, ref: HoldRef | None, news: str) -> None:
    assert ref is not None
    world.desk.take_card_news(news=news, ref=ref, now=world.now)


def test_a_disputed_charge_is_not_refunded(world: World) -> None:
    hold = charged(world)
    world.cards.dispute(hold.ref)
    learn(world, hold.ref, "n1")
    refused = refund(world)
    assert refused == ChargeDisputed(state="disputed")
    assert "bank" in str(refused)


def test_a_refund_that_meets_a_dispute_fails_once_and_for_all(world: World) -> None:
    hold = charged(world)
    operation = refund(world)
    world.cards.dispute(hold.ref)
    for _ in range(5):
        world.clock.forward(timedelta(hours=1))
        world.work()
    with world.store.open_work(writing=False) as work:
        kept = [one for one in work.operations.of(hold.id) if one.refund]
    assert [(one.id, one.state) for one in kept] == [(operation.id, OperationState.FAILED)]
    assert world.cards.refunded() == Money(0, "EUR")
    with world.store.open_work(writing=False) as work:
        assert "refund refused" in [entry.action for entry in work.audit.of_subject("a1")]
    again = refund(world)
    assert again.state is OperationState.FAILED


def test_a_refund_after_a_dispute_that_was_won_unheard_of(world: World) -> None:
    hold = charged(world)
    world.cards.dispute(hold.ref)
    learn(world, hold.ref, "n1")
    assert world.holds()[-1].state is HoldState.DISPUTED
    world.cards.decide_dispute(hold.ref, won=True)
    world.cards.refund(key="by hand", ref=hold.ref, amount=TEN)
    learn(world, hold.ref, "n2")
    told = world.holds()[-1]
    assert (told.state, told.refunded) == (HoldState.PARTLY_REFUNDED, TEN)
    report = world.desk.reconcile(since=world.now - timedelta(days=9), now=world.now)
    assert report.agrees


def test_support_is_the_one_who_may_ask(world: World) -> None:
    charged(world)
    outcome = world.desk.refund(
        id=RefundId("r1"), appointment=AppointmentId("a1"), amount=TEN, reason="mine",
        by=Actor(Role.PRACTITIONER, THE_DOCTOR.id), now=world.now,
    )  # fmt: skip
    assert outcome.code == "not-yours"


def test_what_speaks_for_a_disputed_charge_is_ready_to_be_sent(world: World) -> None:
    hold = charged(world)
    ask = {"appointment": AppointmentId("a1"), "now": world.now}
    assert world.desk.dispute_evidence(by=SUPPORT, **ask) == NothingToDo(
        why="no charge of this appointment is disputed"
    )
    world.cards.dispute(hold.ref)
    learn(world, hold.ref, "n1")
    assert isinstance(world.desk.dispute_evidence(by=THE_DOCTOR, **ask), NotYours)
    found = world.desk.dispute_evidence(by=SUPPORT, **ask)
    assert isinstance(found, Evidence)
    assert found.consent is not None
    assert found.consent.words == "I agree to a hold of 45.00 EUR."
    seen = [(one.role.value, one.seen.value) for one in found.attendance]
    assert seen[:2] == [("practitioner", "entered"), ("patient", "entered")]
    assert found.judgement is Judgement.PRESENT
    assert found.decided_by == "dupont"
    assert {one.to.value for one in found.messages} == {"patient"}
    assert len(found.receipts) == 1
    with world.store.open_work(writing=False) as work:
        looks = [one for one in work.audit.of_subject("a1") if one.action == "evidence"]
    assert [str(one.actor) for one in looks] == ["support:sofie"]
