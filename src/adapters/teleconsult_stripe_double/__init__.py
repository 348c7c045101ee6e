"""A double of Stripe for tests and demonstrations, on the sandbox's books.

May import the core, the sandbox, stripe, pydantic. No production code imports it.
"""

from teleconsult_stripe_double.client import InProcess
from teleconsult_stripe_double.double import KEY, Answered, Asked, Dropped, StripeDouble
from teleconsult_stripe_double.server import serving

__all__ = ["KEY", "Answered", "Asked", "Dropped", "InProcess", "StripeDouble", "serving"]
