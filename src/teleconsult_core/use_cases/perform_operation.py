"""Carry out one payment operation: ask the card network, then settle what it says.

The network is called outside any transaction. Whoever repeats an operation looks first, because
the first attempt may have had its effect although its answer was lost.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.holds import CardHold, HoldFact, HoldNews
from teleconsult_core.ids import HoldRef
from teleconsult_core.payments import (
    KEY_LIFETIME,
    STORED_FAILURE_PATIENCE,
    HoldView,
    Operation,
    OperationState,
    Verb,
)
from teleconsult_core.ports import Authorise, Ports, PortTrouble
from teleconsult_core.use_cases.settle_payment import (
    Settled,
    answers,
    settle_payment,
    wants_a_hold,
)


@frozen
class Unsettled:
    """The network did not answer; recovery will look after the operation, its key the latest."""

    operation: Operation
    why: str


def perform_operation(
    ports: Ports, *, operation: Operation, now: datetime, look_first: bool
) -> Settled | Unsettled:
    """Ask the network once and settle its answer."""
    asked = operation
    try:
        view = _known(ports, operation, now) if look_first else None
        if view is None:
            asked = _fresh_key(ports, operation, now) if look_first else operation
            view = _ask(ports, asked)
    except PortTrouble as trouble:
        return Unsettled(asked, str(trouble))
    return settle_payment(
        ports,
        appointment=operation.appointment,
        hold=operation.hold,
        view=view,
        now=now,
        answer_to=asked.id,
    )


def _known(ports: Ports, operation: Operation, now: datetime) -> HoldView | None:
    """The network's books where they show that there is nothing left to ask for."""
    seen = _seen(ports, operation)
    if seen is not None and answers(operation, seen):
        return seen
    if operation.verb is Verb.AUTHORISE:
        if now - operation.created_at >= KEY_LIFETIME or _hopeless(operation, now):
            return _never_placed()
        if not _wanted(ports, operation, now):
            raise PortTrouble("not asked again: the appointment needs no hold any more")
    return None


def _hopeless(operation: Operation, now: datetime) -> bool:
    """A hold whose key seems to replay a failure only: the patient may give a card again.

    Should it have been placed after all, the network's news will say so, and it is let go.
    """
    waited = now - operation.created_at >= STORED_FAILURE_PATIENCE
    return operation.attempts >= 3 and waited


def _seen(ports: Ports, operation: Operation) -> HoldView | None:
    if operation.verb is Verb.AUTHORISE:
        return ports.cards.find(key=operation.id, asked_at=operation.created_at)
    return ports.cards.look(ref=_ref(ports, operation))


def _wanted(ports: Ports, operation: Operation, now: datetime) -> bool:
    with ports.open_work(writing=False) as work:
        appointment = work.appointments.get(operation.appointment)
    return appointment is not None and wants_a_hold(appointment, now)


def _ask(ports: Ports, operation: Operation) -> HoldView:
    match operation.verb:
        case Verb.AUTHORISE:
            return ports.cards.authorise(key=operation.id, request=_request(ports, operation))
        case Verb.CAPTURE:
            ref = _ref(ports, operation)
            return ports.cards.capture(
                key=operation.id, ref=ref, amount=operation.amount, fee=operation.fee
            )
        case Verb.RELEASE:
            return ports.cards.release(key=operation.id, ref=_ref(ports, operation))
        case Verb.REFUND:
            ref = _ref(ports, operation)
            return ports.cards.refund(key=operation.id, ref=ref, amount=operation.amount)


def _request(ports: Ports, operation: Operation) -> Authorise:
    with ports.open_work(writing=False) as work:
        appointment = work.appointments.get(operation.appointment)
        hold = work.holds.get(operation.hold)
    if appointment is None or hold is None or operation.card is None:
        raise LookupError(f"{operation.id} has lost its appointment or its card")
    return Authorise(
        appointment=operation.appointment,
        practitioner=appointment.terms.practitioner,
        amount=operation.amount,
        card=operation.card,
        present=operation.present,
        account=hold.account,
        fee=operation.fee,
    )


def _ref(ports: Ports, operation: Operation) -> HoldRef:
    with ports.open_work(writing=False) as work:
        hold: CardHold | None = work.holds.get(operation.hold)
    if hold is None or hold.ref is None:
        raise LookupError(f"{operation.id} has no hold at the network")
    return hold.ref


def _never_placed() -> HoldView:
    """Too old to be asked again, and the network knows nothing of it: it never took effect."""
    return HoldView(HoldRef(""), HoldNews(HoldFact.DECLINED, reason="never reached the network"))


def _fresh_key(ports: Ports, operation: Operation, now: datetime) -> Operation:
    """Give up a key that can only replay a stored failure, where a new one is harmless.

    Captures and releases were just looked up and have not happened, and the network itself refuses
    a second one. It refuses neither a second refund nor a second hold, and the first request may
    still be on its way: those are asked for under their own key only, until the network has
    forgotten its failure.
    """
    too_young = now - operation.created_at < STORED_FAILURE_PATIENCE
    keeps_its_key = operation.verb in {Verb.AUTHORISE, Verb.REFUND}
    if keeps_its_key or operation.attempts < 3 or too_young:
        return operation
    replaced = operation.settled(OperationState.FAILED, now, "replaced by the next key")
    successor = operation.with_next_key(now)
    with ports.open_work() as work:
        work.appointments.get(operation.appointment)  # nobody settles its holds meanwhile
        current = work.operations.get(operation.id)
        if current is None or not current.open:
            return operation
        work.operations.put(replaced)
        work.operations.put(successor)
        work.commit()
    return successor
