"""Telling the practice that a person must look: by letter, and in the audit. Not a use case.

Called inside the unit of work that parks, which has locked the appointment before anything else.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.payments import Operation
from teleconsult_core.people import SYSTEM
from teleconsult_core.planner import NEWS_KEEPS
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.record import note


def tell_payment_stuck(work: Work, operation: Operation, now: datetime) -> None:
    """A payment was given up after too many tries. Taken up and parked again, it is told again."""
    found = work.appointments.get(operation.appointment)
    if found is None:
        return
    terms = found.terms
    letter = Message(
        id=MessageId(f"{operation.id}:payment-stuck:{now:%Y%m%dT%H%M}"),
        kind=Kind.PAYMENT_STUCK,
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
    work.outbox.plan([letter])
    detail = f"{operation.id}: {operation.outcome}"
    note(work, found, action="payment parked", actor=SYSTEM, now=now, detail=detail)


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
