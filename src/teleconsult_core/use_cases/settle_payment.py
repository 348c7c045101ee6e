"""Settle what became known about a hold: the one way in for every piece of news about money.

The call's own answer, the network's news, the patient's return, recovery and the sweeper all end
here. One commit: the hold, the operation, the ledger, the appointment, the documents and the
messages that follow. Telling the same news twice changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Reserved,
    has_lapsed,
)
from teleconsult_core.holds import CHARGED, CardHold, HoldFact, HoldState, Verdict
from teleconsult_core.ids import AppointmentId, HoldId, OperationId
from teleconsult_core.ledger import entries_after
from teleconsult_core.payments import HoldView, Operation, OperationState, Verb
from teleconsult_core.people import SYSTEM
from teleconsult_core.planner import messages_after_hold
from teleconsult_core.ports import Ports
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.alarms import tell_refund_came_back
from teleconsult_core.use_cases.holding import let_go
from teleconsult_core.use_cases.issue_receipt import credit_note, receipt_for_charge
from teleconsult_core.use_cases.record import note, record_change, serve_waiting, the_practice

CAME_BACK = "came back"
"""The outcome of a refund that was made and that the patient's bank did not take."""


@frozen
class Settled:
    """Where things stand after the news: the appointment, the hold, and what the news was."""

    appointment: Appointment
    hold: CardHold
    verdict: Verdict | None
    """None when the news changed the hold."""


def settle_payment(
    ports: Ports,
    *,
    appointment: AppointmentId,
    hold: HoldId,
    view: HoldView,
    now: datetime,
    answer_to: OperationId | None = None,
) -> Settled:
    """Record what the card network's books say about a hold, and close what was asked of it.

    `answer_to` is the operation whose own answer the view is: a refund that it does not show was
    refused (the charge is disputed, or was given back by somebody else), and has failed.

    Raises `LookupError` for a hold that is not ours.
    """
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        old = work.holds.get(hold)
        if found is None or old is None:
            raise LookupError(f"no hold {hold} of appointment {appointment}")
        asked = _answered(work, old, view, answer_to)
        told = old.told(view.news)
        if isinstance(told, Verdict) or told == old:
            verdict = told if isinstance(told, Verdict) else Verdict.REPEAT
            if verdict is Verdict.CONTRADICTION:
                _raise_alarm(work, found, old, view, now)
            new, after = old, found
        else:
            verdict, new = None, told
            shown = tuple(operation for operation in asked if answers(operation, view))
            after = _after_change(work, found, old, new, shown, now)
        for operation in asked:
            work.operations.put(_over(operation, new, view, now))
            if not answers(operation, view):
                why = f"refund {operation.refund}: the hold is {new.state.value}"
                note(work, found, action="refund refused", actor=SYSTEM, now=now, detail=why)
        for operation in _come_back(work, old, view):
            work.operations.put(operation)
            tell_refund_came_back(work, operation, now)
        work.commit()
    return Settled(after, new, verdict)


def _come_back(work: Work, hold: CardHold, view: HoldView) -> list[Operation]:
    """The refunds that were made, came back, and were not told yet."""
    stems = {_stem(key) for key in view.came_back}
    if not stems:
        return []
    return [
        evolve(one, outcome=CAME_BACK)
        for one in work.operations.of(hold.id)
        if one.state is OperationState.DONE and _stem(one.id) in stems and one.outcome != CAME_BACK
    ]


def _answered(
    work: Work, hold: CardHold, view: HoldView, answer_to: OperationId | None
) -> tuple[Operation, ...]:
    """The unsettled operations this view answers: what was asked for has happened, or never can."""
    return tuple(
        asked
        for asked in work.operations.of(hold.id)
        if asked.unsettled and (answers(asked, view) or _refused(asked, answer_to))
    )


def _refused(asked: Operation, answer_to: OperationId | None) -> bool:
    return asked.verb is Verb.REFUND and _stem(asked.id) == _stem(answer_to or OperationId(""))


def _stem(operation: OperationId) -> str:
    """The id without the number of the key: the same intention under any of its keys."""
    return operation.rpartition(":")[0]


def answers(operation: Operation, view: HoldView) -> bool:
    """Whether the network's books show that there is nothing left to ask for."""
    fact = view.news.fact
    match operation.verb:
        case Verb.AUTHORISE:
            return True
        case Verb.CAPTURE | Verb.RELEASE:
            return fact not in {HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT}
        case Verb.REFUND:
            return any(_stem(key) == _stem(operation.id) for key in view.refunds)


def _over(operation: Operation, hold: CardHold, view: HoldView, now: datetime) -> Operation:
    wanted = {
        Verb.AUTHORISE: hold.state is not HoldState.DECLINED,
        Verb.CAPTURE: hold.state in CHARGED,
        Verb.RELEASE: hold.state not in CHARGED,
        Verb.REFUND: answers(operation, view),
    }
    done = OperationState.DONE if wanted[operation.verb] else OperationState.FAILED
    return operation.settled(done, now, hold.state.value)


def _after_change(
    work: Work,
    appointment: Appointment,
    old: CardHold,
    new: CardHold,
    asked: tuple[Operation, ...],
    now: datetime,
) -> Appointment:
    work.holds.put(new)
    work.ledger.put(entries_after(old, new, now))
    after = appointment
    if new.state is HoldState.HELD and old.state is not HoldState.HELD:
        after = _held(work, appointment, new, now)
    elif new.state is HoldState.AWAITING_PATIENT and (
        old.state is HoldState.DECLINED or not wants_a_hold(appointment, now)
    ):  # the patient was told that it failed, or it is not needed any more
        let_go(work, [new], reason="no longer needed", now=now)
    elif new.state is HoldState.LAPSED:
        after = _lapsed(work, appointment, new, now)
    _documents(work, after, old, new, asked, now)
    policies = the_practice(work).policies
    if new.state is not HoldState.HELD or wants_a_hold(after, now):
        work.outbox.plan(messages_after_hold(old, new, after, policies=policies, now=now))
    detail = f"{old.state.value} -> {new.state.value}"
    note(work, after, action="hold", actor=SYSTEM, now=now, detail=f"{new.id}: {detail}")
    return after


def wants_a_hold(appointment: Appointment, now: datetime) -> bool:
    """Whether a hold placed now would serve the appointment, rather than be let go at once."""
    match appointment:
        case Reserved() | AwaitingConfirmation():
            return not has_lapsed(appointment, now)
        case Confirmed():
            return True
        case Completed() | NoShow() | Cancelled() | Lapsed():
            return False


def _held(work: Work, appointment: Appointment, hold: CardHold, now: datetime) -> Appointment:
    """A hold stands: it confirms, replaces the one before it, or has come too late."""
    if not wants_a_hold(appointment, now):
        let_go(work, [hold], reason="came too late", now=now)
        return appointment
    earlier = [other for other in work.holds.of(hold.appointment) if other.id != hold.id]
    let_go(work, earlier, reason="replaced", now=now)
    if not isinstance(appointment, Reserved | AwaitingConfirmation):
        return appointment
    confirmed = appointment.confirm(now)
    if not isinstance(confirmed, Confirmed):  # judged by wants_a_hold above
        return appointment
    record_change(work, appointment, confirmed, actor=SYSTEM, now=now)
    serve_waiting(work, confirmed)
    return confirmed


def _lapsed(work: Work, appointment: Appointment, hold: CardHold, now: datetime) -> Appointment:
    """No decision while the hold lived: nobody is charged, and it shows."""
    if not isinstance(appointment, Confirmed) or now < appointment.terms.end:
        return appointment
    if any(other.standing(now) for other in work.holds.of(hold.appointment)):
        return appointment
    unbilled = appointment.leave_unbilled(now)
    if isinstance(unbilled, Completed):
        record_change(work, appointment, unbilled, actor=SYSTEM, now=now)
        return unbilled
    return appointment


def _documents(
    work: Work,
    appointment: Appointment,
    old: CardHold,
    new: CardHold,
    asked: tuple[Operation, ...],
    now: datetime,
) -> None:
    if new.captured > old.captured:
        receipt_for_charge(work, appointment, new, now)
    left = new.refunded - old.refunded
    for operation in asked:
        if operation.verb is Verb.REFUND and operation.amount <= left:
            credit_note(work, appointment, new, operation.amount, now, operation=operation)
            left -= operation.amount
    if left.minor:  # refunded at the network by somebody else
        credit_note(work, appointment, new, left, now)


def _raise_alarm(
    work: Work, appointment: Appointment, hold: CardHold, view: HoldView, now: datetime
) -> None:
    """News that cannot be: a person must look; `doctor` lists it."""
    detail = f"{hold.id} is {hold.state.value}, the network says {view.news.fact.value}"
    note(work, appointment, action="contradiction", actor=SYSTEM, now=now, detail=detail)
