"""Money: never twice, never lost, whatever the network answers and wherever the process dies."""

from datetime import timedelta

import pytest

from teleconsult_core.appointments import Confirmed, Lapsed
from teleconsult_core.holds import HoldFact, HoldState
from teleconsult_core.ids import AppointmentId, CardToken, OperationId, RefundId
from teleconsult_core.ledger import balances
from teleconsult_core.payments import OperationState
from teleconsult_core.ports import Authorise
from teleconsult_core.testing.fakes import Failure
from teleconsult_core.use_cases import perform_operation
from teleconsult_core.use_cases.card_step import BeingChecked
from world import DR, FEE, MONDAY, SUPPORT, THE_DOCTOR, World, eur

A1 = AppointmentId("a1")
DOWN_FOR = [timedelta(minutes=2), timedelta(hours=1), timedelta(hours=25)]
FAILURES = list(Failure)


class Died(BaseException):
    """The process ends here; nothing after it runs."""


def completed(world: World, amount: str = "30.00") -> None:
    world.meet(world.booked())
    world.desk.complete(appointment=A1, amount=eur(amount), by=THE_DOCTOR, now=world.now)


def settled(world: World) -> None:
    """The worker runs through the next two hours, and everything agrees at the end."""
    for _ in range(12):
        world.at(world.now + timedelta(minutes=10))
        world.work()
    with world.store.open_work(writing=False) as work:
        assert work.operations.open_count() == 0
        assert sum(balances(work.ledger.every()).values()) == 0
    report = world.desk.reconcile(since=MONDAY, now=world.now)
    assert report.agrees, report


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("down", DOWN_FOR, ids=str)
def test_a_capture_happens_once_whatever_is_answered(world: World, how: Failure, down) -> None:
    completed(world)
    world.cards.fail_next("capture", how)
    world.work(1)
    world.at(world.now + down)
    settled(world)
    assert world.cards.captured() == eur("30.00")
    assert world.holds()[0].state is HoldState.CAPTURED


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("down", DOWN_FOR, ids=str)
def test_a_release_happens_whatever_is_answered(world: World, how: Failure, down) -> None:
    completed(world, "0.00")
    world.cards.fail_next("release", how)
    world.work(1)
    world.at(world.now + down)
    settled(world)
    assert world.cards.held() == eur("0.00")
    assert world.holds()[0].state is HoldState.RELEASED


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("down", DOWN_FOR, ids=str)
def test_a_refund_happens_once_whatever_is_answered(world: World, how: Failure, down) -> None:
    completed(world)
    settled(world)
    for id, amount in (("r1", "10.00"), ("r2", "5.00")):
        world.desk.refund(
            id=RefundId(id),
            appointment=A1,
            amount=eur(amount),
            reason="asked",
            by=SUPPORT,
            now=world.now,
        )
    world.cards.fail_next("refund", how)
    world.work(1)
    world.at(world.now + down)
    if how is Failure.STORED:  # a refund keeps its key until the network has forgotten the failure
        for _ in range(25):
            world.at(world.now + timedelta(hours=1))
            world.work()
    settled(world)
    assert world.cards.refunded() == eur("15.00")
    with world.store.open_work(writing=False) as work:
        assert len(work.receipts.of(A1)) == 3  # the receipt and a credit note per refund


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("down", [timedelta(seconds=30), timedelta(minutes=20), *DOWN_FOR], ids=str)
def test_a_placing_ends_confirmed_or_leaves_nothing_held(world: World, how: Failure, down) -> None:
    world.cards.fail_next("authorise", how)
    assert isinstance(world.book(), BeingChecked)
    world.at(world.now + down)
    for _ in range(150):
        world.at(world.now + timedelta(minutes=10))
        world.work(1)
    appointment = world.appointment()
    assert isinstance(appointment, Confirmed | Lapsed)
    held = FEE if isinstance(appointment, Confirmed) else eur("0.00")
    assert world.cards.held() == held
    assert len(world.cards.books) <= 1
    assert world.desk.reconcile(since=MONDAY, now=world.now).agrees


def test_a_hold_that_turns_up_after_it_was_given_up_is_ended(world: World) -> None:
    world.cards.fail_next("authorise", Failure.BEFORE)
    world.cards.fail_next("authorise", Failure.BEFORE)
    world.cards.fail_next("authorise", Failure.BEFORE)
    world.book(card="visa-3ds")
    for _ in range(8):
        world.at(world.now + timedelta(minutes=4))
        world.work(1)
    given_up = world.holds()[0]
    assert given_up.state is HoldState.DECLINED
    with world.store.open_work(writing=False) as work:
        operation = work.operations.of(given_up.id)[0]
    asked = Authorise(A1, world.appointment().terms.practitioner, FEE, CardToken("visa-3ds"))
    world.cards.authorise(key=operation.id, request=asked)  # a day late, somewhere on its way
    assert world.cards.books[0].news.fact is HoldFact.NEEDS_PATIENT
    world.desk.reconcile(since=MONDAY, now=world.now)
    settled(world)
    assert world.cards.books[0].news.fact is HoldFact.RELEASED


def a_whole_life(world: World, verb: str) -> None:
    """Booked, met, charged, refunded; ends where the process dies."""
    if verb == "authorise":
        world.book()
    completed(world, "0.00" if verb == "release" else "30.00")
    world.work()
    asked = {"amount": eur("30.00"), "reason": "asked", "by": SUPPORT, "now": world.now}
    world.desk.refund(id=RefundId("r1"), appointment=A1, **asked)
    world.work()


@pytest.mark.parametrize("moment", ["before the call", "after the call"])
@pytest.mark.parametrize("verb", ["authorise", "capture", "release", "refund"])
def test_a_process_that_dies_around_the_call_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, verb: str, moment: str
) -> None:
    expected = {"authorise": "0.00", "capture": "30.00", "release": "0.00", "refund": "30.00"}[verb]
    real = perform_operation._ask

    def dying(ports, operation):
        if operation.verb.value != verb or dying.done:
            return real(ports, operation)
        dying.done = True
        if moment == "after the call":
            real(ports, operation)
        raise Died

    dying.done = False
    monkeypatch.setattr(perform_operation, "_ask", dying)
    with pytest.raises(Died):
        a_whole_life(world, verb)
    settled(world)
    assert world.cards.captured() == eur(expected)
    assert world.cards.refunded() == eur("30.00" if verb == "refund" else "0.00")
    assert len(world.cards.books) == 1


def test_two_workers_at_once_do_everything_once(world: World) -> None:
    completed(world)
    now = world.now
    assert world.desk.recover(now=now).settled == 1
    assert world.desk.recover(now=now).settled == 0
    assert world.cards.captured() == eur("30.00")


def test_news_in_any_order_and_number_leads_to_the_same_end(world: World) -> None:
    completed(world)
    settled(world)
    before = (world.appointment(), world.holds(), len(world.messages()))
    ref = world.holds()[0].ref
    for news in ("n3", "n1", "n1", "n2", "n3"):
        world.desk.take_card_news(news=news, ref=ref, now=world.now)
    assert (world.appointment(), world.holds(), len(world.messages())) == before


def test_a_capture_on_a_dead_hold_is_told_not_hidden(world: World) -> None:
    world.booked(card="visa-short")
    confirmed = world.appointment()
    # The bank drops the hold after two days, and no news of it has come.
    with world.store.open_work() as work:
        hold = work.holds.of(A1)[0]
    world.meet(confirmed)
    outcome = world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    assert outcome.amount == eur("30.00")
    settled(world)
    assert world.holds()[0].state is HoldState.LAPSED
    assert [m.kind.value for m in world.messages() if m.kind.value == "charge-failed"]
    assert world.cards.captured() == eur("0.00")
    assert hold.state is HoldState.HELD


def test_a_dispute_is_a_state_a_ledger_entry_and_a_message_to_the_practice(world: World) -> None:
    completed(world)
    settled(world)
    ref = world.holds()[0].ref
    world.cards.dispute(ref)
    world.desk.take_card_news(news="d1", ref=ref, now=world.now)
    assert world.holds()[0].state is HoldState.DISPUTED
    world.cards.decide_dispute(ref, won=False)
    world.desk.take_card_news(news="d2", ref=ref, now=world.now)
    assert world.holds()[0].state is HoldState.LOST
    with world.store.open_work(writing=False) as work:
        keys = [entry.key.rpartition(":")[2] for entry in work.ledger.of(A1)]
    assert keys == ["held", "let-go", "captured", "disputed", "dispute-lost"]
    world.work()
    assert any("disputed" in one.key for one in world.letters.sent)


def test_an_operation_under_a_key_that_only_fails_gets_the_next_key(world: World) -> None:
    completed(world)
    world.cards.fail_next("capture", Failure.STORED)
    settled(world)
    with world.store.open_work(writing=False) as work:
        operations = {op.id.rpartition(":")[2]: op.state for op in work.operations.of("a1:hold:1")}
    assert operations["1"] in {OperationState.FAILED, OperationState.DONE}
    assert world.cards.captured() == eur("30.00")


def test_a_hold_that_nobody_here_remembers_is_let_go(world: World) -> None:
    request = Authorise(A1, DR, eur("45.00"), CardToken("visa"))
    ref = world.cards.authorise(key=OperationId("lost:hold:1:authorise:1"), request=request).ref
    report = world.desk.reconcile(since=MONDAY, now=world.now)
    assert [(one.ref, one.ours, one.done) for one in report.differences] == [
        (ref, "unknown", "released")
    ]
    assert report.agrees
    assert world.cards.held() == eur("0.00")
    again = world.desk.reconcile(since=MONDAY, now=world.now)
    assert not again.differences


def test_trouble_at_one_hold_keeps_no_other_from_being_looked_at(world: World) -> None:
    request = Authorise(A1, DR, eur("45.00"), CardToken("visa"))
    for lost in ("lost", "last"):
        world.cards.authorise(key=OperationId(f"{lost}:hold:1:authorise:1"), request=request)
    first, second = (one.news.ref for one in world.cards.books)
    world.cards.fail_next("release", Failure.BEFORE)
    report = world.desk.reconcile(since=MONDAY, now=world.now)
    assert [one.ref for one in report.not_compared] == [first]
    assert [(one.ref, one.done) for one in report.differences] == [(second, "released")]
    assert report.compared == 1
    assert not report.agrees
    assert not report.unexplained
    assert world.desk.reconcile(since=MONDAY, now=world.now).agrees
    assert world.cards.held() == eur("0.00")


def test_a_hold_that_cannot_be_looked_up_is_not_called_unknown(world: World) -> None:
    ours = world.now + timedelta(seconds=5)  # our clock is ahead of the network's
    world.booked(now=ours)
    world.cards.fail_next("look", Failure.BEFORE)
    report = world.desk.reconcile(since=ours, now=ours)
    assert [one.ref for one in report.not_compared] == [world.holds()[0].ref]
    assert not report.differences
    assert not report.unexplained
    again = world.desk.reconcile(since=ours, now=ours)
    assert (again.agrees, again.compared) == (True, 1)


def test_a_hold_older_by_our_clock_only_counts_on_both_sides(world: World) -> None:
    ours = world.now - timedelta(seconds=5)
    world.booked(now=ours)
    world.meet(world.appointment())
    world.desk.complete(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    world.work()
    report = world.desk.reconcile(since=MONDAY, now=world.now)
    assert report.agrees
    assert report.ours == report.theirs == (3000, 0)
