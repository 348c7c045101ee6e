"""Writing down what came of messages that were claimed. Not a use case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from teleconsult_core.messages import Message, MessageState
from teleconsult_core.ports import Ports
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.alarms import tell_undelivered
from teleconsult_core.use_cases.handing_over import Outcome


def note_outcomes(ports: Ports, outcomes: Sequence[Outcome], now: datetime) -> None:
    """One commit for all of them. What was given up is told to the practice in the same one."""
    if not outcomes:
        return
    with ports.open_work() as work:
        for outcome in outcomes:
            _note(work, outcome.message, now)
        work.commit()


def _note(work: Work, message: Message, now: datetime) -> None:
    parked = message.state is MessageState.PARKED
    if parked and message.appointment is not None:
        work.appointments.get(message.appointment)  # locked before its messages, as everywhere
    current = work.outbox.get(message.id)
    if current is None or not current.planned or _taken_over(message, current):
        return
    work.outbox.put([message])
    if parked:
        tell_undelivered(work, message, now)


def _taken_over(message: Message, current: Message) -> bool:
    """Whether somebody else claimed it since, who now says when it is tried again.

    That it was sent is true whoever says so.
    """
    return message.state is not MessageState.SENT and current.attempts != message.attempts
