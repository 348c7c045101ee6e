"""What the sandbox's books say, as Stripe's objects. May import the sandbox's books, cards beside.

Nothing is kept here: an intent is a hold, a charge the same hold once it stood, and their names
differ only in how they begin.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from attrs import frozen

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import HoldRef
from teleconsult_sandbox.cards import TestCard
from teleconsult_sandbox.file import read
from teleconsult_sandbox.held import Held, get
from teleconsult_stripe_double.cards import DECLINES, NAMES, brand

Json = dict[str, Any]

STATUS = {
    HoldFact.NEEDS_PATIENT: "requires_action",
    HoldFact.DECLINED: "requires_payment_method",
    HoldFact.AUTHORISED: "requires_capture",
    HoldFact.RELEASED: "canceled",
    HoldFact.LAPSED: "canceled",
}
"""Of an intent; once something was captured it is `succeeded`, whatever comes later."""

_DISPUTES = {HoldFact.DISPUTED: "needs_response", HoldFact.DISPUTE_LOST: "lost"}


@frozen
class Kept:
    """A hold with what Stripe's face of it needs beside."""

    held: Held
    made_at: datetime
    note: Json
    refunds: tuple[Json, ...]
    """Newest first."""

    @property
    def number(self) -> str:
        return number_of(self.held.ref)


def kept(connection: sqlite3.Connection, ref: HoldRef) -> Kept:
    held = get(connection, ref)
    row = connection.execute("select made_at, note from holds where ref = ?", (ref,)).fetchone()
    rows = connection.execute("select * from refunds where ref = ? order by number desc", (ref,))
    refunds = tuple(_refund(held, one) for one in rows.fetchall())
    return Kept(held, read(row["made_at"]), json.loads(row["note"]), refunds)


def number_of(ref: str) -> str:
    """What the names of a hold, its intent, charge and dispute have in common."""
    return ref.partition("_")[2]


def intent(kept: Kept, challenges: str, expand: list[str]) -> Json:
    """`challenges` is where patients authenticate; `expand` as Stripe's parameter."""
    held = kept.held
    status = STATUS.get(held.fact, "succeeded")
    whole = charge(kept, expand, "latest_charge.") if held.until else None
    return {
        "id": f"pi_{kept.number}",
        "object": "payment_intent",
        "amount": held.amount.minor,
        "amount_capturable": held.amount.minor if status == "requires_capture" else 0,
        "amount_received": held.captured.minor,
        "application_fee_amount": kept.note.get("fee"),
        "cancellation_reason": _cancelled(held.fact),
        "capture_method": "manual",
        "confirmation_method": "automatic",
        "created": seconds(kept.made_at),
        "currency": held.amount.currency.lower(),
        "customer": None,
        "last_payment_error": _problem(held),
        "latest_charge": whole if "latest_charge" in expand else whole and whole["id"],
        "livemode": False,
        "metadata": kept.note.get("metadata", {}),
        "next_action": _next(kept, challenges),
        "on_behalf_of": held.account,
        "payment_method": NAMES[held.card.token],
        "status": status,
        "transfer_data": {"destination": held.account} if held.account else None,
        "transfer_group": kept.note.get("group"),
    }


def charge(kept: Kept, expand: Iterable[str] = (), prefix: str = "") -> Json:
    """`expand` as Stripe's parameter, of what this charge is in under `prefix`."""
    held = kept.held
    fee = application_fee(kept)
    whole: Json = {
        "id": f"ch_{kept.number}",
        "object": "charge",
        "amount": held.amount.minor,
        "amount_captured": held.captured.minor,
        "amount_refunded": sum(one["amount"] for one in kept.refunds if one["status"] != "failed"),
        "application_fee": fee if f"{prefix}application_fee" in expand else fee and fee["id"],
        "captured": held.captured.minor > 0,
        "created": seconds(kept.made_at),
        "currency": held.amount.currency.lower(),
        "disputed": held.disputed_at is not None,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": f"pi_{kept.number}",
        "payment_method": NAMES[held.card.token],
        "payment_method_details": {"type": "card", "card": _card_of_charge(held)},
        "refunded": held.captured.minor > 0 and not held.left.minor,
        "status": "succeeded",
    }
    if f"{prefix}refunds" in expand:
        shown = list(kept.refunds[:10])
        url = f"/v1/charges/ch_{kept.number}/refunds"
        more = len(kept.refunds) > len(shown)
        whole["refunds"] = {"object": "list", "data": shown, "has_more": more, "url": url}
    return whole


def application_fee(kept: Kept) -> Json | None:
    held, minor = kept.held, kept.note.get("fee")
    if not held.captured.minor or not minor:
        return None
    return {
        "id": f"fee_{kept.number}",
        "object": "application_fee",
        "account": held.account,
        "amount": minor,
        "amount_refunded": minor - held.fee.minor,
        "charge": f"ch_{kept.number}",
        "created": seconds(kept.made_at),
        "currency": held.amount.currency.lower(),
        "livemode": False,
        "refunded": not held.fee.minor,
    }


def dispute(kept: Kept) -> Json | None:
    held = kept.held
    if held.disputed_at is None:
        return None
    return {
        "id": f"dp_{kept.number}",
        "object": "dispute",
        "amount": held.left.minor,
        "charge": f"ch_{kept.number}",
        "created": seconds(held.disputed_at),
        "currency": held.amount.currency.lower(),
        "livemode": False,
        "metadata": {},
        "payment_intent": f"pi_{kept.number}",
        "reason": "product_not_received",
        "status": _DISPUTES.get(held.fact, "won"),
    }


def payment_method(id: str, card: TestCard, now: datetime) -> Json:
    return {
        "id": id,
        "object": "payment_method",
        "card": {"brand": brand(card), "last4": card.last4, "exp_month": 12, "exp_year": 2030},
        "created": seconds(now),
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def _refund(held: Held, row: sqlite3.Row) -> Json:
    number = number_of(held.ref)
    return {
        "id": f"re_{row['number']:06d}",
        "object": "refund",
        "amount": row["minor"],
        "charge": f"ch_{number}",
        "created": seconds(read(row["at"])),
        "currency": held.amount.currency.lower(),
        "metadata": json.loads(row["note"]).get("metadata", {}),
        "payment_intent": f"pi_{number}",
        "reason": None,
        "status": "failed" if row["came_back_at"] else "succeeded",
    }


def _card_of_charge(held: Held) -> Json:
    return {
        "brand": brand(held.card),
        "last4": held.card.last4,
        "exp_month": 12,
        "exp_year": 2030,
        "capture_before": held.until and seconds(held.until),
        "extended_authorization": {"status": "disabled"},
    }


def _cancelled(fact: HoldFact) -> str | None:
    return {HoldFact.RELEASED: "requested_by_customer", HoldFact.LAPSED: "expired"}.get(fact)


def _problem(held: Held) -> Json | None:
    if held.fact is not HoldFact.DECLINED:
        return None
    code, decline_code = DECLINES[held.reason]
    problem = {"type": "card_error", "code": code, "message": "Your card was declined."}
    return problem | ({"decline_code": decline_code} if decline_code else {})


def _next(kept: Kept, challenges: str) -> Json | None:
    if kept.held.fact is not HoldFact.NEEDS_PATIENT:
        return None
    page = {"return_url": kept.note.get("return_url"), "url": f"{challenges}/pi_{kept.number}"}
    return {"type": "redirect_to_url", "redirect_to_url": page}


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())
