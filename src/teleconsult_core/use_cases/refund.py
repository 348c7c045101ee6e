"""Refund a charge, whole or in part. By the support agent only, with a reason (S12)."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.holds import CHARGED, CardHold, HoldState
from teleconsult_core.ids import AppointmentId, RefundId
from teleconsult_core.money import Money
from teleconsult_core.payments import Operation, Verb
from teleconsult_core.payments import refund as refund_operation
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    BadInput,
    ChargeDisputed,
    NoLiveHold,
    NotFound,
    NotYours,
    RefundTooMuch,
)
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.record import note

_WITH_THE_BANK = frozenset({HoldState.DISPUTED, HoldState.LOST})
"""What the patient's bank has taken back cannot be given back a second time."""

NotRefunded = NotFound | NotYours | NoLiveHold | ChargeDisputed | RefundTooMuch


def refund(
    ports: Ports,
    *,
    id: RefundId,
    appointment: AppointmentId,
    amount: Money,
    reason: str,
    by: Actor,
    now: datetime,
) -> Operation | NotRefunded:
    """Write the refund down; the worker carries it out, once. The same `id` is the same refund.

    Never more in total than was captured, counting refunds still under way. Raises `BadInput`
    for an empty reason, or for an `id` used for another amount.
    """
    if not reason.strip():
        raise BadInput("reason", reason, "a reason in words")
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if by.role is not Role.SUPPORT:
            return NotYours(actor=str(by), allowed="support")
        hold = next((h for h in work.holds.of(appointment) if h.state in CHARGED), None)
        if hold is None:
            return NoLiveHold(state="nothing was captured")
        # A refund under its second key is still the same refund: the newest says how it stands.
        known = [one for one in work.operations.of(hold.id) if one.refund == id]
        if known:
            return _same(max(known, key=lambda one: one.repeat), amount)
        if hold.state in _WITH_THE_BANK:
            return ChargeDisputed(state=hold.state.value)
        operation = refund_operation(hold, id, amount, reason.strip(), now)
        left = _refundable(work, hold)
        if amount > left or not amount.minor:
            return RefundTooMuch(amount=amount, refundable=left)
        work.operations.put(operation)
        note(work, found, action="refund", actor=by, now=now, detail=f"{amount}: {reason.strip()}")
        work.commit()
    return operation


def _same(known: Operation, amount: Money) -> Operation:
    if known.amount != amount:
        raise BadInput("id", str(known.refund), "an id that no other refund has")
    return known


def _refundable(work: Work, hold: CardHold) -> Money:
    under_way = (
        operation.amount.minor
        for operation in work.operations.of(hold.id)
        if operation.verb is Verb.REFUND and operation.unsettled
    )
    return Money(max(0, hold.refundable.minor - sum(under_way)), hold.amount.currency)
