"""Capturing, letting go and refunding. Part of the card network's contract; see `card_network`.

Sums are the network's own: whatever is asked, they never exceed what was held and what was taken.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import HoldRef
from teleconsult_core.money import MINOR_DIGITS, Money
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.contracts.network_under_test import HOLD, NetworkUnderTest

PART, REST = Money(20_00, "EUR"), Money(25_00, "EUR")
SECOND = timedelta(seconds=1)


class TakingContract(NetworkUnderTest):
    def _sums(self, ref: HoldRef) -> tuple[int, int]:
        news = self.network.look(ref=ref).news
        sums = (news.captured, news.refunded)
        return sums[0].minor if sums[0] else 0, sums[1].minor if sums[1] else 0

    # --- capturing -------------------------------------------------------------------------------

    def test_capturing_all_of_it(self) -> None:
        view = self.captured()
        assert view.news.fact is HoldFact.CAPTURED
        assert view.news.captured == HOLD
        assert self._sums(view.ref) == (HOLD.minor, 0)

    def test_capturing_less_lets_the_rest_go(self) -> None:
        view = self.captured(PART)
        assert view.news.fact is HoldFact.CAPTURED
        assert view.news.captured == PART
        self.network.capture(key=self.new_key(), ref=view.ref, amount=REST)
        assert self._sums(view.ref) == (PART.minor, 0)

    def test_capturing_twice_is_capturing_once(self) -> None:
        ref, key = self.held().ref, self.new_key()
        for _ in range(2):
            self.network.capture(key=key, ref=ref, amount=PART)
        assert self._sums(ref) == (PART.minor, 0)

    def test_the_same_key_for_another_amount_is_refused(self) -> None:
        ref, key = self.held().ref, self.new_key()
        self.network.capture(key=key, ref=ref, amount=PART)
        with pytest.raises(PortMisused):
            self.network.capture(key=key, ref=ref, amount=REST)
        assert self._sums(ref) == (PART.minor, 0)

    @pytest.mark.parametrize("amount", [Money(0, "EUR"), HOLD + Money(1, "EUR")], ids=str)
    def test_nothing_and_more_than_is_held_cannot_be_captured(self, amount: Money) -> None:
        ref = self.held().ref
        with pytest.raises(PortMisused):
            self.network.capture(key=self.new_key(), ref=ref, amount=amount)
        assert self.network.look(ref=ref).news.fact is HoldFact.AUTHORISED

    def test_after_a_lost_answer_it_is_seen_and_not_taken_twice(self) -> None:
        ref, key = self.held().ref, self.new_key()
        self.lose_next_answer("capture")
        with pytest.raises(PortTrouble) as trouble:
            self.network.capture(key=key, ref=ref, amount=PART)
        assert trouble.value.unknown
        assert self._sums(ref) == (PART.minor, 0)
        assert self.network.capture(key=key, ref=ref, amount=PART).news.captured == PART
        assert self._sums(ref) == (PART.minor, 0)

    def test_a_declined_hold_gives_nothing(self) -> None:
        request = self.request(card=self.declined)
        ref = self.network.authorise(key=self.new_key(), request=request).ref
        view = self.network.capture(key=self.new_key(), ref=ref, amount=PART)
        assert view.news.fact is HoldFact.DECLINED
        assert self._sums(ref) == (0, 0)

    @pytest.mark.parametrize("digits", [0, 2, 3])
    def test_sums_are_exact_whatever_the_currencys_decimals(self, digits: int) -> None:
        tried = [one for one in self.currencies if MINOR_DIGITS[one] == digits]
        if not tried:
            pytest.skip(f"no currency with {digits} decimals to test with")
        for currency in tried:
            ref = self.held(Money(12_340, currency)).ref
            taken = Money(12_330, currency)
            view = self.network.capture(key=self.new_key(), ref=ref, amount=taken)
            assert view.news.captured == taken

    # --- the end of a hold -----------------------------------------------------------------------

    def test_releasing_lets_go_once_and_for_all(self) -> None:
        ref = self.held().ref
        for _ in range(2):
            view = self.network.release(key=self.new_key(), ref=ref)
            assert view.news.fact is HoldFact.RELEASED
        view = self.network.capture(key=self.new_key(), ref=ref, amount=PART)
        assert view.news.fact is HoldFact.RELEASED
        assert self._sums(ref) == (0, 0)

    def test_releasing_what_was_captured_is_told_not_done(self) -> None:
        ref = self.captured(PART).ref
        view = self.network.release(key=self.new_key(), ref=ref)
        assert view.news.fact is HoldFact.CAPTURED
        assert self._sums(ref) == (PART.minor, 0)

    def test_a_hold_can_be_captured_to_its_last_second(self) -> None:
        view = self.held()
        assert view.news.until is not None
        self.forward(view.news.until - self.now() - SECOND)
        taken = self.network.capture(key=self.new_key(), ref=view.ref, amount=PART)
        assert taken.news.fact is HoldFact.CAPTURED

    def test_capturing_too_late_tells_that_it_lapsed(self) -> None:
        view = self.held()
        assert view.news.until is not None
        self.forward(view.news.until - self.now())
        assert self.network.look(ref=view.ref).news.fact is HoldFact.LAPSED
        late = self.network.capture(key=self.new_key(), ref=view.ref, amount=PART)
        assert late.news.fact is HoldFact.LAPSED
        assert self._sums(view.ref) == (0, 0)

    # --- giving back -----------------------------------------------------------------------------

    def test_refunding_in_two_parts(self) -> None:
        ref, first, second = self.captured().ref, self.new_key(), self.new_key()
        view = self.network.refund(key=first, ref=ref, amount=PART)
        assert view.news.fact is HoldFact.PARTLY_REFUNDED
        assert view.news.refunded == PART
        view = self.network.refund(key=second, ref=ref, amount=REST)
        assert view.news.fact is HoldFact.REFUNDED
        assert self._sums(ref) == (HOLD.minor, HOLD.minor)
        assert set(self.network.look(ref=ref).refunds) == {first, second}

    def test_the_same_refund_twice_is_one_refund(self) -> None:
        ref, key = self.captured().ref, self.new_key()
        for _ in range(2):
            self.network.refund(key=key, ref=ref, amount=PART)
        assert self._sums(ref) == (HOLD.minor, PART.minor)
        assert self.network.look(ref=ref).refunds == (key,)

    def test_never_more_is_given_back_than_was_taken(self) -> None:
        ref = self.captured(PART).ref
        with pytest.raises(PortMisused):
            self.network.refund(key=self.new_key(), ref=ref, amount=PART + Money(1, "EUR"))
        assert self._sums(ref) == (PART.minor, 0)

    def test_what_was_not_taken_is_not_given_back(self) -> None:
        ref = self.held().ref
        view = self.network.refund(key=self.new_key(), ref=ref, amount=PART)
        assert view.news.fact is HoldFact.AUTHORISED
        assert self._sums(ref) == (0, 0)

    def test_a_refund_that_came_back_is_named_and_stays_a_refund(self) -> None:
        ref, first, second = self.captured().ref, self.new_key(), self.new_key()
        for key in (first, second):
            before = self.network.refund(key=key, ref=ref, amount=PART)
        assert before.came_back == ()
        self.send_back(ref, first)
        after = self.network.look(ref=ref)
        assert after.came_back == (first,)
        assert set(after.refunds) == {first, second}
        assert (after.news.fact, after.news.refunded) == (before.news.fact, before.news.refunded)

    # --- passing on ------------------------------------------------------------------------------

    def test_what_was_taken_is_passed_on_to_its_practitioner(self) -> None:
        view = self.captured(PART)
        practitioner = self.request().practitioner
        if not self.passes_on:
            assert not self.network.transfers(practitioner=practitioner)
            return
        (transfer,) = [
            one for one in self.network.transfers(practitioner=practitioner) if one.ref == view.ref
        ]
        assert transfer.amount <= PART
        assert transfer.expected_on >= self.now()
        assert transfer.practitioner == practitioner
