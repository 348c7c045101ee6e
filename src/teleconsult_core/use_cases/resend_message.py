"""Send a message again that the reader says he never had. By support and the operator.

A message of its own, under a key of its own, so that no gateway takes it for a repetition. It goes
to the address on file, and is judged like any other when its turn comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Delivery, Message, MessageState
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotResent, NotYours, TooEarly
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.permissions import STAFF

PAUSE = timedelta(minutes=1)
"""The same message does not go again sooner."""

_AGAIN = ":again-"


def resend_message(
    ports: Ports, *, message: MessageId, by: Actor, now: datetime
) -> Message | NotFound | NotYours | NotResent | TooEarly:
    """What waits goes by itself; what was given up is taken up again by `retry_message`."""
    if by.role not in STAFF:
        return NotYours(actor=str(by), allowed="support and the operator")
    with ports.open_work() as work:
        found = work.outbox.get(message)
        if found is None:
            return NotFound(what="message", id=message)
        if found.state is not MessageState.SENT:
            return NotResent(id=message, state=found.state.value)
        if now >= found.useful_until:
            return NotResent(id=message, state="stale")
        last, count = _latest(work, found)
        if last.done_at is None or now < last.done_at + PAUSE:
            return TooEarly(opens_at=(last.done_at or now) + PAUSE, now=now)
        first = message.partition(_AGAIN)[0]
        again = _again(found, MessageId(f"{first}{_AGAIN}{count + 1}"), now)
        work.outbox.plan([again])
        work.audit.add(
            AuditEntry(now, by, "message sent again", found.appointment or message, found.patient)
        )
        work.commit()
    return again


def _latest(work: Work, message: Message) -> tuple[Message, int]:
    """The last time it was sent again, and how often that was; itself and 0 when never."""
    first, last, count = message.id.partition(_AGAIN)[0], message, 0
    while (found := work.outbox.get(MessageId(f"{first}{_AGAIN}{count + 1}"))) is not None:
        last, count = found, count + 1
    return last, count


def _again(message: Message, id: MessageId, now: datetime) -> Message:
    return evolve(
        message,
        id=id,
        due_at=now,
        state=MessageState.PLANNED,
        attempts=0,
        not_before=None,
        done_at=None,
        segments=0,
        note="",
        ref="",
        delivery=Delivery.UNKNOWN,
        delivery_at=None,
    )
