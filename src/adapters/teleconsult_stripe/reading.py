"""A PaymentIntent with its charge, as the core sees a hold. May import stripe, holds, payments.

Facts about Stripe that this rests on:

- A hold that ends by itself cancels its intent with the reason `expired`; a partial capture and a
  cancelled hold make no refund (https://docs.stripe.com/changelog/basil/2025-03-31/
  remove-refund-from-partial-capture-and-payment-cancellation-flow).
- Until when a hold lives is `capture_before` on the charge, and nowhere else
  (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method).
- What is disputed cannot be refunded, so a refund younger than a dispute means that it was won.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import stripe

from teleconsult_core.holds import CardBrand, HoldFact, HoldNews
from teleconsult_core.ids import HoldRef, OperationId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import CardDetails, PortTrouble

BRANDS = {
    "visa": (CardBrand.VISA, "Visa"),
    "mastercard": (CardBrand.MASTERCARD, "Mastercard"),
    "amex": (CardBrand.AMERICAN_EXPRESS, "American Express"),
}
NAMES = {
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}

ENDED_BY_ITSELF = frozenset({"expired", "automatic"})
"""Why an intent was cancelled when nobody did: its hold lapsed, or the bank let it go."""

_LOST, _OPEN = "lost", "open"
# A warning is a bank's inquiry: nothing is withheld yet (https://docs.stripe.com/disputes).
_DISPUTES = {
    "needs_response": _OPEN,
    "under_review": _OPEN,
    "appeal_needs_response": _OPEN,
    "appeal_under_review": _OPEN,
    "won": "won",
    "lost": _LOST,
}


def card_details(method: stripe.PaymentMethod) -> CardDetails:
    """What kind of card, or of something else, the patient has given."""
    card = method.card
    if card is None:
        return CardDetails(CardBrand.OTHER, "", method.type)
    return CardDetails(brand(card.brand), card.last4, brand_name(card.brand))


def brand(name: str | None) -> CardBrand:
    return BRANDS[name][0] if name in BRANDS else CardBrand.OTHER


def brand_name(name: str | None) -> str:
    return BRANDS[name][1] if name in BRANDS else NAMES.get(name or "", name or "unknown")


def hold_view(
    intent: stripe.PaymentIntent,
    operation: OperationId | None,
    refunds: tuple[stripe.Refund, ...] = (),
    dispute: stripe.Dispute | None = None,
) -> HoldView:
    """`intent` must have its `latest_charge` expanded; `refunds` are all of it, newest first.

    Raises `PortTrouble` while Stripe has not made up its mind.
    """
    charge = intent.latest_charge if isinstance(intent.latest_charge, stripe.Charge) else None
    currency = intent.currency.upper()
    details = charge and charge.payment_method_details
    card = details and details.card
    captured = charge.amount_captured if charge else 0
    refunded = sum(one.amount for one in refunds if _counts(one))
    news = HoldNews(
        fact=_fact(intent, charge, refunds, dispute),
        ref=HoldRef(intent.id),
        until=_until(intent, given(card, "capture_before") if card else None),
        brand=brand(card.brand) if card else None,
        last4=(card.last4 or "") if card else "",
        captured=Money(captured, currency),
        refunded=Money(refunded, currency),
        reason=_reason(intent),
        fee=Money(fee_kept(charge) if charge else 0, currency),
    )
    made = [one for one in reversed(refunds) if _counts(one)]
    return HoldView(
        HoldRef(intent.id),
        news,
        operation,
        refunds=_keys(made),
        came_back=_keys(one for one in made if one.status == "failed"),
    )


def _keys(refunds: Iterable[stripe.Refund]) -> tuple[OperationId, ...]:
    keys = (labels(one).get("operation") for one in refunds)
    return tuple(OperationId(key) for key in keys if key)


def given(told: stripe.StripeObject, name: str) -> Any:
    """A field that Stripe tells where there is something to tell; None where it is left out."""
    return getattr(told, name, None)


def fee_kept(charge: stripe.Charge) -> int:
    """What the clinic keeps of a charge, less what it gave back; `application_fee` is expanded."""
    fee = given(charge, "application_fee")
    return fee.amount - fee.amount_refunded if isinstance(fee, stripe.ApplicationFee) else 0


def labels(labelled: stripe.PaymentIntent | stripe.Refund | stripe.Account) -> dict[str, str]:
    """What we wrote on it when we made it."""
    return labelled.metadata.to_dict() if labelled.metadata else {}


def _counts(refund: stripe.Refund) -> bool:
    """One that failed was made, and came back later; its credit note stands."""
    return refund.status != "canceled"


def _fact(
    intent: stripe.PaymentIntent,
    charge: stripe.Charge | None,
    refunds: tuple[stripe.Refund, ...],
    dispute: stripe.Dispute | None,
) -> HoldFact:
    match intent.status:
        case "requires_payment_method" | "requires_confirmation":
            return HoldFact.DECLINED
        case "requires_action":
            return HoldFact.NEEDS_PATIENT
        case "requires_capture":
            return HoldFact.AUTHORISED
        case "canceled":
            lapsed = intent.cancellation_reason in ENDED_BY_ITSELF
            return HoldFact.LAPSED if lapsed else HoldFact.RELEASED
        case "succeeded" if charge is not None:
            return _taken(charge, refunds, dispute)
        case status:
            raise PortTrouble(f"Stripe has not decided about {intent.id} yet: {status}")


def _taken(
    charge: stripe.Charge, refunds: tuple[stripe.Refund, ...], dispute: stripe.Dispute | None
) -> HoldFact:
    decided = _DISPUTES.get(dispute.status) if dispute else None
    if decided == _LOST:
        return HoldFact.DISPUTE_LOST
    since = max((one.created for one in refunds if _counts(one)), default=0)
    if dispute and decided and since <= dispute.created:
        return HoldFact.DISPUTED if decided == _OPEN else HoldFact.DISPUTE_WON
    refunded = sum(one.amount for one in refunds if _counts(one))
    if not refunded:
        return HoldFact.CAPTURED
    whole = refunded >= charge.amount_captured
    return HoldFact.REFUNDED if whole else HoldFact.PARTLY_REFUNDED


def _until(intent: stripe.PaymentIntent, capture_before: int | None) -> datetime | None:
    if intent.status == "requires_capture" and capture_before is None:
        raise PortTrouble(f"Stripe does not say until when {intent.id} can be captured")
    return None if capture_before is None else datetime.fromtimestamp(capture_before, UTC)


def _reason(intent: stripe.PaymentIntent) -> str:
    """Why it was declined or has ended, as a code; the core has the words."""
    problem = intent.last_payment_error
    if intent.status == "requires_payment_method" and problem is not None:
        code = given(problem, "decline_code") or given(problem, "code") or "declined"
        return _DECLINES.get(code, code.replace("_", "-"))
    if intent.status == "canceled":
        return "lapsed" if intent.cancellation_reason in ENDED_BY_ITSELF else ""
    return ""


_DECLINES = {
    "generic_decline": "declined",
    "card_declined": "declined",
    "payment_intent_authentication_failure": "authentication-failed",
}
