"""The practitioner's payments add up, agree with the ledger, and put forgotten decisions on top."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import fields

from teleconsult_core.dashboard import PaymentTotals
from teleconsult_core.ids import AppointmentId, RefundId
from teleconsult_core.ledger import Account, balances
from teleconsult_core.testing.fakes import Failure
from teleconsult_core.use_cases.show_payments import Payments
from world import ANN, BOB, DR, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur

A1, A2 = AppointmentId("a1"), AppointmentId("a2")
DAY = timedelta(days=1)
MONEY = ("held", "captured", "refunded", "disputed", "fee", "kept", "paid", "to_come")


def shown(world: World) -> Payments:
    found = world.desk.show_payments(practitioner=DR, by=THE_DOCTOR, now=world.now)
    assert isinstance(found, Payments)
    return found


def pay(world: World, amount: str = "45.00", id: str = "a1", start=THURSDAY_10, who=ANN) -> None:
    world.meet(world.booked(id, start, patient=who))
    world.desk.complete(
        appointment=AppointmentId(id), amount=eur(amount), by=THE_DOCTOR, now=world.now
    )
    world.work()


def refund(world: World, amount: str) -> None:
    asked = {"appointment": A1, "amount": eur(amount), "reason": "the sound failed"}
    world.desk.refund(id=RefundId("r1"), by=SUPPORT, now=world.now, **asked)
    world.work()


def dispute(world: World, won: bool | None = None) -> None:
    ref = world.holds()[0].ref
    assert ref is not None
    world.cards.dispute(ref)
    world.desk.take_card_news(news="disputed", ref=ref, now=world.now)
    if won is not None:
        world.cards.decide_dispute(ref, won=won)
        world.desk.take_card_news(news="decided", ref=ref, now=world.now)


def must_add_up(world: World) -> PaymentTotals:
    """The one total: equal to its states, to the ledger, and each captured cent in one place."""
    found = shown(world)
    (total,) = found.totals
    for name in MONEY:
        parts = sum(getattr(one, name).minor for one in found.totals_by_state)
        assert parts == getattr(total, name).minor, name
    assert sum(one.payments for one in found.totals_by_state) == total.payments
    assert total.captured == total.refunded + total.disputed + total.fee + total.kept
    with world.store.open_work(writing=False) as work:
        ledger = balances(work.ledger.every())
    assert ledger.get((Account.PROMISED, "EUR"), 0) == total.held.minor
    assert ledger.get((Account.NETWORK, "EUR"), 0) == total.kept.minor
    assert ledger.get((Account.FEE, "EUR"), 0) == total.fee.minor
    return total


def test_a_hold_is_held_until_the_network_says(world: World) -> None:
    world.booked()
    total = must_add_up(world)
    assert (total.held, total.captured) == (eur("45.00"), eur("0.00"))
    (line,) = shown(world).lines
    assert line.hold.until is not None
    assert line.expected is None


def test_what_is_captured_is_refunded_or_kept_and_is_to_come(world: World) -> None:
    pay(world)
    refund(world, "10.00")
    total = must_add_up(world)
    assert (total.captured, total.refunded, total.kept) == (
        eur("45.00"),
        eur("10.00"),
        eur("35.00"),
    )
    assert (total.to_come, total.paid) == (eur("35.00"), eur("0.00"))


def test_what_was_paid_out_is_no_more_to_come(world: World) -> None:
    pay(world)
    world.at(world.now + 31 * DAY)
    total = must_add_up(world)
    assert (total.to_come, total.paid) == (eur("0.00"), eur("45.00"))
    (line,) = shown(world).lines
    assert line.transfer is not None
    assert line.transfer.paid_on is not None


@pytest.mark.parametrize(
    ("won", "disputed", "kept"),
    [(None, "45.00", "0.00"), (True, "0.00", "45.00"), (False, "45.00", "0.00")],
)
def test_a_dispute_takes_away_and_may_give_back(
    world: World, won: bool | None, disputed: str, kept: str
) -> None:
    pay(world)
    dispute(world, won)
    total = must_add_up(world)
    assert (total.disputed, total.kept) == (eur(disputed), eur(kept))


def test_payments_of_every_state_add_up(world: World) -> None:
    pay(world, "40.00")
    pay(world, "30.00", "a2", THURSDAY_10 + DAY, BOB)
    world.booked("a3", THURSDAY_10 + 7 * DAY, card="visa")
    refund(world, "40.00")
    total = must_add_up(world)
    assert total.payments == 3
    assert {str(one.state) for one in shown(world).totals_by_state} == {
        "held",
        "captured",
        "refunded",
    }


def test_without_payments_there_are_no_sums(world: World) -> None:
    assert shown(world).totals == shown(world).totals_by_state == ()
    assert set(MONEY) | {"state", "payments"} == {one.name for one in fields(PaymentTotals)}


def test_forgotten_decisions_come_first_and_say_when_they_lapse(world: World) -> None:
    world.booked("a2", THURSDAY_10 + DAY, patient=BOB)
    world.at(world.now + timedelta(hours=1))
    world.booked("a1", THURSDAY_10, patient=ANN)
    assert shown(world).to_decide == ()
    world.at(THURSDAY_10 + DAY + timedelta(hours=2))
    found = shown(world).to_decide
    assert [one.appointment.terms.id for one in found] == [A2, A1]  # held first, lapses first
    assert [one.lapses_at for one in found] == [
        world.holds("a2")[0].until,
        world.holds("a1")[0].until,
    ]
    world.desk.complete(appointment=A2, amount=eur("0.00"), by=THE_DOCTOR, now=world.now)
    assert [one.appointment.terms.id for one in shown(world).to_decide] == [A1]


def test_a_silent_network_hides_its_transfers_and_nothing_else(world: World) -> None:
    pay(world)
    world.cards.fail_next("transfers", Failure.BEFORE)
    found = shown(world)
    assert not found.transfers_known
    (line,) = found.lines
    assert line.transfer is None
    assert line.expected is not None
    assert found.totals[0].kept == eur("45.00")


def test_that_staff_looked_is_noted(world: World) -> None:
    world.desk.show_payments(practitioner=DR, by=SUPPORT, now=world.now)
    with world.store.open_work(writing=False) as work:
        assert [(e.actor, e.action) for e in work.audit.of_subject(DR)] == [
            (SUPPORT, "look at payments")
        ]
