"""A double of Stripe for tests and demonstrations, on the sandbox's books.

May import the core, the sandbox, stripe, pydantic. No production code imports it.
"""

from teleconsult_stripe_double.client import InProcess
from teleconsult_stripe_double.double import Answered, Asked, Dropped, StripeDouble

__all__ = ["Answered", "Asked", "Dropped", "InProcess", "StripeDouble"]
