"""The card network port on Stripe: PaymentIntents, captured by hand. May import its own parts.

One hold is one PaymentIntent, made and confirmed in one request while the patient is there. Every
answer is read from Stripe's books after the call, never put together from what was asked. The
adapter keeps nothing and decides nothing: which key, when again, and whether at all is the core's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import stripe
from attrs import field, frozen
from stripe import RequestOptions
from stripe.params import (
    PaymentIntentCaptureParams,
    PaymentIntentCreateParams,
    PaymentIntentListParamsCreated,
    RefundCreateParams,
)

from teleconsult_core.holds import HoldFact, HoldNews
from teleconsult_core.ids import AppointmentId, CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import MINOR_DIGITS, Money
from teleconsult_core.payments import KEY_LIFETIME, HoldView, Transfer
from teleconsult_core.ports import Authorise, CardDetails, CardNetwork, PortMisused
from teleconsult_stripe.reading import card_details, given, hold_view, labels
from teleconsult_stripe.transfers import transfer_group, transfers_to
from teleconsult_stripe.trouble import reason, spoken

EXPANDED = ["latest_charge", "latest_charge.refunds", "latest_charge.application_fee"]
CLOCKS_DIFFER = timedelta(hours=1)
"""How far our clock and Stripe's may be apart when a hold is looked for by the hour."""

PAGE = 100

ReturnAddress = Callable[[AppointmentId], str]


@frozen
class StripeCardNetwork:
    """`ports.CardNetwork` on one Stripe account.

    `installation` names us at Stripe: it stands in every key and in every hold's metadata, so that
    several installations, or a shop, can share an account and see only their own. `returns_to`
    gives the page to which a patient comes back from his bank.
    """

    client: stripe.StripeClient = field(repr=False)
    installation: str
    returns_to: ReturnAddress

    # --- before anything is reserved -------------------------------------------------------------

    def card(self, token: CardToken) -> CardDetails | None:
        if not token.startswith("pm_"):
            return None
        try:
            with spoken("look at the card"):
                return card_details(self.client.v1.payment_methods.retrieve(token))
        except PortMisused as misused:
            if _missing(misused.__cause__):
                return None
            raise

    # --- what is asked under a key ---------------------------------------------------------------

    def authorise(self, *, key: OperationId, request: Authorise) -> HoldView:
        """Raises `PortMisused` when the patient is not there: no card is kept here to use."""
        if not request.present:
            raise PortMisused("without the patient nothing can be held: no card is kept")
        _must_be_sayable(request.amount)
        _must_be_keepable(request.fee, request.amount, request.account)
        try:
            with spoken("place the hold"):
                intent = self.client.v1.payment_intents.create(
                    self._placing(key, request), self._under(key)
                )
        except stripe.CardError as declined:
            return self._declined(key, declined)
        except PortMisused as misused:
            problem = misused.__cause__
            if isinstance(problem, stripe.InvalidRequestError) and _about_the_card(problem):
                return _never_made(reason(problem))
            raise
        # Looked at once more: under a key that was used before, the answer is that of then.
        return self.look(ref=HoldRef(intent.id))

    def capture(
        self, *, key: OperationId, ref: HoldRef, amount: Money, fee: Money | None = None
    ) -> HoldView:
        """Raises `PortMisused` for nothing, for more than is held, and for another currency."""
        intent = self._intent(ref)
        held = Money(intent.amount, intent.currency.upper())
        if amount.currency != held.currency or not 0 < amount.minor <= held.minor:
            raise PortMisused(f"{amount} cannot be captured of the {held} held")
        _must_be_sayable(amount)
        asked: PaymentIntentCaptureParams = {"amount_to_capture": amount.minor}
        _must_be_keepable(fee, amount, given(intent, "transfer_data"))
        if fee is not None and (fee.minor or FEE in labels(intent)):
            asked["application_fee_amount"] = fee.minor
        with suppress(stripe.InvalidRequestError), spoken("capture the hold"):
            self.client.v1.payment_intents.capture(ref, asked, self._under(key))
        return self.look(ref=ref)

    def release(self, *, key: OperationId, ref: HoldRef) -> HoldView:
        with suppress(stripe.InvalidRequestError), spoken("release the hold"):
            self.client.v1.payment_intents.cancel(
                ref, {"cancellation_reason": "requested_by_customer"}, self._under(key)
            )
        return self.look(ref=ref)

    def refund(self, *, key: OperationId, ref: HoldRef, amount: Money) -> HoldView:
        """Raises `PortMisused` for 0.00, and for more than is left of what was captured."""
        intent = self._intent(ref)
        before = self._view(intent)
        if key in before.refunds or before.news.fact not in _REFUNDABLE:
            return before
        if not 0 < amount.minor <= _left(before, amount.currency):
            raise PortMisused(f"{amount} cannot be refunded of what is left")
        asked: RefundCreateParams = {
            "payment_intent": ref,
            "amount": amount.minor,
            "metadata": {"operation": key, "installation": self.installation},
        }
        if given(intent, "transfer_data"):  # else the clinic alone would pay
            asked |= {"reverse_transfer": True, "refund_application_fee": True}
        with suppress(stripe.InvalidRequestError), spoken("refund"):
            self.client.v1.refunds.create(asked, self._under(key))
        return self.look(ref=ref)

    # --- the books -------------------------------------------------------------------------------

    def look(self, *, ref: HoldRef) -> HoldView:
        return self._view(self._intent(ref))

    def find(self, *, key: OperationId, asked_at: datetime) -> HoldView | None:
        """By listing, which shows everything at once; a search would not for minutes."""
        span = (asked_at - CLOCKS_DIFFER, asked_at + KEY_LIFETIME + CLOCKS_DIFFER)
        for intent in self._made_between(*span):
            if labels(intent)["operation"] == key:
                return self.look(ref=HoldRef(intent.id))
        return None

    def since(self, *, moment: datetime) -> tuple[HoldView, ...]:
        """Those of this installation, oldest first."""
        refs = [HoldRef(intent.id) for intent in self._made_between(moment, None)]
        return tuple(self.look(ref=ref) for ref in reversed(refs))

    def challenge(self, *, ref: HoldRef) -> str:
        asked = self._intent(ref).next_action
        page = given(asked, "redirect_to_url") if asked else None
        return (page.url or "") if page else ""

    def transfers(self, *, practitioner: PractitionerId) -> tuple[Transfer, ...]:
        """Those of this installation; none where the clinic keeps what is captured."""
        return tuple(transfers_to(self.client, self.installation, practitioner))

    # --- how it is asked -------------------------------------------------------------------------

    def _placing(self, key: OperationId, request: Authorise) -> PaymentIntentCreateParams:
        asked: PaymentIntentCreateParams = {
            "amount": request.amount.minor,
            "currency": request.amount.currency.lower(),
            "payment_method": request.card,
            "allowed_payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "return_url": self.returns_to(request.appointment),
            # Asked for, never counted on: `capture_before` says what became of it.
            "payment_method_options": {"card": {"request_extended_authorization": "if_available"}},
            "metadata": self._labels(key, request),
        }
        if request.account is not None:
            asked |= {
                "on_behalf_of": request.account,
                "transfer_data": {"destination": request.account},
                "transfer_group": transfer_group(self.installation, request.practitioner),
            }
        if request.fee is not None and request.fee.minor:
            asked["application_fee_amount"] = request.fee.minor
        return asked

    def _labels(self, key: OperationId, request: Authorise) -> dict[str, str]:
        named = {
            "operation": key,
            "installation": self.installation,
            "appointment": request.appointment,
            "practitioner": request.practitioner,
        }
        fee = request.fee.minor if request.fee else 0
        return {**named, FEE: str(fee)} if fee else named

    def _under(self, key: OperationId) -> RequestOptions:
        return {"idempotency_key": f"{self.installation}:{key}"}

    def _intent(self, ref: HoldRef) -> stripe.PaymentIntent:
        with spoken("look at the hold"):
            return self.client.v1.payment_intents.retrieve(ref, {"expand": list(EXPANDED)})

    def _view(self, intent: stripe.PaymentIntent) -> HoldView:
        charge = intent.latest_charge if isinstance(intent.latest_charge, stripe.Charge) else None
        refunds = self._refunds(intent, charge) if charge else ()
        dispute = self._dispute(intent) if charge and charge.disputed else None
        return hold_view(intent, self._operation(intent), refunds, dispute)

    def _operation(self, intent: stripe.PaymentIntent) -> OperationId | None:
        return OperationId(labels(intent)["operation"]) if self._ours(intent) else None

    def _ours(self, intent: stripe.PaymentIntent) -> bool:
        known = labels(intent)
        return "operation" in known and known.get("installation") == self.installation

    def _refunds(
        self, intent: stripe.PaymentIntent, charge: stripe.Charge
    ) -> tuple[stripe.Refund, ...]:
        """Newest first, all of them; a charge shows the first few only."""
        shown = given(charge, "refunds")
        if shown is not None and not shown.has_more:
            return tuple(shown.data)
        with spoken("list the refunds"):
            page = self.client.v1.refunds.list({"payment_intent": intent.id, "limit": PAGE})
            return tuple(page.auto_paging_iter())

    def _dispute(self, intent: stripe.PaymentIntent) -> stripe.Dispute | None:
        with spoken("look at the dispute"):
            found = self.client.v1.disputes.list({"payment_intent": intent.id, "limit": 1})
        return next(iter(found.data), None)

    def _made_between(
        self, first: datetime, last: datetime | None
    ) -> Iterator[stripe.PaymentIntent]:
        """Ours, newest first."""
        created: PaymentIntentListParamsCreated = {"gte": int(first.timestamp())}
        if last is not None:
            created["lte"] = int(last.timestamp())
        with spoken("list the holds"):
            page = self.client.v1.payment_intents.list({"created": created, "limit": PAGE})
            for intent in page.auto_paging_iter():
                if self._ours(intent):
                    yield intent

    def _declined(self, key: OperationId, declined: stripe.CardError) -> HoldView:
        """A declined hold has an intent all the same, and its books say why."""
        intent = declined.error.payment_intent if declined.error else None
        if intent is None:
            return _never_made(declined.code or "declined")
        return self.look(ref=HoldRef(intent.id))


FEE = "fee"
"""Noted with the hold: what stands in its place at Stripe changes with the capture, and the same
question must be asked in the same words."""

_REFUNDABLE = frozenset({HoldFact.CAPTURED, HoldFact.PARTLY_REFUNDED, HoldFact.DISPUTE_WON})
"""What a refund may follow."""


def _left(view: HoldView, currency: str) -> int:
    """What was captured and not given back, in minor units; nothing in another currency."""
    captured, refunded = view.news.captured, view.news.refunded
    if captured is None or refunded is None or captured.currency != currency:
        return 0
    return captured.minor - refunded.minor


def _never_made(why: str) -> HoldView:
    return HoldView(HoldRef(""), HoldNews(HoldFact.DECLINED, reason=why))


def _missing(problem: object) -> bool:
    return isinstance(problem, stripe.InvalidRequestError) and problem.code == "resource_missing"


def _about_the_card(problem: stripe.InvalidRequestError) -> bool:
    """A token that was used up meanwhile, or is not known any more: another card is asked for."""
    return (problem.param or "") == "payment_method"


def _must_be_sayable(amount: Money) -> None:
    """Stripe takes three decimals only where the last is zero (https://docs.stripe.com/currencies)."""
    if MINOR_DIGITS[amount.currency] == 3 and amount.minor % 10:
        raise PortMisused(f"{amount} cannot be charged: the last decimal must be 0")


def _must_be_keepable(fee: Money | None, amount: Money, account: object) -> None:
    if fee is not None and (not account or fee > amount):
        raise PortMisused(f"a fee of {fee} cannot be kept of {amount}")


if TYPE_CHECKING:
    _conforms: type[CardNetwork] = StripeCardNetwork
