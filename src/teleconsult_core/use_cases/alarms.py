"""Telling the practice that a person must look: by letter, and in the audit. Not a use case.

Called inside the unit of work that parks, which has locked the appointment before anything else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from teleconsult_core.appointments import Appointment
from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.payments import Operation, Verb
from teleconsult_core.people import SYSTEM
from teleconsult_core.planner import NEWS_KEEPS
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.record import note

AT_RISK = timedelta(hours=12)
"""How long before the end of a hold a charge that is still not made is told."""


def tell_payment_stuck(work: Work, operation: Operation, now: datetime) -> None:
    """A payment was given up after too many tries. Taken up and parked again, it is told again."""
    found = work.appointments.get(operation.appointment)
    if found is None:
        return
    id = f"{operation.id}:payment-stuck:{now:%Y%m%dT%H%M}"
    work.outbox.plan([_about_money(found, operation, Kind.PAYMENT_STUCK, id, now)])
    detail = f"{operation.id}: {operation.outcome}"
    note(work, found, action="payment parked", actor=SYSTEM, now=now, detail=detail)


def tell_charge_at_risk(work: Work, operation: Operation, now: datetime) -> None:
    """A charge that is decided and not made, when the hold under it ends soon. Told once a hold."""
    if operation.verb is not Verb.CAPTURE:
        return
    found = work.appointments.get(operation.appointment)
    hold = work.holds.get(operation.hold)
    if found is None or hold is None or hold.until is None or now < hold.until - AT_RISK:
        return
    id = f"{hold.id}:charge-at-risk"
    letter = _about_money(found, operation, Kind.CHARGE_AT_RISK, id, now)
    work.outbox.plan([evolve(letter, useful_until=max(now, hold.until))])


def tell_refund_came_back(work: Work, operation: Operation, now: datetime) -> None:
    """The patient's bank did not take a refund: the practice must pay it another way. Told once.

    The refund and its credit note stand: he is owed it, and what is owed is paid outside.
    """
    found = work.appointments.get(operation.appointment)
    if found is None:
        return
    id = f"{operation.id}:came-back"
    work.outbox.plan([_about_money(found, operation, Kind.REFUND_CAME_BACK, id, now)])
    detail = f"{operation.id}: {operation.amount}"
    note(work, found, action="refund came back", actor=SYSTEM, now=now, detail=detail)


def _about_money(
    appointment: Appointment, operation: Operation, kind: Kind, id: str, now: datetime
) -> Message:
    terms = appointment.terms
    return Message(
        id=MessageId(id),
        kind=kind,
        channel=Channel.EMAIL,
        to=To.PRACTICE,
        practitioner=terms.practitioner,
        patient=terms.patient,
        appointment=terms.id,
        sequence=terms.sequence,
        due_at=now,
        useful_until=now + NEWS_KEEPS,
        amount=operation.amount.minor,
        about=operation.id,
    )


def tell_undelivered(work: Work, message: Message, now: datetime) -> None:
    """A message was given up. Told once per appointment and channel, and never about an alarm."""
    if message.to is To.PRACTICE:
        return
    what = message.appointment or message.id
    letter = Message(
        id=MessageId(f"{what}:undelivered:{message.channel.value}:{message.to.value}"),
        kind=Kind.UNDELIVERED,
        channel=Channel.EMAIL,
        to=To.PRACTICE,
        practitioner=message.practitioner,
        patient=message.patient,
        appointment=message.appointment,
        sequence=message.sequence,
        due_at=now,
        useful_until=now + NEWS_KEEPS,
        about=f"{message.channel.value} {message.to.value}",
    )
    work.outbox.plan([letter])
