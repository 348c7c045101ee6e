"""Laws of money: whole minor units, one currency at a time, never negative."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.money import LARGEST, MINOR_DIGITS, Money, part_of, zero
from teleconsult_core.refusals import BadInput

currencies = st.sampled_from(sorted(MINOR_DIGITS))
minors = st.integers(0, LARGEST)
sums = st.builds(Money, st.integers(0, 10**12), currencies)


@given(st.builds(Money, st.integers(0, 10**15 - 1), currencies))
def test_what_is_written_is_read_back(money: Money) -> None:
    assert Money.parse(money.decimal, money.currency) == money
    assert str(money) == f"{money.decimal} {money.currency}"


@given(sums)
def test_the_written_amount_is_the_exact_decimal(money: Money) -> None:
    assert Decimal(money.decimal).scaleb(MINOR_DIGITS[money.currency]) == money.minor


@given(currencies, st.integers(0, 10**12), st.integers(0, 10**12))
def test_adding_then_taking_away_gives_back_the_sum(currency: str, a: int, b: int) -> None:
    left, right = Money(a, currency), Money(b, currency)
    assert left + right == right + left == Money(a + b, currency)
    assert left + right - right == left
    assert left + zero(currency) == left


@given(currencies, minors, minors)
def test_money_is_ordered_as_its_minor_units_are(currency: str, a: int, b: int) -> None:
    left, right = Money(a, currency), Money(b, currency)
    assert (left < right, left <= right, left > right, left >= right) == (
        a < b,
        a <= b,
        a > b,
        a >= b,
    )


@given(sums, sums)
def test_two_currencies_never_meet_in_one_sum_or_comparison(a: Money, b: Money) -> None:
    if a.currency == b.currency:
        return
    assert a != b
    for meet in (
        lambda: a + b,
        lambda: a - b,
        lambda: a < b,
        lambda: a <= b,
        lambda: a > b,
        lambda: a >= b,
    ):
        with pytest.raises(BadInput, match="currency"):
            meet()


@given(currencies, st.integers(0, 10**12), st.integers(1, 10**12))
def test_more_than_there_is_cannot_be_taken_away(currency: str, a: int, more: int) -> None:
    with pytest.raises(BadInput):
        Money(a, currency) - Money(a + more, currency)


@given(st.text(max_size=12) | st.text("0123456789.", max_size=8), currencies)
def test_any_text_is_read_exactly_or_refused(text: str, currency: str) -> None:
    try:
        money = Money.parse(text, currency)
    except BadInput:
        return
    assert text.isascii()
    assert Decimal(money.minor).scaleb(-MINOR_DIGITS[currency]) == Decimal(text)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("40.00", "EUR", 4000),
        ("40", "EUR", 4000),
        ("40.5", "EUR", 4050),
        ("0.00", "EUR", 0),
        ("007", "EUR", 700),
        ("4500", "JPY", 4500),
        ("4.500", "TND", 4500),
    ],
)
def test_amounts_as_people_write_them(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "40.001", "-1", "+1", "1e3", "4 000", "40,00", "４０.00", "٤٠", "40.", ".5",
        "NaN", "inf", "0x10", "1_000", " 40.00", "40.00\n", "90071992547409.93", "9" * 400,
    ],
)  # fmt: skip
def test_what_is_no_amount_in_euro_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        Money.parse(text, "EUR")
    assert refused.value.field == "amount"
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("value", [40.0, 4000, None, b"40.00", Decimal("40.00"), True])
def test_only_text_is_read_as_an_amount(value: object) -> None:
    with pytest.raises(BadInput):
        Money.parse(value, "EUR")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("minor", [-1, 1.0, True, None, "1", LARGEST + 1])
def test_minor_units_are_whole_and_within_bounds(minor: object) -> None:
    with pytest.raises(BadInput):
        Money(minor, "EUR")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("currency", ["eur", "XXX", "", None, 978])
def test_a_currency_is_one_we_know_the_decimals_of(currency: object) -> None:
    for make in (lambda: Money(1, currency), lambda: Money.parse("1", currency)):
        with pytest.raises(BadInput, match="currency"):
            make()


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_part_is_in_proportion_to_half_a_minor_unit(sum: int, part: int, whole: int) -> None:
    found = part_of(Money(sum, "EUR"), Money(min(part, whole), "EUR"), Money(whole, "EUR")).minor
    assert abs(found * whole - sum * min(part, whole)) * 2 <= whole
    assert 0 <= found <= sum
