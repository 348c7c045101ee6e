"""Opening Stripe with a secret key. May import transport, trouble, stripe.

Whoever runs a clinic says whether money is real: a key of the other mode is refused at once,
rather than noticed by patients.
"""

from __future__ import annotations

from enum import StrEnum

import stripe

from teleconsult_core.ports import PortMisused
from teleconsult_stripe.transport import BoundedTransport
from teleconsult_stripe.trouble import spoken

RETRIES = 1
"""By Stripe's own client, under the same key: a call ends before others look after it."""


class Mode(StrEnum):
    """Whether cards are charged, or Stripe plays."""

    LIVE = "live"
    TEST = "test"


def open_client(
    key: str,
    mode: Mode,
    *,
    address: str | None = None,
    transport: stripe.HTTPClient | None = None,
    retries: int = RETRIES,
) -> stripe.StripeClient:
    """A client for `key`, which is a secret or a restricted key of `mode`.

    `address` leads to a double instead of to Stripe; `transport` replaces the wire altogether.
    Raises `PortMisused` for a key of another kind or of the other mode, without repeating it.
    """
    kind, _, rest = key.strip().partition("_")
    theirs = rest.partition("_")[0]
    if kind not in {"sk", "rk"} or theirs not in set(Mode):
        raise PortMisused("this is no secret key of Stripe: those begin with sk_ or rk_")
    if theirs != mode:
        raise PortMisused(f"this is a {theirs} key of Stripe, and the clinic is in {mode} mode")
    return stripe.StripeClient(
        key.strip(),
        http_client=transport or BoundedTransport(),
        base_addresses={"api": address} if address else None,
        max_network_retries=retries,
    )


def must_answer(client: stripe.StripeClient) -> str:
    """Who we are at Stripe. Raises `PortMisused` for a wrong key, `PortTrouble` for no answer."""
    with spoken("say who we are"):
        return client.v1.accounts.retrieve_current().id
