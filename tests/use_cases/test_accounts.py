"""The accountant's month: every document once, by day of the practice, equal to the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from teleconsult_core.accounts import Accounts, Totals
from teleconsult_core.ids import AppointmentId, PractitionerId, RefundId
from teleconsult_core.receipts import ReceiptKind
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.times import Interval
from world import ANN, BOB, DR, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur, patient_of

A1 = AppointmentId("a1")
MARCH = Interval(datetime(2027, 2, 28, 23, tzinfo=UTC), datetime(2027, 3, 31, 22, tzinfo=UTC))
APRIL = Interval(MARCH.end, MARCH.end + timedelta(days=30))


@pytest.fixture
def month(world: World) -> World:
    """Ann pays 45.00 and is given 10.00 back; Bob's consultation costs nothing."""
    ann = world.booked("a1", THURSDAY_10, patient=ANN)
    bob = world.booked("a2", THURSDAY_10 + timedelta(days=1), patient=BOB)
    for one, amount in ((ann, "45.00"), (bob, "0.00")):
        world.meet(one)
        world.desk.complete(
            appointment=one.terms.id, amount=eur(amount), by=THE_DOCTOR, now=world.now
        )
        world.work()
    world.desk.refund(
        id=RefundId("r1"),
        appointment=A1,
        amount=eur("10.00"),
        reason="the sound failed",
        by=SUPPORT,
        now=world.now,
    )
    world.work()
    return world


def shown(world: World, window: Interval = MARCH, **more: PractitionerId) -> Accounts:
    found = world.desk.show_accounts(window=window, by=OPERATOR, now=world.now, **more)
    assert isinstance(found, Accounts)
    return found


@pytest.mark.parametrize("whose", [{}, {"practitioner": DR}])
def test_a_month_agrees_with_its_ledger(month: World, whose: dict[str, PractitionerId]) -> None:
    found = shown(month, **whose)
    assert [one.kind for one in found.documents] == [
        ReceiptKind.RECEIPT,
        ReceiptKind.STATEMENT,
        ReceiptKind.CREDIT_NOTE,
    ]
    assert found.totals == (Totals(eur("45.00"), eur("10.00"), eur("0.00")),)
    assert found.totals[0].left == 35_00
    assert found.differences == ()


def test_another_month_has_nothing(month: World) -> None:
    assert shown(month, APRIL) == Accounts(APRIL, (), (), ())


def test_what_the_ledger_does_not_know_is_told(month: World) -> None:
    receipt = shown(month).documents[0]
    with month.store.open_work() as work:
        work.receipts.put(evolve(receipt, amount=eur("54.00")))
        work.commit()
    (difference,) = shown(month).differences
    assert (difference.what, difference.documents, difference.ledger) == ("taken", 54_00, 45_00)
    assert difference.hold == receipt.hold


def test_what_has_no_document_is_told(month: World) -> None:
    refund = shown(month).documents[-1]
    with month.store.open_work() as work:
        work.receipts.put(evolve(refund, issued_at=APRIL.start))
        work.commit()
    for window, documents, ledger in ((MARCH, 0, 10_00), (APRIL, 10_00, 0)):
        (difference,) = shown(month, window).differences
        assert (difference.what, difference.documents, difference.ledger) == (
            "returned",
            documents,
            ledger,
        )


def test_a_lost_dispute_is_told_apart(world: World) -> None:
    world.meet(world.booked())
    world.desk.complete(appointment=A1, amount=eur("45.00"), by=THE_DOCTOR, now=world.now)
    world.work()
    ref = world.holds()[0].ref
    assert ref is not None
    world.cards.dispute(ref)
    world.desk.take_card_news(news="disputed", ref=ref, now=world.now)
    world.cards.decide_dispute(ref, won=False)
    world.desk.take_card_news(news="lost", ref=ref, now=world.now)
    found = shown(world)
    assert found.totals == (Totals(eur("45.00"), eur("0.00"), eur("45.00")),)
    assert found.differences == ()


def test_a_forgotten_appointment_still_belongs_to_its_issuer(month: World) -> None:
    before = shown(month, practitioner=DR)
    with month.store.open_work() as work:
        work.appointments.remove(A1)
        work.commit()
    assert shown(month, practitioner=DR) == before


def test_the_accounts_are_for_staff_and_ones_own_for_the_practitioner(month: World) -> None:
    ask = {"window": MARCH, "now": month.now}
    assert isinstance(month.desk.show_accounts(by=THE_DOCTOR, **ask), NotYours)
    assert isinstance(month.desk.show_accounts(by=THE_DOCTOR, practitioner=DR, **ask), Accounts)
    assert isinstance(month.desk.show_accounts(by=patient_of(ANN), **ask), NotYours)
    nobody = month.desk.show_accounts(by=SUPPORT, practitioner=PractitionerId("x"), **ask)
    assert isinstance(nobody, NotFound)
    with month.store.open_work(writing=False) as work:
        looked = [e for e in work.audit.recent(50) if e.action == "look at accounts"]
    assert [(e.actor, e.subject) for e in looked] == [(THE_DOCTOR, DR)]
