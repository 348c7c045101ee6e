"""What the fakes do beyond their contracts: they catch a test's mistakes, and fail on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from teleconsult_core.gateways import Letter
from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import AppointmentId, CardToken, OperationId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.people import Role
from teleconsult_core.ports import Authorise, PortMisused, PortTrouble
from teleconsult_core.testing.builders import APPOINTMENT, BOOKED_AT, FEE, PRACTITIONER, START
from teleconsult_core.testing.clock import MovableClock
from teleconsult_core.testing.fakes import Failure, FakeCardNetwork, FakeStore, FakeTexts
from teleconsult_core.testing.world import World, a_world

DAY = timedelta(days=1)
KEY = OperationId("key")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(BOOKED_AT)


@pytest.fixture
def cards(clock: MovableClock) -> FakeCardNetwork:
    return FakeCardNetwork(clock)


def request(card: str = "visa", *, present: bool = True) -> Authorise:
    return Authorise(APPOINTMENT, PRACTITIONER, FEE, CardToken(card), present)


def place(cards: FakeCardNetwork, card: str = "visa", *, present: bool = True) -> HoldView:
    return cards.authorise(key=KEY, request=request(card, present=present))


# --- the clock -----------------------------------------------------------------------------------


def test_the_clock_moves_forward_and_back_only_when_asked() -> None:
    clock = MovableClock(datetime(2030, 1, 7, 9, tzinfo=UTC))
    assert clock.forward(DAY) == clock() == datetime(2030, 1, 8, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match="before it"):
        clock.forward(-DAY)
    assert clock.to(BOOKED_AT, back=True) == clock() == BOOKED_AT


# --- mistakes that are caught --------------------------------------------------------------------


def test_two_writing_works_in_one_thread_are_refused() -> None:
    store = FakeStore()
    with (
        store.open_work(),
        pytest.raises(PortMisused, match="commit or leave it"),
        store.open_work(),
    ):
        pass
    with store.open_work() as work:
        work.commit()


def test_a_reading_work_writes_nothing() -> None:
    with FakeStore().open_work(writing=False) as work, pytest.raises(PortMisused):
        work.inbox.note("news", BOOKED_AT)


def test_a_committed_work_can_only_be_left() -> None:
    with FakeStore().open_work() as work:
        work.commit()
        with pytest.raises(PortMisused, match="was committed"):
            work.inbox.knows("news")


def test_a_store_knows_whether_it_is_in_a_transaction() -> None:
    store = FakeStore()
    assert not store.in_transaction
    with store.open_work() as work:
        assert store.in_transaction
        work.commit()
        assert not store.in_transaction
    with store.open_work(writing=False):
        assert not store.in_transaction


_CALLS: list[Callable[[World], object]] = [
    lambda world: world.cards.card(CardToken("visa")),
    lambda world: place(world.cards),
    lambda world: world.cards.find(key=KEY, asked_at=world.clock()),
    lambda world: world.texts.send(key="k", to="+32475550101", text="hello"),
    lambda world: world.letters.send(key="k", to="a@b.example", letter=Letter("Hi", "hi")),
    lambda world: world.rooms.close(appointment=APPOINTMENT),
]


@pytest.mark.parametrize("call", _CALLS)
def test_the_world_is_never_called_inside_a_transaction(call: Callable[[World], object]) -> None:
    world = a_world()
    with world.store.open_work(), pytest.raises(PortMisused, match="inside a writing work"):
        call(world)
    call(world)


# --- the card network ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "present", "lives"),
    [
        ("visa", True, timedelta(days=7)),
        ("visa", False, timedelta(days=4, hours=18)),
        ("mastercard", False, timedelta(days=7)),
    ],
)
def test_how_long_a_hold_lives(
    cards: FakeCardNetwork, card: str, present: bool, lives: timedelta
) -> None:
    assert place(cards, card, present=present).news.until == BOOKED_AT + lives


def test_a_bank_may_drop_a_hold_before_the_networks_own_end(
    cards: FakeCardNetwork, clock: MovableClock
) -> None:
    view = place(cards, "visa-short")
    clock.forward(2 * DAY)
    assert view.news.until == BOOKED_AT + 7 * DAY
    assert cards.look(ref=view.ref).news.fact is HoldFact.LAPSED


def test_a_brand_that_is_not_accepted_cannot_be_asked_for_a_hold(cards: FakeCardNetwork) -> None:
    with pytest.raises(PortMisused, match="Discover"):
        place(cards, "discover")


def test_a_failure_before_the_effect_leaves_nothing(cards: FakeCardNetwork) -> None:
    cards.fail_next("authorise", Failure.BEFORE)
    with pytest.raises(PortTrouble) as trouble:
        place(cards)
    assert not trouble.value.unknown
    assert cards.find(key=KEY, asked_at=START) is None
    assert place(cards).news.fact is HoldFact.AUTHORISED


def test_a_stored_failure_is_replayed_until_the_key_is_forgotten(
    cards: FakeCardNetwork, clock: MovableClock
) -> None:
    cards.fail_next("authorise", "stored-500")
    for _ in range(3):
        with pytest.raises(PortTrouble):
            place(cards)
    assert not cards.books
    clock.forward(DAY)
    assert place(cards).news.fact is HoldFact.AUTHORISED


def test_a_question_has_no_key_under_which_a_failure_could_be_stored(
    cards: FakeCardNetwork,
) -> None:
    with pytest.raises(ValueError, match="look cannot fail"):
        cards.fail_next("look", Failure.STORED)


def test_the_books_are_the_truth_about_money(cards: FakeCardNetwork) -> None:
    view = place(cards)
    assert cards.held() == FEE
    cards.capture(key=OperationId("c"), ref=view.ref, amount=Money(40_00, "EUR"))
    cards.refund(key=OperationId("r"), ref=view.ref, amount=Money(10_00, "EUR"))
    assert (cards.held(), cards.captured(), cards.refunded()) == (
        Money(0, "EUR"),
        Money(40_00, "EUR"),
        Money(10_00, "EUR"),
    )
    assert cards.captured("CHF") == Money(0, "CHF")


def test_a_dispute_withholds_the_transfer_until_it_is_decided(
    cards: FakeCardNetwork, clock: MovableClock
) -> None:
    view = place(cards)
    cards.capture(key=OperationId("c"), ref=view.ref, amount=FEE)
    assert cards.dispute(view.ref).news.fact is HoldFact.DISPUTED
    clock.forward(15 * DAY)
    (withheld,) = cards.transfers(practitioner=PRACTITIONER)
    assert withheld.paid_on is None
    cards.decide_dispute(view.ref, won=True)
    (paid,) = cards.transfers(practitioner=PRACTITIONER)
    assert paid.paid_on == paid.expected_on == BOOKED_AT + 15 * DAY


# --- gateways, rooms -----------------------------------------------------------------------------


def test_a_text_whose_answer_was_lost_has_arrived() -> None:
    texts = FakeTexts()
    texts.fail_next(unknown=True)
    with pytest.raises(PortTrouble) as trouble:
        texts.send(key="k", to="+32475550101", text="hello")
    assert trouble.value.unknown
    texts.send(key="k", to="+32475550101", text="hello")
    assert texts.sent_to("+32475550101") == ("hello",)


def test_who_is_in_a_room() -> None:
    rooms = a_world().rooms
    for device in ("phone", "tablet"):
        rooms.admit(appointment=APPOINTMENT, role=Role.PATIENT, device=device, until=START)
    assert rooms.inside(APPOINTMENT) == {Role.PATIENT: "tablet"}
    assert rooms.inside(AppointmentId("another")) == {}
