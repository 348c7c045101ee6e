"""The sandbox's test cards under Stripe's names (https://docs.stripe.com/testing).

Those that Stripe has no name for are called `pm_sandbox_` and the sandbox's own. May import the
sandbox's cards.
"""

from __future__ import annotations

from teleconsult_core.ids import CardToken
from teleconsult_sandbox.cards import CARDS, TestCard

_AT_STRIPE = {
    "pm_card_visa": "visa-ok",
    "pm_card_mastercard": "mastercard-ok",
    "pm_card_amex": "amex-ok",
    "pm_card_discover": "discover",
    "pm_card_visa_chargeDeclined": "visa-declined",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "visa-insufficient-funds",
    "pm_card_chargeDeclinedExpiredCard": "visa-expired",
    "pm_card_authenticationRequired": "visa-3ds",
    "pm_card_createDispute": "mastercard-dispute",
}
_OWN = {f"pm_sandbox_{token.replace('-', '_')}": token for token in CARDS}

METHODS: dict[str, TestCard] = {
    method: CARDS[CardToken(token)] for method, token in (_OWN | _AT_STRIPE).items()
}
"""Every payment method by its id."""

NAMES = {METHODS[method].token: method for method in METHODS}
"""The id of a card's payment method: Stripe's own where it has one."""

BRANDS = {"Visa": "visa", "Mastercard": "mastercard", "American Express": "amex"}


def brand(card: TestCard) -> str:
    return BRANDS.get(card.name, card.name.lower())


# What the sandbox's banks say, in Stripe's words: the error's code, and the bank's own.
DECLINES = {
    "declined": ("card_declined", "generic_decline"),
    "insufficient-funds": ("card_declined", "insufficient_funds"),
    "expired-card": ("expired_card", "expired_card"),
    "authentication-failed": ("payment_intent_authentication_failure", ""),
}
