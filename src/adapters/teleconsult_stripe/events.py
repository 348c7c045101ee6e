"""What Stripe tells us by itself: verified, and reduced to what it is about. May import stripe.

A piece of news is a hint that something happened to a hold; what happened is looked up. So nothing
is read from it but its name and the name of the intent, and neither its age, its order nor its
repetition can hurt. It is proven by a signature over the raw bytes
(https://docs.stripe.com/webhooks#verify-manually).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import stripe
from attrs import frozen

from teleconsult_core.ids import HoldRef
from teleconsult_core.refusals import NewsRefused
from teleconsult_stripe.client import Mode
from teleconsult_stripe.trouble import spoken

TOLERANCE = timedelta(minutes=5)
"""How old a signature may be, or how far ahead of our clock."""

LONGEST = 1_000_000
"""In bytes; Stripe's are of some thousand."""

TYPES = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "charge.captured",
    "charge.expired",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "refund.updated",
    "refund.failed",
)
"""What a webhook endpoint should be told of; anything else is heard and left alone."""


@frozen
class Notice:
    """A verified piece of news: its id at Stripe, its type, and the hold it is about, if any."""

    id: str
    type: str
    ref: HoldRef | None


def read_notice(
    body: bytes, signature: str, *, secrets: Sequence[str], mode: Mode, now: datetime
) -> Notice | NewsRefused:
    """Verify the raw `body` against the `Stripe-Signature` header.

    Any of `secrets` will do, so that one can be replaced by the next without losing news.
    """
    if len(body) > LONGEST:
        return NewsRefused(why=f"{len(body)} bytes, where at most {LONGEST} are read")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return NewsRefused(why="the body is not UTF-8")
    signed_at = _signed_at(text, signature, secrets)
    if signed_at is None:
        return NewsRefused(why="no signature of Stripe's fits")
    if abs(now.timestamp() - signed_at) > TOLERANCE.total_seconds():
        minutes = int(TOLERANCE.total_seconds() // 60)
        return NewsRefused(
            why=f"signed at {signed_at}, which is not within {minutes} minutes of now"
        )
    return _notice(text, mode)


def _signed_at(text: str, signature: str, secrets: Sequence[str]) -> int | None:
    """The second in which one of the secrets signed it."""
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(text, signature, secret)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        parts = (part.partition("=") for part in signature.split(","))
        return next(int(value) for name, _, value in parts if name == "t")
    return None


def _notice(text: str, mode: Mode) -> Notice | NewsRefused:
    try:
        event = json.loads(text)
        id, type, live = event["id"], event["type"], event["livemode"]
        about = event["data"]["object"]
    except (ValueError, KeyError, TypeError):
        return NewsRefused(why="it is signed, and no event of Stripe's")
    if not (isinstance(id, str) and isinstance(type, str) and isinstance(about, Mapping)):
        return NewsRefused(why="it is signed, and no event of Stripe's")
    if live != (mode is Mode.LIVE):
        theirs = Mode.LIVE if live else Mode.TEST
        return NewsRefused(why=f"it is about {theirs} money, and the clinic is in {mode} mode")
    return Notice(id, type, _intent(about))


def _intent(about: Mapping[str, Any]) -> HoldRef | None:
    """The intent that a charge, a refund, a dispute or an intent is about."""
    name = about.get("id") if about.get("object") == "payment_intent" else None
    found = name or about.get("payment_intent")
    return HoldRef(found) if isinstance(found, str) else None


def notices_since(client: stripe.StripeClient, moment: datetime) -> Iterator[Notice]:
    """What Stripe has to tell since `moment`, oldest first; it remembers 30 days.

    For news that never came: a webhook that was down, or a signature secret that was wrong.
    """
    with spoken("list the events"):
        page = client.v1.events.list(
            {"created": {"gte": int(moment.timestamp())}, "types": list(TYPES), "limit": 100}
        )
        found = list(page.auto_paging_iter())
    for event in reversed(found):
        yield Notice(event.id, event.type, _intent(event.data.object.to_dict()))
