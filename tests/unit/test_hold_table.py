"""The table of card holds: total, and true whatever the network says and in which order."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.holds import (
    ACCEPTED_BRANDS,
    CHARGED,
    LIVE,
    CardBrand,
    CardHold,
    HoldFact,
    HoldNews,
    HoldState,
    Verdict,
    after,
)
from teleconsult_core.ids import AppointmentId, HoldRef, hold_id
from teleconsult_core.ledger import Account, Entry, balances, entries_after
from teleconsult_core.money import Money, part_of
from teleconsult_core.refusals import BadInput

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
A1 = AppointmentId("a1")
states, facts = st.sampled_from(HoldState), st.sampled_from(HoldFact)
OVER = HoldState.DECLINED, HoldState.LAPSED, HoldState.RELEASED


TAKEN_FEE = Money(300, "EUR")


def hold(state: HoldState = HoldState.AUTHORISING, minor: int = 4500) -> CardHold:
    return CardHold(hold_id(A1, 1), A1, 1, Money(minor, "EUR"), state, NOW)


@st.composite
def news(draw: st.DrawFn) -> HoldNews:
    """News as the network's books could hold it: figures fit the fact."""
    fact = draw(facts)
    captured = refunded = None
    taken = {HoldFact.CAPTURED, HoldFact.DISPUTED, HoldFact.DISPUTE_WON, HoldFact.DISPUTE_LOST}
    if fact in taken | {HoldFact.PARTLY_REFUNDED, HoldFact.REFUNDED}:
        captured = Money(3000, "EUR")
    if fact is HoldFact.PARTLY_REFUNDED:
        refunded = Money(draw(st.integers(1, 2999)), "EUR")
    if fact is HoldFact.REFUNDED:
        refunded = captured
    until = NOW + timedelta(days=7) if fact is HoldFact.AUTHORISED else None
    fee = captured and part_of(TAKEN_FEE, captured - (refunded or captured - captured), captured)
    return HoldNews(fact, until=until, captured=captured, refunded=refunded, fee=fee)


def told_all(start: CardHold, heard: list[HoldNews]) -> list[CardHold]:
    """Every hold on the way; a verdict leaves the hold as it is."""
    path = [start]
    for one in heard:
        told = path[-1].told(one)
        path.append(told if isinstance(told, CardHold) else path[-1])
    return path


def entries_along(path: list[CardHold]) -> list[Entry]:
    steps = itertools.pairwise(path)
    return [entry for old, new in steps for entry in entries_after(old, new, NOW)]


@given(states, facts)
def test_every_pair_of_state_and_fact_has_an_answer(state: HoldState, fact: HoldFact) -> None:
    assert isinstance(after(state, fact), HoldState | Verdict)


@given(states, news())
def test_a_fact_told_twice_changes_nothing_the_second_time(state: HoldState, one: HoldNews) -> None:
    first = hold(state).told(one)
    if isinstance(first, CardHold):
        second = first.told(one)
        assert second == first or isinstance(second, Verdict)
        assert second is not Verdict.CONTRADICTION


@given(st.lists(news(), max_size=12))
def test_money_that_was_taken_stays_taken(heard: list[HoldNews]) -> None:
    path = told_all(hold(), heard)
    for before, now in itertools.pairwise(path):
        assert now.captured >= before.captured
        assert now.refunded >= before.refunded
        assert not (before.state in CHARGED and now.state not in CHARGED)


@given(st.lists(news(), max_size=12))
def test_never_more_is_taken_than_held_nor_given_back_than_taken(heard: list[HoldNews]) -> None:
    for one in told_all(hold(), heard):
        assert one.captured <= one.amount
        assert one.refunded <= one.captured


@given(st.sampled_from(OVER), st.lists(news(), max_size=8))
def test_a_hold_that_is_over_never_takes_money(state: HoldState, heard: list[HoldNews]) -> None:
    if state is HoldState.DECLINED:  # the patient may have tried again, or it turned up late
        again = HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT
        heard = [one for one in heard if one.fact not in again]
    assert told_all(hold(state), heard)[-1].state not in CHARGED


def test_what_was_given_up_and_turns_up_is_known_again() -> None:
    news = HoldNews(HoldFact.NEEDS_PATIENT, ref=HoldRef("h1"))
    given_up = hold(HoldState.DECLINED)
    turned_up = given_up.told(news)
    assert isinstance(turned_up, CardHold)
    assert (turned_up.state, turned_up.ref) == (HoldState.AWAITING_PATIENT, "h1")
    assert evolve(given_up, ref=HoldRef("h1")).told(news) is Verdict.LATE


@given(states)
def test_we_decide_to_capture_only_what_is_held(state: HoldState) -> None:
    decided = after(state, HoldFact.CAPTURE_DECIDED)
    assert (decided is HoldState.CAPTURING) == (state is HoldState.HELD)


@given(states)
def test_we_decide_to_release_only_what_may_still_be_held(state: HoldState) -> None:
    if after(state, HoldFact.RELEASE_DECIDED) is HoldState.RELEASING:
        assert state in LIVE
        assert state is not HoldState.CAPTURING


@given(st.lists(news(), max_size=12))
def test_the_ledger_always_sums_to_zero_and_shows_what_the_hold_shows(
    heard: list[HoldNews],
) -> None:
    path = told_all(hold(), heard)
    entries = [e for old, new in itertools.pairwise(path) for e in entries_after(old, new, NOW)]
    sums = balances(entries)
    last = path[-1]
    assert sum(sums.values()) == 0
    taken = (Account.NETWORK, Account.FEE, Account.DISPUTED)
    ours = sum(sums.get((account, "EUR"), 0) for account in taken)
    assert sums.get((Account.FEE, "EUR"), 0) == last.fee.minor
    if last.state is HoldState.LOST:
        assert ours == 0
    elif last.state is not HoldState.WON or HoldState.DISPUTED in {one.state for one in path}:
        assert ours == last.refundable.minor


def test_a_fee_from_before_a_refund_tells_nothing() -> None:
    taken, left = Money(3000, "EUR"), Money(200, "EUR")
    after_refund = evolve(
        hold(HoldState.PARTLY_REFUNDED), captured=taken, refunded=Money(1000, "EUR"), fee=left
    )
    late = HoldNews(HoldFact.DISPUTED, captured=taken, refunded=Money(0, "EUR"), fee=TAKEN_FEE)
    told = after_refund.told(late)
    assert isinstance(told, CardHold)
    assert told.fee == left
    with pytest.raises(BadInput, match="at most the amount captured"):
        evolve(hold(HoldState.CAPTURED), captured=left, fee=TAKEN_FEE)


@given(st.lists(news(), max_size=12))
def test_nothing_stays_promised_once_a_hold_is_over(heard: list[HoldNews]) -> None:
    path = told_all(hold(), heard)
    entries = [e for old, new in itertools.pairwise(path) for e in entries_after(old, new, NOW)]
    promised = balances(entries).get((Account.PROMISED, "EUR"), 0)
    assert promised in {0, last_amount(path)}
    if path[-1].state not in LIVE:
        assert promised == 0


def last_amount(path: list[CardHold]) -> int:
    return path[-1].amount.minor


@pytest.mark.parametrize("hours", [0, 1, 167, 168, 169])
def test_a_hold_stands_until_the_network_says_and_not_a_moment_longer(hours: int) -> None:
    held = hold().told(HoldNews(HoldFact.AUTHORISED, until=NOW + timedelta(hours=168)))
    assert isinstance(held, CardHold)
    assert held.standing(NOW + timedelta(hours=hours)) == (hours < 168)


def test_three_brands_are_accepted() -> None:
    assert set(CardBrand) - {CardBrand.OTHER} == ACCEPTED_BRANDS
