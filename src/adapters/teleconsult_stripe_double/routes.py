"""What may be asked of Stripe, and what it does about it in the sandbox's books.

Each function is one endpoint inside a transaction, given its checked parameters. May import the
sandbox's moves, objects and errors beside.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import AccountRef, AppointmentId, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.ports import Authorise, PortMisused
from teleconsult_sandbox import moves
from teleconsult_stripe_double import objects
from teleconsult_stripe_double.calls import Call, Route, page, within
from teleconsult_stripe_double.cards import DECLINES, METHODS
from teleconsult_stripe_double.errors import declined, invalid, missing, unexpected_state
from teleconsult_stripe_double.objects import Json, Kept
from teleconsult_stripe_double.routes_connect import CONNECT


def create_intent(call: Call, _: str) -> Json:
    params = call.params
    card = METHODS.get(params.get("payment_method", ""))
    if card is None:
        raise missing("PaymentMethod", params.get("payment_method", ""), "payment_method")
    _must_be_a_hold(params)
    metadata = params.get("metadata", {})
    request = Authorise(
        appointment=AppointmentId(metadata.get("appointment", "")),
        practitioner=PractitionerId(metadata.get("practitioner", "")),
        amount=Money(params["amount"], params["currency"].upper()),
        card=card.token,
        account=_destination(params),
        fee=_fee(params, params["currency"]),
    )
    key = OperationId(metadata.get("operation", call.key))
    with _in_stripes_words("amount"):
        held = moves.place(call.connection, key, request, call.now)
    note = {
        "metadata": metadata,
        "return_url": params.get("return_url"),
        "fee": params.get("application_fee_amount"),
        "group": params.get("transfer_group"),
    }
    call.connection.execute("update holds set note = ? where ref = ?", (json.dumps(note), held.ref))
    if held.fact is HoldFact.DECLINED:
        raise declined(*DECLINES[held.reason], call.intent(held))
    return call.intent(held)


def retrieve_intent(call: Call, id: str) -> Json:
    return call.intent(call.kept(id).held)


def list_intents(call: Call, _: str) -> Json:
    rows = call.connection.execute("select ref from holds order by number desc").fetchall()
    every = (objects.kept(call.connection, HoldRef(row["ref"])) for row in rows)
    made = [one for one in every if within(objects.seconds(one.made_at), call.params)]
    expand = [name.removeprefix("data.") for name in call.params.get("expand", [])]
    whole = [objects.intent(one, call.challenges, expand) for one in made]
    return page(whole, call.params, "/v1/payment_intents")


def capture_intent(call: Call, id: str) -> Json:
    kept = call.kept(id)
    held = kept.held
    amount = Money(call.params.get("amount_to_capture", held.amount.minor), held.amount.currency)
    if held.fact is not HoldFact.AUTHORISED:
        raise unexpected_state(id, objects.STATUS.get(held.fact, "succeeded"))
    fee = _fee(call.params, amount.currency) or _first_fee(kept, amount)
    with _in_stripes_words("amount_to_capture"):
        held = moves.take(call.connection, held, amount, call.now, fee)
    note = kept.note | {"fee": fee and fee.minor}
    call.connection.execute("update holds set note = ? where ref = ?", (json.dumps(note), held.ref))
    return call.intent(held)


def cancel_intent(call: Call, id: str) -> Json:
    held = call.kept(id).held
    if held.fact not in {HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT, HoldFact.DECLINED}:
        raise unexpected_state(id, objects.STATUS.get(held.fact, "succeeded"))
    return call.intent(moves.let_go(call.connection, held, call.now))


def create_refund(call: Call, _: str) -> Json:
    kept = call.kept(call.params["payment_intent"])
    held, metadata = kept.held, call.params.get("metadata", {})
    if held.fact in {HoldFact.DISPUTED, HoldFact.DISPUTE_LOST}:
        raise invalid("charge_disputed", "payment_intent").running()
    if held.fact is HoldFact.REFUNDED:
        raise invalid("charge_already_refunded", "payment_intent").running()
    if held.fact not in moves.CHARGED:
        raise invalid("", "payment_intent", "There is no charge to refund.").running()
    amount = Money(call.params.get("amount", held.left.minor), held.amount.currency)
    _must_be_given_back_by_all(call.params, held.account is not None)
    key = OperationId(metadata.get("operation", call.key))
    with _in_stripes_words("amount"):
        moves.give_back(call.connection, held, key, amount, call.now)
    call.connection.execute(
        "update refunds set note = ? where number = (select max(number) from refunds)",
        (json.dumps({"metadata": metadata}),),
    )
    return objects.kept(call.connection, held.ref).refunds[0]


def _must_be_given_back_by_all(params: Json, passed_on: bool) -> None:
    """Without these the clinic alone would pay; with them there must be somebody beside it."""
    for name in ("reverse_transfer", "refund_application_fee"):
        if params.get(name, False) is not passed_on:
            raise invalid("parameter_invalid", name, f"the double plays {passed_on} only").running()


def list_refunds(call: Call, _: str) -> Json:
    kept = call.kept(call.params["payment_intent"])
    return page(list(kept.refunds), call.params, "/v1/refunds")


def list_disputes(call: Call, _: str) -> Json:
    found = objects.dispute(call.kept(call.params["payment_intent"]))
    return page([found] if found else [], call.params, "/v1/disputes")


def retrieve_method(call: Call, id: str) -> Json:
    card = METHODS.get(id)
    if card is None:
        raise missing("PaymentMethod", id, "payment_method")
    return objects.payment_method(id, card, call.now)


def retrieve_account(call: Call, _: str) -> Json:
    return {"id": "acct_double", "object": "account", "charges_enabled": True}


def list_events(call: Call, _: str) -> Json:
    rows = call.connection.execute("select * from events order by number desc").fetchall()
    every = [event(call, row) for row in rows]
    wanted = call.params.get("types")
    told = [one for one in every if within(one["created"], call.params)]
    return page(
        [one for one in told if wanted is None or one["type"] in wanted], call.params, "/v1/events"
    )


_EVENTS = {
    HoldFact.NEEDS_PATIENT: "payment_intent.requires_action",
    HoldFact.DECLINED: "payment_intent.payment_failed",
    HoldFact.AUTHORISED: "payment_intent.amount_capturable_updated",
    HoldFact.CAPTURED: "payment_intent.succeeded",
    HoldFact.RELEASED: "payment_intent.canceled",
    HoldFact.LAPSED: "payment_intent.canceled",
    HoldFact.PARTLY_REFUNDED: "charge.refunded",
    HoldFact.REFUNDED: "charge.refunded",
    HoldFact.DISPUTED: "charge.dispute.created",
    HoldFact.DISPUTE_WON: "charge.dispute.closed",
    HoldFact.DISPUTE_LOST: "charge.dispute.closed",
}


def event(call: Call, row: sqlite3.Row) -> Json:
    """One row of the sandbox's news. Its object may have gone on since, as Stripe's may."""
    kept = objects.kept(call.connection, HoldRef(row["ref"]))
    type = _EVENTS[HoldFact(row["fact"])]
    about: Json | None = objects.intent(kept, call.challenges, [])
    if type.startswith("charge."):
        about = objects.charge(kept) if type == "charge.refunded" else objects.dispute(kept)
    return {
        "id": f"evt_{row['number']:06d}",
        "object": "event",
        "created": objects.seconds(datetime.fromisoformat(row["at"])),
        "data": {"object": about},
        "livemode": False,
        "type": type,
    }


_PI = r"/v1/payment_intents/(pi_\w+)"
ROUTES = (
    Route("post", "/v1/payment_intents", "PaymentIntentCreateParams", "authorise", create_intent),
    Route("get", "/v1/payment_intents", "PaymentIntentListParams", "find", list_intents),
    Route("get", _PI, "PaymentIntentRetrieveParams", "look", retrieve_intent),
    Route("post", f"{_PI}/capture", "PaymentIntentCaptureParams", "capture", capture_intent),
    Route("post", f"{_PI}/cancel", "PaymentIntentCancelParams", "release", cancel_intent),
    Route("post", "/v1/refunds", "RefundCreateParams", "refund", create_refund),
    Route("get", "/v1/refunds", "RefundListParams", "look", list_refunds),
    Route("get", "/v1/disputes", "DisputeListParams", "look", list_disputes),
    Route("get", "/v1/events", "EventListParams", "since", list_events),
    Route(
        "get", r"/v1/payment_methods/(\w+)", "PaymentMethodRetrieveParams", "card", retrieve_method
    ),
    Route("get", "/v1/account", "AccountRetrieveCurrentParams", "card", retrieve_account),
    *CONNECT,
)


def _destination(params: Json) -> AccountRef | None:
    """The double plays charges for an account in that account's name only."""
    ref = params.get("transfer_data", {}).get("destination")
    if params.get("on_behalf_of") != ref:
        raise invalid("parameter_invalid", "on_behalf_of", "the double plays the destination only")
    return AccountRef(ref) if ref else None


def _fee(params: Json, currency: str) -> Money | None:
    minor = params.get("application_fee_amount")
    return None if minor is None else Money(minor, currency.upper())


def _first_fee(kept: Kept, amount: Money) -> Money | None:
    """The fee of the beginning, cut to what is captured: what counts if none is said again."""
    minor = kept.note.get("fee")
    return None if minor is None else min(Money(minor, amount.currency), amount)


def _must_be_a_hold(params: Json) -> None:
    """The double plays holds on cards, with the patient there, and nothing else."""
    wanted = {"capture_method": "manual", "confirm": True, "allowed_payment_method_types": ["card"]}
    for name, value in wanted.items():
        if params.get(name) != value:
            raise invalid("parameter_invalid", name, f"the double plays {name}={value} only")


class _in_stripes_words:  # noqa: N801 # a context manager, read as a phrase
    """What the sandbox refuses about an amount, as Stripe says it."""

    def __init__(self, param: str) -> None:
        self._param = param

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, problem: BaseException | None, __: object) -> None:
        if isinstance(problem, PortMisused):
            small = "below the smallest" in str(problem)
            code = "amount_too_small" if small else "amount_too_large"
            raise invalid(code, self._param, str(problem)) from problem
