"""The sandbox's card network: cards, holds, captures, refunds, disputes, transfers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from teleconsult_core.holds import CardBrand, HoldFact
from teleconsult_core.ids import CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox import CARDS, Sandbox

Hold = Callable[..., HoldView]
DAY = timedelta(days=1)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def capture(sandbox: Sandbox, ref: HoldRef, minor: int, key: str = "capture") -> HoldView:
    return sandbox.cards.capture(key=OperationId(key), ref=ref, amount=eur(minor))


def release(sandbox: Sandbox, ref: HoldRef) -> HoldView:
    return sandbox.cards.release(key=OperationId("release"), ref=ref)


def refund(sandbox: Sandbox, ref: HoldRef, minor: int, key: str = "refund") -> HoldView:
    return sandbox.cards.refund(key=OperationId(key), ref=ref, amount=eur(minor))


# --- cards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "brand", "name"),
    [
        ("visa-ok", CardBrand.VISA, "Visa"),
        ("mastercard-ok", CardBrand.MASTERCARD, "Mastercard"),
        ("amex-ok", CardBrand.AMERICAN_EXPRESS, "American Express"),
        ("discover", CardBrand.OTHER, "Discover"),
        ("maestro", CardBrand.OTHER, "Maestro"),
    ],
)
def test_a_card_is_named_by_its_brand(
    sandbox: Sandbox, token: str, brand: CardBrand, name: str
) -> None:
    details = sandbox.cards.card(CardToken(token))
    assert details is not None
    assert (details.brand, details.name) == (brand, name)
    assert sandbox.cards.books() == ()


def test_every_card_says_what_it_is_good_for() -> None:
    assert all(card.about and len(card.last4) == 4 for card in CARDS.values())


def test_an_unknown_card_is_no_card_and_holds_nothing(sandbox: Sandbox, hold: Hold) -> None:
    assert sandbox.cards.card(CardToken("4242424242424242")) is None
    with pytest.raises(PortMisused, match="no such card"):
        hold("4242424242424242")
    assert sandbox.cards.books() == ()


@pytest.mark.parametrize("token", ["discover", "maestro"])
def test_a_brand_that_is_not_accepted_should_never_have_been_asked(hold: Hold, token: str) -> None:
    with pytest.raises(PortMisused, match="not enabled"):
        hold(token)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("visa-declined", "declined"),
        ("visa-insufficient-funds", "insufficient-funds"),
        ("visa-expired", "expired-card"),
    ],
)
def test_a_declined_card_holds_nothing_and_says_why(
    sandbox: Sandbox, hold: Hold, token: str, reason: str
) -> None:
    view = hold(token)
    assert (view.news.fact, view.news.reason) == (HoldFact.DECLINED, reason)
    assert sandbox.cards.books()[0].held == eur(0)


# --- the patient ---------------------------------------------------------------------------------


def test_a_card_may_want_its_patient_and_then_holds(sandbox: Sandbox, hold: Hold) -> None:
    view = hold("visa-3ds")
    assert view.news.fact is HoldFact.NEEDS_PATIENT
    assert sandbox.cards.books()[0].held == eur(0)
    assert sandbox.cards.challenge(ref=view.ref).startswith("https://cards.sandbox.invalid/")

    after = sandbox.cards.authenticate(view.ref, True)
    assert after.news.fact is HoldFact.AUTHORISED
    assert sandbox.cards.challenge(ref=view.ref) == ""
    assert sandbox.cards.books()[0].held == eur(40_00)


def test_a_patient_who_fails_to_authenticate_is_declined(sandbox: Sandbox, hold: Hold) -> None:
    after = sandbox.cards.authenticate(hold("visa-3ds").ref, False)
    assert (after.news.fact, after.news.reason) == (HoldFact.DECLINED, "authentication-failed")


def test_one_card_never_authenticates(sandbox: Sandbox, hold: Hold) -> None:
    after = sandbox.cards.authenticate(hold("visa-3ds-always-fails").ref, True)
    assert after.news.fact is HoldFact.DECLINED


def test_authenticating_again_changes_nothing(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold("visa-3ds").ref
    first = sandbox.cards.authenticate(ref, True)
    assert sandbox.cards.authenticate(ref, False) == first


def test_a_hold_that_waits_for_the_patient_can_be_given_up(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold("visa-3ds").ref
    assert release(sandbox, ref).news.fact is HoldFact.RELEASED
    assert sandbox.cards.authenticate(ref, True).news.fact is HoldFact.RELEASED


def test_nothing_is_asked_of_the_patient_of_a_plain_card(sandbox: Sandbox, hold: Hold) -> None:
    assert sandbox.cards.challenge(ref=hold("visa-ok").ref) == ""


# --- how long a hold lives -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "present", "life"),
    [
        ("visa-ok", True, 7 * DAY),
        ("visa-ok", False, timedelta(days=4, hours=18)),
        ("mastercard-ok", False, 7 * DAY),
        ("amex-ok", False, 7 * DAY),
    ],
)
def test_the_network_says_until_when_it_holds(
    hold: Hold, noon: datetime, token: str, present: bool, life: timedelta
) -> None:
    assert hold(token, present=present).news.until == noon + life


def test_authenticating_makes_the_patient_present(
    sandbox: Sandbox, hold: Hold, noon: datetime
) -> None:
    view = hold("visa-3ds", present=False)
    sandbox.clock.forward(timedelta(hours=1))
    after = sandbox.cards.authenticate(view.ref, True)
    assert after.news.until == noon + timedelta(hours=1) + 7 * DAY


def test_a_hold_lapses_by_itself_at_its_end_and_is_never_captured(
    sandbox: Sandbox, hold: Hold, noon: datetime
) -> None:
    ref = hold().ref
    sandbox.clock.set(noon + 7 * DAY - timedelta(microseconds=1))
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED
    sandbox.clock.set(noon + 7 * DAY)
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.LAPSED
    assert capture(sandbox, ref, 40_00).news.fact is HoldFact.LAPSED
    (book,) = sandbox.cards.books()
    assert (book.held, book.captured) == (eur(0), eur(0))


def test_a_bank_may_drop_a_hold_early_without_a_word(
    sandbox: Sandbox, hold: Hold, noon: datetime
) -> None:
    view = hold("visa-short")
    assert view.news.until == noon + 7 * DAY
    sandbox.clock.forward(2 * DAY)
    after = capture(sandbox, view.ref, 40_00)
    assert (after.news.fact, after.news.reason) == (HoldFact.LAPSED, "dropped by the bank")


# --- taking and letting go -----------------------------------------------------------------------


def test_a_part_is_captured_and_the_rest_let_go(sandbox: Sandbox, hold: Hold) -> None:
    view = capture(sandbox, hold().ref, 25_00)
    assert (view.news.fact, view.news.captured) == (HoldFact.CAPTURED, eur(25_00))
    (book,) = sandbox.cards.books()
    assert (book.held, book.captured, book.refunded) == (eur(0), eur(25_00), eur(0))


@pytest.mark.parametrize("minor", [0, 49, 40_01])
def test_an_amount_that_cannot_be_captured_is_a_mistake(
    sandbox: Sandbox, hold: Hold, minor: int
) -> None:
    ref = hold().ref
    with pytest.raises(PortMisused):
        capture(sandbox, ref, minor)
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.AUTHORISED


def test_the_smallest_charge_can_be_captured(sandbox: Sandbox, hold: Hold) -> None:
    assert capture(sandbox, hold().ref, 50).news.captured == eur(50)


def test_another_currency_is_a_mistake(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    with pytest.raises(PortMisused, match="not in EUR"):
        sandbox.cards.capture(key=OperationId("c"), ref=ref, amount=Money(40_00, "USD"))


@pytest.mark.parametrize("minor", [0, 49, 1_000_000_00])
def test_an_amount_that_cannot_be_held_is_a_mistake(hold: Hold, minor: int) -> None:
    with pytest.raises(PortMisused):
        hold("visa-ok", minor)


def test_a_second_capture_changes_nothing(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 10_00)
    again = capture(sandbox, ref, 30_00, key="another")
    assert (again.news.fact, again.news.captured) == (HoldFact.CAPTURED, eur(10_00))


def test_a_released_hold_is_never_captured(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    assert release(sandbox, ref).news.fact is HoldFact.RELEASED
    assert capture(sandbox, ref, 40_00).news.fact is HoldFact.RELEASED
    assert sandbox.cards.books()[0].captured == eur(0)


def test_a_captured_hold_is_never_released(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    assert release(sandbox, ref).news.fact is HoldFact.CAPTURED


def test_a_declined_hold_is_neither_captured_nor_released(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold("visa-declined").ref
    assert capture(sandbox, ref, 40_00).news.fact is HoldFact.DECLINED
    assert release(sandbox, ref).news.fact is HoldFact.DECLINED


def test_a_hold_that_was_never_made_is_a_mistake(sandbox: Sandbox) -> None:
    with pytest.raises(PortMisused, match="knows no hold"):
        sandbox.cards.look(ref=HoldRef("hold_000099"))


# --- giving back ---------------------------------------------------------------------------------


def test_refunds_come_in_parts_up_to_what_was_captured(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    part = refund(sandbox, ref, 15_00, "first")
    assert (part.news.fact, part.news.refunded) == (HoldFact.PARTLY_REFUNDED, eur(15_00))
    whole = refund(sandbox, ref, 25_00, "second")
    assert (whole.news.fact, whole.news.refunded) == (HoldFact.REFUNDED, eur(40_00))
    assert whole.refunds == ("first", "second")
    assert sandbox.cards.books()[0].refunded == eur(40_00)


@pytest.mark.parametrize("minor", [0, 30_01])
def test_more_than_is_left_and_nothing_are_no_refunds(
    sandbox: Sandbox, hold: Hold, minor: int
) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    refund(sandbox, ref, 10_00, "first")
    with pytest.raises(PortMisused):
        refund(sandbox, ref, minor, "second")
    assert sandbox.cards.look(ref=ref).news.refunded == eur(10_00)


def test_what_was_not_captured_is_not_refunded(sandbox: Sandbox, hold: Hold) -> None:
    assert refund(sandbox, hold().ref, 10_00).news.fact is HoldFact.AUTHORISED


# --- disputes ------------------------------------------------------------------------------------


def test_a_dispute_withholds_what_is_left_until_it_is_won(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    refund(sandbox, ref, 10_00)
    assert sandbox.cards.open_dispute(ref).news.fact is HoldFact.DISPUTED
    assert sandbox.cards.books()[0].disputed == eur(30_00)
    assert refund(sandbox, ref, 5_00, "late").news.fact is HoldFact.DISPUTED

    assert sandbox.cards.decide_dispute(ref, True).news.fact is HoldFact.DISPUTE_WON
    (book,) = sandbox.cards.books()
    assert (book.disputed, book.lost) == (eur(0), eur(0))


def test_a_lost_dispute_takes_back_what_was_left(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    sandbox.cards.open_dispute(ref)
    assert sandbox.cards.decide_dispute(ref, False).news.fact is HoldFact.DISPUTE_LOST
    assert sandbox.cards.books()[0].lost == eur(40_00)
    assert sandbox.cards.decide_dispute(ref, True).news.fact is HoldFact.DISPUTE_LOST


def test_a_charge_is_disputed_at_most_once(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    sandbox.cards.open_dispute(ref)
    sandbox.cards.decide_dispute(ref, True)
    assert sandbox.cards.open_dispute(ref).news.fact is HoldFact.DISPUTE_WON


def test_what_was_not_taken_cannot_be_disputed(sandbox: Sandbox, hold: Hold) -> None:
    assert sandbox.cards.open_dispute(hold().ref).news.fact is HoldFact.AUTHORISED


def test_one_card_is_disputed_the_day_after_capture(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold("mastercard-dispute").ref
    capture(sandbox, ref, 40_00)
    sandbox.clock.forward(DAY)
    assert sandbox.cards.look(ref=ref).news.fact is HoldFact.DISPUTED


# --- transfers -----------------------------------------------------------------------------------


NOTHING = (0, False)


def transfer(sandbox: Sandbox) -> tuple[int, bool]:
    """The amount of the only transfer, and whether it was paid."""
    if not sandbox.cards.transfers(practitioner=PractitionerId("dr-peeters")):
        return NOTHING
    (one,) = sandbox.cards.transfers(practitioner=PractitionerId("dr-peeters"))
    return one.amount.minor, one.paid_on is not None


def test_a_capture_is_passed_on_after_fifteen_days(
    sandbox: Sandbox, hold: Hold, noon: datetime
) -> None:
    capture(sandbox, hold().ref, 40_00)
    (one,) = sandbox.cards.transfers(practitioner=PractitionerId("dr-peeters"))
    assert (one.expected_on, one.paid_on) == (noon + 15 * DAY, None)
    assert sandbox.cards.transfers(practitioner=PractitionerId("another")) == ()

    sandbox.clock.forward(20 * DAY)
    (one,) = sandbox.cards.transfers(practitioner=PractitionerId("dr-peeters"))
    assert (one.amount, one.paid_on) == (eur(40_00), noon + 15 * DAY)


def test_a_hold_that_was_let_go_passes_nothing_on(sandbox: Sandbox, hold: Hold) -> None:
    release(sandbox, hold().ref)
    assert sandbox.cards.transfers(practitioner=PractitionerId("dr-peeters")) == ()


def test_a_refund_reduces_the_transfer_before_and_after_it_is_paid(
    sandbox: Sandbox, hold: Hold
) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    refund(sandbox, ref, 10_00, "before")
    assert transfer(sandbox) == (30_00, False)
    sandbox.clock.forward(15 * DAY)
    assert transfer(sandbox) == (30_00, True)
    refund(sandbox, ref, 5_00, "after")
    assert transfer(sandbox) == (25_00, True)


def test_a_transfer_that_is_refunded_whole_is_never_paid(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    refund(sandbox, ref, 40_00)
    sandbox.clock.forward(30 * DAY)
    assert transfer(sandbox) == NOTHING


def test_a_transfer_that_was_paid_stays_in_sight_when_it_is_refunded_whole(
    sandbox: Sandbox, hold: Hold
) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    sandbox.clock.forward(15 * DAY)
    refund(sandbox, ref, 40_00)
    assert transfer(sandbox) == (0, True)


def test_a_disputed_transfer_waits_for_the_decision(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    sandbox.cards.open_dispute(ref)
    sandbox.clock.forward(20 * DAY)
    assert transfer(sandbox) == (40_00, False)
    sandbox.cards.decide_dispute(ref, True)
    assert transfer(sandbox) == (40_00, True)


def test_a_dispute_that_is_won_early_leaves_the_transfer_at_its_day(
    sandbox: Sandbox, hold: Hold
) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    sandbox.cards.open_dispute(ref)
    sandbox.cards.decide_dispute(ref, True)
    assert transfer(sandbox) == (40_00, False)
    sandbox.clock.forward(15 * DAY)
    assert transfer(sandbox) == (40_00, True)


def test_a_lost_dispute_leaves_nothing_to_pass_on(sandbox: Sandbox, hold: Hold) -> None:
    ref = hold().ref
    capture(sandbox, ref, 40_00)
    sandbox.cards.open_dispute(ref)
    sandbox.cards.decide_dispute(ref, False)
    sandbox.clock.forward(20 * DAY)
    assert transfer(sandbox) == NOTHING


# --- reconciliation ------------------------------------------------------------------------------


def test_every_hold_made_since_a_moment_is_listed(
    sandbox: Sandbox, hold: Hold, noon: datetime
) -> None:
    hold(key="early")
    sandbox.clock.forward(DAY)
    hold(key="late")
    hold("visa-declined", key="declined")
    since = sandbox.cards.since(moment=noon + DAY)
    assert [view.operation for view in since] == ["late", "declined"]
    assert len(sandbox.cards.since(moment=noon)) == 3


def test_a_hold_is_found_by_the_key_it_was_placed_under(sandbox: Sandbox, hold: Hold) -> None:
    placed = hold(key="ours")
    assert sandbox.cards.find(key=OperationId("ours"), asked_at=sandbox.clock()) == placed
    assert sandbox.cards.find(key=OperationId("never"), asked_at=sandbox.clock()) is None
