"""Whose cards are held: the sandbox's, or real ones at Stripe. May import settings, secret_files.

Stripe is loaded by who has chosen it only: it is an extra of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from teleconsult_core.desk import Desk
from teleconsult_core.ids import AppointmentId
from teleconsult_core.payout_accounts import PayoutNetwork
from teleconsult_core.ports import CardNetwork, PortMisused
from teleconsult_core.refusals import NewsRefused
from teleconsult_sandbox import Sandbox
from teleconsult_wiring.secret_files import read_secret
from teleconsult_wiring.settings import NotConfigured, Settings

if TYPE_CHECKING:
    from teleconsult_stripe import Notice, StripeCardNetwork


def card_network(settings: Settings, sandbox: Sandbox) -> CardNetwork:
    """Raises `NotConfigured` when Stripe is chosen and its key is missing or of the other mode."""
    return sandbox.cards if settings.card_network == "sandbox" else _at_stripe(settings)


def payout_network(settings: Settings, cards: CardNetwork, sandbox: Sandbox) -> PayoutNetwork:
    """Practitioners' accounts at the network that holds the cards."""
    if settings.card_network == "sandbox":
        return sandbox.payouts
    from teleconsult_stripe import StripeCardNetwork, StripePayoutNetwork

    if not isinstance(cards, StripeCardNetwork):
        raise NotConfigured(f"{settings.card_network} keeps no accounts for practitioners")
    comes_back = f"{settings.base_url}/account/payouts"
    return StripePayoutNetwork(cards.client, settings.installation, comes_back)


def _at_stripe(settings: Settings) -> StripeCardNetwork:
    try:
        from teleconsult_stripe import Mode, StripeCardNetwork, open_client
    except ImportError as error:
        raise NotConfigured(
            "card_network is stripe, which is not installed: "
            "run `pip install 'teleconsult[stripe]'`"
        ) from error
    if not settings.installation:
        raise NotConfigured(
            'give this installation a name at Stripe: set installation = "our-clinic", for ever, '
            "in teleconsult.toml"
        )
    key = read_secret(settings.stripe_key).decode("utf-8", "replace")
    mode, address = Mode(settings.stripe_mode), settings.stripe_address or None
    try:
        client = open_client(key, mode, address=address)
    except PortMisused as refused:
        raise NotConfigured(f"{settings.stripe_key}: {refused}") from refused

    def returns_to(appointment: AppointmentId) -> str:
        return f"{settings.base_url}/card/{appointment}"

    return StripeCardNetwork(client, settings.installation, returns_to)


def receive_webhook(
    settings: Settings, desk: Desk, *, body: bytes, signature: str, now: datetime
) -> Notice | NewsRefused:
    """Verify what Stripe has sent, and keep it; then it may be told that it arrived.

    What is verified and about no hold (another product's event) is told so, too, and let go.
    Raises `NotConfigured` without secrets to verify it by, `PortTrouble` when it cannot be kept:
    Stripe then sends it again.
    """
    from teleconsult_stripe import Mode, Notice, read_notice

    lines = read_secret(settings.stripe_webhook).decode("utf-8", "replace").split()
    if not lines:
        raise NotConfigured(f"{settings.stripe_webhook} holds no secret")
    mode = Mode(settings.stripe_mode)
    notice = read_notice(body, signature, secrets=lines, mode=mode, now=now)
    if isinstance(notice, Notice) and notice.ref is not None:
        desk.receive_card_news(news=notice.id, ref=notice.ref, now=now)
    return notice


def replay_events(desk: Desk, *, since: datetime, now: datetime) -> int:
    """Ask Stripe for everything that happened since, and keep it like a webhook; how many.

    Raises `NotConfigured` where no cards are held at Stripe.
    """
    from teleconsult_stripe import StripeCardNetwork, notices_since

    if not isinstance(desk.cards, StripeCardNetwork):
        raise NotConfigured('only with card_network = "stripe"')
    found = [one for one in notices_since(desk.cards.client, since) if one.ref is not None]
    for one in found:
        if one.ref is not None:
            desk.receive_card_news(news=one.id, ref=one.ref, now=now)
    return len(found)
