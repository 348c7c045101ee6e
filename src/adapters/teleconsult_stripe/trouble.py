"""What Stripe's errors mean, in the port's words. May import stripe, ports.

Nothing of what was sent is repeated in them: neither the key nor a card's token, and of Stripe's
own sentence only its code and the name of the parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from teleconsult_core.ports import PortMisused, PortTrouble

# Codes of a request that comes too late, because somebody or time was first
# (https://docs.stripe.com/error-codes). The books say what happened instead.
OVERTAKEN = frozenset(
    {
        "payment_intent_unexpected_state",
        "charge_already_captured",
        "charge_already_refunded",
        "charge_disputed",
        "charge_expired_for_capture",
        "capture_charge_authorization_expired",
    }
)


@contextmanager
def spoken(what: str) -> Iterator[None]:
    """Around one call: whatever goes wrong is `PortTrouble` or `PortMisused`, and says `what`.

    Not translated are the answers that need a second look: `stripe.CardError`, and
    `stripe.InvalidRequestError` whose code is one of `OVERTAKEN`.
    """
    try:
        yield
    except stripe.CardError:
        raise
    except stripe.RateLimitError as error:
        raise PortTrouble(f"Stripe is busy: {what} is asked again later") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise PortMisused(
            f"Stripe refuses the secret key for {what} ({error.http_status})"
        ) from None  # Stripe's sentence shows a part of the key
    except stripe.IdempotencyError as error:
        raise PortMisused(f"{what}: this key was used for something else") from error
    except stripe.InvalidRequestError as error:
        if error.code in OVERTAKEN:
            raise
        raise PortMisused(f"Stripe cannot {what}: {reason(error)}") from error
    except stripe.APIConnectionError as error:
        raise PortTrouble(f"no answer from Stripe to {what}", unknown=True) from error
    except stripe.StripeError as error:  # 5xx, 409, an answer that is no JSON
        status = error.http_status or "no status"
        raise PortTrouble(f"Stripe failed to {what} ({status})", unknown=True) from error


def reason(error: stripe.StripeError) -> str:
    """Why, as a code: `parameter_missing (amount)`; never Stripe's own sentence."""
    parameter = getattr(error, "param", None)
    code = error.code or f"status {error.http_status}"
    return f"{code} ({parameter})" if parameter else code
