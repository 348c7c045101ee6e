"""What the contract does not say: Stripe's own refusals, sharing an account, what is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from adapters.stripe.conftest import AtStripe
from teleconsult_core.holds import CardBrand, HoldFact
from teleconsult_core.ids import AppointmentId, CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise, PortMisused, PortTrouble
from teleconsult_sandbox import Trouble, TroubleKind
from teleconsult_stripe import Mode, StripeCardNetwork, open_client
from teleconsult_stripe_double import InProcess

FEE = Money(45_00, "EUR")


def asked(card: str = "pm_card_visa", amount: Money = FEE) -> Authorise:
    return Authorise(AppointmentId("a1"), PractitionerId("dr-peeters"), amount, CardToken(card))


def placed(network: StripeCardNetwork, key: str = "k1", card: str = "pm_card_visa") -> HoldView:
    return network.authorise(key=OperationId(key), request=asked(card))


@pytest.mark.parametrize(
    ("token", "brand"),
    [
        ("pm_card_visa", CardBrand.VISA),
        ("pm_card_mastercard", CardBrand.MASTERCARD),
        ("pm_card_amex", CardBrand.AMERICAN_EXPRESS),
        ("pm_card_discover", CardBrand.OTHER),
    ],
)
def test_a_cards_brand_is_known_before_anything_is_reserved(
    stripe_account: AtStripe, token: str, brand: CardBrand
) -> None:
    details = stripe_account.network.card(CardToken(token))
    assert details is not None
    assert details.brand is brand
    assert not stripe_account.sandbox.cards.books()


@pytest.mark.parametrize("token", ["pm_unheard_of", "4242424242424242", "tok_visa", ""])
def test_what_is_no_payment_method_is_no_card(stripe_account: AtStripe, token: str) -> None:
    assert stripe_account.network.card(CardToken(token)) is None


def test_a_card_that_is_gone_by_then_is_declined(stripe_account: AtStripe) -> None:
    view = placed(stripe_account.network, card="pm_unheard_of")
    assert view.news.fact is HoldFact.DECLINED
    assert not view.ref


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("pm_card_visa_chargeDeclined", "declined"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient-funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired-card"),
    ],
)
def test_a_decline_says_why_in_our_words(stripe_account: AtStripe, token: str, reason: str) -> None:
    assert placed(stripe_account.network, card=token).news.reason == reason


def test_without_the_patient_nothing_is_held(stripe_account: AtStripe) -> None:
    request = evolve(asked(), present=False)
    with pytest.raises(PortMisused, match="without the patient"):
        stripe_account.network.authorise(key=OperationId("k"), request=request)


def test_until_when_it_holds_is_stripes_word(stripe_account: AtStripe) -> None:
    view = placed(stripe_account.network)
    assert view.news.until == stripe_account.sandbox.clock() + timedelta(days=7)
    assert (view.news.brand, view.news.last4) == (CardBrand.VISA, "4242")


def test_the_patient_is_sent_to_his_bank_and_told_where_to_come_back(
    stripe_account: AtStripe,
) -> None:
    view = placed(stripe_account.network, card="pm_card_authenticationRequired")
    address = stripe_account.network.challenge(ref=view.ref)
    assert address == f"https://stripe.sandbox.invalid/challenge/{view.ref}"
    intent = stripe_account.network.client.v1.payment_intents.retrieve(view.ref)
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == "https://clinic.example/card/a1"


@pytest.mark.parametrize("amount", [Money(49, "EUR"), Money(1_000_000_00, "EUR")], ids=str)
def test_what_stripe_never_charges_is_misuse(stripe_account: AtStripe, amount: Money) -> None:
    with pytest.raises(PortMisused, match="amount"):
        stripe_account.network.authorise(key=OperationId("k"), request=asked(amount=amount))


def test_another_currency_is_misuse(stripe_account: AtStripe) -> None:
    network, ref = stripe_account.network, placed(stripe_account.network).ref
    with pytest.raises(PortMisused, match="USD"):
        network.capture(key=OperationId("c"), ref=ref, amount=Money(10_00, "USD"))
    network.capture(key=OperationId("c"), ref=ref, amount=FEE)
    with pytest.raises(PortMisused, match="USD"):
        network.refund(key=OperationId("r"), ref=ref, amount=Money(10_00, "USD"))


def test_a_third_decimal_that_cards_do_not_have_is_misuse(stripe_account: AtStripe) -> None:
    request = asked(amount=Money(12_345, "TND"))
    with pytest.raises(PortMisused, match="last decimal"):
        stripe_account.network.authorise(key=OperationId("k"), request=request)


# --- sharing an account --------------------------------------------------------------------------


def test_two_installations_share_an_account_and_see_only_their_own(
    stripe_account: AtStripe,
) -> None:
    ours, theirs = stripe_account.network, stripe_account.also("another-clinic")
    first, second = placed(ours), placed(theirs)  # under the same key, each its own
    assert first.ref != second.ref
    moment = stripe_account.sandbox.clock() - timedelta(hours=1)
    assert [view.ref for view in ours.since(moment=moment)] == [first.ref]
    found = theirs.find(key=OperationId("k1"), asked_at=moment)
    assert found is not None
    assert found.ref == second.ref
    assert ours.look(ref=second.ref).operation is None


def test_more_holds_than_fit_on_a_page_are_all_seen(stripe_account: AtStripe) -> None:
    moment = stripe_account.sandbox.clock()
    refs = [placed(stripe_account.network, f"k{number}").ref for number in range(103)]
    assert [view.ref for view in stripe_account.network.since(moment=moment)] == refs


def test_more_refunds_than_a_charge_shows_are_all_seen(stripe_account: AtStripe) -> None:
    network, ref = stripe_account.network, placed(stripe_account.network).ref
    network.capture(key=OperationId("c"), ref=ref, amount=FEE)
    keys = tuple(OperationId(f"r{number}") for number in range(12))
    for key in keys:
        view = network.refund(key=key, ref=ref, amount=Money(1_00, "EUR"))
    assert view.refunds == keys
    assert view.news.refunded == Money(12_00, "EUR")


# --- disputes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("won", "fact"), [(True, HoldFact.DISPUTE_WON), (False, HoldFact.DISPUTE_LOST)]
)
def test_a_dispute_and_its_end_are_seen(
    stripe_account: AtStripe, won: bool, fact: HoldFact
) -> None:
    network, cards = stripe_account.network, stripe_account.sandbox.cards
    ref = placed(network).ref
    network.capture(key=OperationId("c"), ref=ref, amount=FEE)
    hold = HoldRef(ref.replace("pi_", "hold_"))
    cards.open_dispute(hold)
    assert network.look(ref=ref).news.fact is HoldFact.DISPUTED
    refused = network.refund(key=OperationId("r"), ref=ref, amount=FEE)
    assert (refused.news.fact, refused.refunds) == (HoldFact.DISPUTED, ())
    cards.decide_dispute(hold, won)
    assert network.look(ref=ref).news.fact is fact


def test_a_refund_before_a_dispute_does_not_hide_its_end(stripe_account: AtStripe) -> None:
    network, cards = stripe_account.network, stripe_account.sandbox.cards
    ref = placed(network).ref
    network.capture(key=OperationId("c"), ref=ref, amount=FEE)
    network.refund(key=OperationId("r1"), ref=ref, amount=Money(5_00, "EUR"))
    stripe_account.sandbox.clock.forward(timedelta(hours=1))
    hold = HoldRef(ref.replace("pi_", "hold_"))
    cards.open_dispute(hold)
    assert network.look(ref=ref).news.fact is HoldFact.DISPUTED
    cards.decide_dispute(hold, True)
    assert network.look(ref=ref).news.fact is HoldFact.DISPUTE_WON
    stripe_account.sandbox.clock.forward(timedelta(hours=1))
    after = network.refund(key=OperationId("r2"), ref=ref, amount=Money(40_00, "EUR"))
    assert after.news.fact is HoldFact.REFUNDED


# --- keys, and trouble ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "mode", "why"),
    [
        ("", Mode.TEST, "no secret key"),
        ("pk_test_abc", Mode.TEST, "no secret key"),
        ("whsec_abc", Mode.TEST, "no secret key"),
        ("sk_live_abc", Mode.TEST, "a live key"),
        ("rk_test_abc", Mode.LIVE, "a test key"),
    ],
)
def test_a_key_of_another_kind_is_refused_without_being_repeated(
    key: str, mode: Mode, why: str
) -> None:
    with pytest.raises(PortMisused, match=why) as refused:
        open_client(key, mode)
    assert not key or key not in str(refused.value)


def test_a_wrong_key_is_misuse_and_is_told_nowhere(stripe_account: AtStripe) -> None:
    transport = InProcess(stripe_account.double)
    client = open_client("sk_test_wrong", Mode.TEST, transport=transport)
    network = evolve(stripe_account.network, client=client)
    with pytest.raises(PortMisused, match="refuses the secret key") as refused:
        placed(network)
    assert "wrong" not in f"{refused.value}{refused.value.__cause__}{network}"


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [
        (TroubleKind.BUSY, False),
        (TroubleKind.REQUEST_LOST, True),
        (TroubleKind.ANSWER_LOST, True),
        (TroubleKind.FAILURE, True),
        (TroubleKind.FAILURE_AFTER_EFFECT, True),
    ],
)
def test_trouble_says_whether_it_may_have_happened(
    stripe_account: AtStripe, kind: TroubleKind, unknown: bool
) -> None:
    stripe_account.sandbox.cards.trouble.plan(Trouble("authorise", kind))
    with pytest.raises(PortTrouble) as trouble:
        placed(stripe_account.network)
    assert trouble.value.unknown is unknown
    happened = kind in {TroubleKind.ANSWER_LOST, TroubleKind.FAILURE_AFTER_EFFECT}
    now = stripe_account.sandbox.clock()
    found = stripe_account.network.find(key=OperationId("k1"), asked_at=now)
    assert (found is not None) is happened


def test_the_old_answer_under_a_key_does_not_hide_what_came_after(
    stripe_account: AtStripe,
) -> None:
    ref = placed(stripe_account.network).ref
    stripe_account.network.release(key=OperationId("out"), ref=ref)
    assert placed(stripe_account.network).news.fact is HoldFact.RELEASED


def test_the_double_never_runs_two_requests_under_one_key(stripe_account: AtStripe) -> None:
    with stripe_account.double._alone_under("clinic:k1"), pytest.raises(PortTrouble) as trouble:
        placed(stripe_account.network)
    assert trouble.value.unknown


def test_a_hold_that_nobody_knows_is_misuse(stripe_account: AtStripe) -> None:
    for name in ("pi_999999", "hold_000001"):
        with pytest.raises(PortMisused):
            stripe_account.network.look(ref=HoldRef(name))
