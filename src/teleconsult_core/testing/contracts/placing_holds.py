"""Placing and finding holds. Part of the card network's contract; see `card_network`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.holds import CardBrand, HoldFact
from teleconsult_core.ids import CardToken, HoldRef, OperationId
from teleconsult_core.money import Money
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.contracts.network_under_test import HOLD, NetworkUnderTest

HOUR = timedelta(hours=1)


class PlacingContract(NetworkUnderTest):
    def test_a_card_is_told_by_brand_without_reserving_anything(self) -> None:
        details = self.network.card(self.good)
        assert details is not None
        assert details.brand is not CardBrand.OTHER
        assert len(details.last4) == 4
        assert self.network.card(CardToken("no-such-token")) is None

    def test_a_card_that_is_not_accepted_is_told_by_name(self) -> None:
        if not self.not_accepted:
            pytest.skip("there is no such card to test with")
        details = self.network.card(self.not_accepted)
        assert details is not None
        assert details.brand is CardBrand.OTHER
        assert details.name

    def test_a_hold_stands_until_an_instant_that_the_network_names(self) -> None:
        key = self.new_key()
        view = self.network.authorise(key=key, request=self.request())
        assert view.news.fact is HoldFact.AUTHORISED
        assert view.ref
        assert view.operation == key
        assert view.news.until is not None
        assert view.news.until > self.now()
        assert view.news.brand is not None
        assert not view.refunds

    def test_the_same_key_twice_is_one_hold(self) -> None:
        network, key = self.network, self.new_key()
        start = self.now()
        first = network.authorise(key=key, request=self.request())
        again = network.authorise(key=key, request=self.request())
        assert again.ref == first.ref
        made = [view.ref for view in network.since(moment=start) if view.operation == key]
        assert made == [first.ref]

    def test_another_key_is_another_hold(self) -> None:
        assert self.held().ref != self.held().ref

    def test_the_same_key_for_something_else_is_refused(self) -> None:
        key, request = self.new_key(), self.request()
        self.network.authorise(key=key, request=request)
        other = evolve(request, amount=HOLD + Money(1, "EUR"))
        with pytest.raises(PortMisused):
            self.network.authorise(key=key, request=other)

    def test_a_declined_card_is_an_answer_with_a_reason(self) -> None:
        key = self.new_key()
        view = self.network.authorise(key=key, request=self.request(card=self.declined))
        assert view.news.fact is HoldFact.DECLINED
        assert view.news.reason
        again = self.network.authorise(key=key, request=self.request(card=self.declined))
        assert again.news.fact is HoldFact.DECLINED

    def test_a_hold_is_found_by_its_key_and_by_its_name(self) -> None:
        view = self.held()
        assert view.operation is not None
        found = self.network.find(key=view.operation, asked_at=self.now())
        assert found is not None
        assert (found.ref, found.news.fact) == (view.ref, HoldFact.AUTHORISED)
        assert self.network.look(ref=view.ref) == found

    def test_what_was_never_asked_is_not_found(self) -> None:
        assert (
            self.network.find(key=OperationId(f"{self.prefix}:never"), asked_at=self.now()) is None
        )
        with pytest.raises(PortMisused):
            self.network.look(ref=HoldRef("no-such-hold"))

    def test_after_a_lost_answer_the_hold_is_found_and_not_made_twice(self) -> None:
        network, key = self.network, self.new_key()
        self.lose_next_answer("authorise")
        with pytest.raises(PortTrouble) as trouble:
            network.authorise(key=key, request=self.request())
        assert trouble.value.unknown
        found = network.find(key=key, asked_at=self.now())
        assert found is not None
        assert found.news.fact is HoldFact.AUTHORISED
        assert self._known_again(key) == found.ref

    def _known_again(self, key: OperationId) -> HoldRef:
        """The hold that the same question under the same key gives; a network that stored the
        failure may go on telling it, but makes no second hold."""
        try:
            return self.network.authorise(key=key, request=self.request()).ref
        except PortTrouble:
            found = self.network.find(key=key, asked_at=self.now())
            assert found is not None
            return found.ref

    def test_holds_made_since_a_moment(self) -> None:
        before = self.held()
        self.forward(HOUR)
        moment = self.now()
        after = self.held()
        refs = [view.ref for view in self.network.since(moment=moment)]
        assert after.ref in refs
        assert before.ref not in refs
        everything = {view.ref for view in self.network.since(moment=moment - 2 * HOUR)}
        assert everything >= {before.ref, after.ref}

    # --- the patient authenticates ---------------------------------------------------------------

    def _waiting(self) -> HoldRef:
        request = self.request(card=self.needs_patient)
        view = self.network.authorise(key=self.new_key(), request=request)
        assert view.news.fact is HoldFact.NEEDS_PATIENT
        return view.ref

    def test_a_patient_who_must_authenticate_is_told_where(self) -> None:
        assert self.network.challenge(ref=self._waiting())
        assert not self.network.challenge(ref=self.held().ref)

    def test_once_he_has_the_hold_stands(self) -> None:
        ref = self._waiting()
        self.authenticate(ref, ok=True)
        view = self.network.look(ref=ref)
        assert view.news.fact is HoldFact.AUTHORISED
        assert view.news.until is not None
        assert not self.network.challenge(ref=ref)

    def test_if_he_fails_it_is_declined(self) -> None:
        ref = self._waiting()
        self.authenticate(ref, ok=False)
        assert self.network.look(ref=ref).news.fact is HoldFact.DECLINED

    def test_a_hold_given_up_before_he_did_never_stands(self) -> None:
        ref = self._waiting()
        released = self.network.release(key=self.new_key(), ref=ref)
        assert released.news.fact is HoldFact.RELEASED
        assert self.network.look(ref=ref).news.fact is HoldFact.RELEASED
