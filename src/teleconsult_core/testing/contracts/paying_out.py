"""The contract of accounts for practitioners, beside the card network whose money they get.

class TestAcmePayouts(PayoutNetworkContract):
    def open_network(self) -> CardNetwork: ...
    def open_payouts(self) -> PayoutNetwork: ...       # on the same books
    def complete(self, ref: AccountRef) -> None: ...   # what the practitioner does on Acme's pages

Beside these it needs what the card network's contract needs, `now` and `forward` among them.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

import pytest
from attrs import evolve

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import AccountRef, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView, Transfer
from teleconsult_core.payout_accounts import NewAccount, PayoutNetwork
from teleconsult_core.ports import PortMisused
from teleconsult_core.testing.contracts.network_under_test import HOLD, NetworkUnderTest

FEE, PART, PART_FEE = Money(4_50, "EUR"), Money(20_00, "EUR"), Money(2_00, "EUR")
NOTHING = Money(0, "EUR")


class PayoutNetworkContract(NetworkUnderTest):
    unknown = AccountRef("acct_999999")

    def open_payouts(self) -> PayoutNetwork:
        """Accounts on the books of `self.network`; called once a test."""
        raise NotImplementedError

    def complete(self, ref: AccountRef) -> None:
        """The practitioner gives what is missing."""
        raise NotImplementedError

    # --- for the tests ---------------------------------------------------------------------------

    @cached_property
    def payouts(self) -> PayoutNetwork:
        self.network  # noqa: B018 # opened first
        return self.open_payouts()

    def _new(self, practitioner: str = "dr-peeters") -> NewAccount:
        email = f"{practitioner}@clinic.example"
        return NewAccount(PractitionerId(practitioner), email, country="BE", delay_days=15)

    def _completed(self) -> AccountRef:
        ref = self.payouts.register(account=self._new()).ref
        self.complete(ref)
        return ref

    def _held_for(self, account: AccountRef) -> HoldView:
        request = evolve(self.request(), account=account, fee=FEE)
        return self.network.authorise(key=self.new_key(), request=request)

    def _taken_for(self, account: AccountRef, amount: Money = HOLD, fee: Money = FEE) -> HoldView:
        ref = self._held_for(account).ref
        return self.network.capture(key=self.new_key(), ref=ref, amount=amount, fee=fee)

    def _passed_on(self, view: HoldView) -> Transfer:
        every = self.network.transfers(practitioner=self.request().practitioner)
        (found,) = [one for one in every if one.ref == view.ref]
        return found

    # --- an account ------------------------------------------------------------------------------

    def test_a_new_account_says_what_it_misses(self) -> None:
        view = self.payouts.register(account=self._new())
        assert not view.takes_cards
        assert not view.is_paid_out
        assert view.missing
        assert self.payouts.look(ref=view.ref) == view

    def test_registering_twice_is_one_account(self) -> None:
        first = self.payouts.register(account=self._new())
        assert self.payouts.register(account=self._new()) == first
        self.complete(first.ref)
        again = self.payouts.register(account=self._new())
        assert (again.ref, again.takes_cards) == (first.ref, True)

    def test_each_practitioner_has_his_own(self) -> None:
        refs = {self.payouts.register(account=self._new(f"dr-{one}")).ref for one in "abc"}
        assert len(refs) == 3

    def test_a_completed_account_takes_cards_and_is_paid_out(self) -> None:
        view = self.payouts.look(ref=self._completed())
        assert view.takes_cards
        assert view.is_paid_out
        assert not view.missing

    def test_pages_are_for_one_use(self) -> None:
        ref = self.payouts.register(account=self._new()).ref
        pages = {self.payouts.onboarding(ref=ref) for _ in range(3)}
        assert len(pages) == 3
        assert self.payouts.dashboard(ref=ref) == ""
        self.complete(ref)
        pages |= {self.payouts.dashboard(ref=ref) for _ in range(3)}
        assert len(pages) == 6
        assert all(page.startswith("https://") for page in pages)

    def test_an_account_that_was_never_opened_is_misuse(self) -> None:
        for verb in ("look", "onboarding", "dashboard", "payouts"):
            with pytest.raises(PortMisused):
                getattr(self.payouts, verb)(ref=self.unknown)

    # --- what is taken for it --------------------------------------------------------------------

    def test_the_clinic_keeps_its_fee_and_the_account_gets_the_rest(self) -> None:
        view = self._taken_for(self._completed())
        assert view.news.captured == HOLD
        assert view.news.fee == FEE
        assert self._passed_on(view).amount == HOLD - FEE

    def test_the_fee_is_the_one_said_when_it_is_taken(self) -> None:
        account = self._completed()
        view = self._taken_for(account, PART, PART_FEE)
        assert (view.news.captured, view.news.fee) == (PART, PART_FEE)
        assert self._passed_on(view).amount == PART - PART_FEE
        free = self._taken_for(account, PART, NOTHING)
        assert free.news.fee == NOTHING
        assert self._passed_on(free).amount == PART

    @pytest.mark.parametrize("fee", [PART_FEE, NOTHING])
    def test_taking_it_again_under_the_same_key_is_the_same_question(self, fee: Money) -> None:
        ref, key = self._held_for(self._completed()).ref, self.new_key()
        first = self.network.capture(key=key, ref=ref, amount=PART, fee=fee)
        assert self.network.capture(key=key, ref=ref, amount=PART, fee=fee) == first

    def test_a_hold_alone_passes_nothing_on(self) -> None:
        view = self._held_for(self._completed())
        assert view.news.fact is HoldFact.AUTHORISED
        assert view.news.fee in {None, NOTHING}
        self.network.release(key=self.new_key(), ref=view.ref)
        assert not self.network.transfers(practitioner=self.request().practitioner)

    def test_a_fee_without_an_account_or_above_the_sum_is_misuse(self) -> None:
        ref = self.held().ref
        with pytest.raises(PortMisused):
            self.network.capture(key=self.new_key(), ref=ref, amount=PART, fee=PART_FEE)
        ref = self._held_for(self._completed()).ref
        with pytest.raises(PortMisused):
            self.network.capture(key=self.new_key(), ref=ref, amount=PART_FEE, fee=PART)
        assert self.network.look(ref=ref).news.fact is HoldFact.AUTHORISED

    def test_a_refund_comes_from_both_who_had_it(self) -> None:
        view = self._taken_for(self._completed())
        after = self.network.refund(key=self.new_key(), ref=view.ref, amount=PART).news
        assert after.fee is not None
        assert NOTHING < after.fee < FEE
        assert self._passed_on(view).amount == HOLD - PART - after.fee
        whole = self.network.refund(key=self.new_key(), ref=view.ref, amount=HOLD - PART).news
        assert (whole.fact, whole.fee) == (HoldFact.REFUNDED, NOTHING)
        transfers = self.network.transfers(practitioner=self.request().practitioner)
        assert not any(one.amount.minor for one in transfers)

    def test_what_is_passed_on_reaches_the_bank(self) -> None:
        account = self._completed()
        passed = [self._passed_on(self._taken_for(account)) for _ in range(2)]
        assert all(one.expected_on > self.now() and one.paid_on is None for one in passed)
        (due,) = self.payouts.payouts(ref=account)
        assert due.amount == (HOLD - FEE) + (HOLD - FEE)
        assert due.paid_on is None
        self.forward(max(one.expected_on for one in passed) - self.now() + timedelta(days=1))
        (paid,) = self.payouts.payouts(ref=account)
        assert (paid.id, paid.amount, paid.trouble) == (due.id, due.amount, "")
        assert paid.paid_on is not None
        transfers = self.network.transfers(practitioner=self.request().practitioner)
        assert all(one.paid_on is not None for one in transfers)
