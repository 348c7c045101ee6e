"""Take up again what was parked, once its cause was mended. By support and the operator.

It is planned as if nothing had been tried yet, under the key it always had: what took effect
meanwhile is found by it, and does not happen twice.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import MessageId, OperationId
from teleconsult_core.messages import Message, MessageState
from teleconsult_core.payments import Operation, OperationState
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotParked, NotYours
from teleconsult_core.use_cases.permissions import STAFF
from teleconsult_core.use_cases.record import note

NotRetried = NotFound | NotParked | NotYours


def retry_payment(
    ports: Ports, *, operation: OperationId, by: Actor, now: datetime
) -> Operation | NotRetried:
    """The worker asks the card network again at its next round, after looking."""
    if by.role not in STAFF:
        return NotYours(actor=str(by), allowed="support and the operator")
    with ports.open_work(writing=False) as work:
        known = work.operations.get(operation)
    if known is None:
        return NotFound(what="payment step", id=operation)
    with ports.open_work() as work:
        appointment = work.appointments.get(known.appointment)  # locked first, as everywhere
        asked = work.operations.get(operation) or known
        if asked.state is not OperationState.PARKED:
            return NotParked(id=operation, state=asked.state.value)
        again = asked.taken_up_again()
        work.operations.put(again)
        if appointment is not None:
            note(work, appointment, action="payment retried", actor=by, now=now, detail=operation)
        work.commit()
    return again


def retry_message(
    ports: Ports, *, message: MessageId, by: Actor, now: datetime
) -> Message | NotRetried:
    """The worker judges it again at its next round: what is of no use any more is dropped."""
    if by.role not in STAFF:
        return NotYours(actor=str(by), allowed="support and the operator")
    with ports.open_work() as work:
        found = work.outbox.get(message)
        if found is None:
            return NotFound(what="message", id=message)
        if found.state is not MessageState.PARKED:
            return NotParked(id=message, state=found.state.value)
        again = found.taken_up_again()
        work.outbox.put([again])
        work.audit.add(
            AuditEntry(now, by, "message retried", found.appointment or message, found.patient)
        )
        work.commit()
    return again
