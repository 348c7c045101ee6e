"""What Stripe passes on to a practitioner's account, charge by charge. May import its own parts.

With a destination charge all of it is transferred and the clinic's fee is taken back from the
account (https://docs.stripe.com/connect/destination-charges), so what he gets is the difference.
It is his once it is available on his account; its way to his bank is a payout's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import stripe

from teleconsult_core.ids import HoldRef, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import Transfer
from teleconsult_stripe.reading import fee_kept, given
from teleconsult_stripe.trouble import spoken

PAGE = 100
EXPANDED = (
    "data.source_transaction.application_fee",
    "data.destination_payment.balance_transaction",
)


def transfer_group(installation: str, practitioner: PractitionerId) -> str:
    """The name under which Stripe keeps all transfers to one practitioner together."""
    return f"{installation}:{practitioner}"


def transfers_to(
    client: stripe.StripeClient, installation: str, practitioner: PractitionerId
) -> Iterator[Transfer]:
    """Newest first, all of them."""
    group = transfer_group(installation, practitioner)
    with spoken("list the transfers"):
        page = client.v1.transfers.list(
            {"transfer_group": group, "limit": PAGE, "expand": list(EXPANDED)}
        )
        for one in page.auto_paging_iter():
            charge = one.source_transaction
            if isinstance(charge, stripe.Charge) and isinstance(charge.payment_intent, str):
                yield _transfer(one, charge, charge.payment_intent, practitioner)


def _transfer(
    transfer: stripe.Transfer, charge: stripe.Charge, intent: str, practitioner: PractitionerId
) -> Transfer:
    currency = transfer.currency.upper()
    available, expected_on = _available(transfer)
    left = transfer.amount - transfer.amount_reversed - fee_kept(charge)
    return Transfer(
        ref=HoldRef(intent),
        practitioner=practitioner,
        amount=Money(max(left, 0), currency),
        expected_on=expected_on,
        paid_on=expected_on if available else None,
    )


def _available(transfer: stripe.Transfer) -> tuple[bool, datetime]:
    """Whether he has it on his account, and since or from when."""
    payment = transfer.destination_payment
    booked = given(payment, "balance_transaction") if isinstance(payment, stripe.Charge) else None
    if isinstance(booked, stripe.BalanceTransaction):
        when = datetime.fromtimestamp(booked.available_on, UTC)
        return booked.status == "available", when
    return False, datetime.fromtimestamp(transfer.created, UTC)
