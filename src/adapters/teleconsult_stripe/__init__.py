"""Real cards and practitioners' accounts on Stripe. May import the core, stripe."""

from teleconsult_stripe.client import Mode, must_answer, open_client
from teleconsult_stripe.events import Notice, notices_since, read_notice
from teleconsult_stripe.network import StripeCardNetwork
from teleconsult_stripe.payouts import StripePayoutNetwork

__all__ = [
    "Mode",
    "Notice",
    "StripeCardNetwork",
    "StripePayoutNetwork",
    "must_answer",
    "notices_since",
    "open_client",
    "read_notice",
]
