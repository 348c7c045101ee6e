"""Whatever the holds: sums over states are the sum over all, and no cent is in two places."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.dashboard import PaymentLine, totals, totals_by_state
from teleconsult_core.holds import CHARGED, CardHold, HoldState
from teleconsult_core.money import Money
from teleconsult_core.payments import Transfer
from teleconsult_core.testing.builders import a_completed, a_hold

MONEY = ("held", "captured", "refunded", "disputed", "fee", "kept", "paid", "to_come")
DAY = datetime(2030, 1, 20, tzinfo=UTC)


@st.composite
def lines(draw: st.DrawFn) -> PaymentLine:
    """A payment in any state, in one of two currencies."""
    state, currency = draw(st.sampled_from(HoldState)), draw(st.sampled_from(["EUR", "CHF"]))
    amount = draw(st.integers(1, 10_000))
    captured = draw(st.integers(1, amount)) if state in CHARGED else 0
    refunded = draw(st.integers(0, captured))
    fee = draw(st.integers(0, captured))
    hold = _hold(state, currency, amount, captured, refunded, fee)
    paid_on = draw(st.sampled_from([None, DAY]))
    transfer = Transfer(hold.ref or "", "x", Money(captured - refunded, currency), DAY, paid_on)
    return PaymentLine(a_completed(), hold, None, transfer if draw(st.booleans()) else None)


def _hold(state: HoldState, currency: str, *minors: int) -> CardHold:
    money = (Money(minor, currency) for minor in minors)
    names = ("amount", "captured", "refunded", "fee")
    return evolve(a_hold(), state=state, **dict(zip(names, money, strict=True)))


@given(st.lists(lines(), max_size=12))
def test_states_add_up_to_the_total_of_their_currency(every: list[PaymentLine]) -> None:
    whole, parts = totals(every), totals_by_state(every)
    assert sum(one.payments for one in whole) == len(every)
    for total in whole:
        its = [one for one in parts if one.held.currency == total.held.currency]
        assert sum(one.payments for one in its) == total.payments
        for name in MONEY:
            assert sum(getattr(one, name).minor for one in its) == getattr(total, name).minor
    assert {one.held.currency for one in whole} == {one.held.currency for one in parts}


@given(lines())
def test_each_captured_cent_is_refunded_disputed_a_fee_or_kept(line: PaymentLine) -> None:
    assert line.hold.captured == line.hold.refunded + line.disputed + line.fee + line.kept
    assert not (line.held.minor and line.hold.captured.minor)
    assert not (line.paid.minor and line.to_come.minor)
