"""Writing down what came of messages that were claimed. Not a use case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from teleconsult_core.messages import Channel, Message, MessageState
from teleconsult_core.ports import Ports
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.alarms import tell_undelivered
from teleconsult_core.use_cases.handing_over import Outcome


def note_outcomes(ports: Ports, outcomes: Sequence[Outcome], now: datetime) -> None:
    """One commit for all of them. What was given up is told to the practice in the same one."""
    if not outcomes:
        return
    messages = [outcome.message for outcome in outcomes]
    with ports.open_work() as work:
        for message in messages:
            if message.state is MessageState.PARKED:
                _give_up(work, message, now)
        work.outbox.note(one for one in messages if one.state is not MessageState.PARKED)
        work.commit()


def note_and_claim(
    ports: Ports, outcome: Outcome, channel: Channel, now: datetime, lease: timedelta
) -> Message | None:
    """What came of one, and the next of `channel`, in one commit."""
    message = outcome.message
    with ports.open_work() as work:
        if message.state is MessageState.PARKED:
            _give_up(work, message, now)
        return work.outbox.note_and_claim(message, channel, now, lease)


def _give_up(work: Work, message: Message, now: datetime) -> None:
    if message.appointment is not None:
        work.appointments.get(message.appointment)  # locked before its messages, as everywhere
    current = work.outbox.get(message.id)
    if current is None or not current.planned or current.attempts != message.attempts:
        return  # done meanwhile, or somebody else's turn by now
    work.outbox.put([message])
    tell_undelivered(work, message, now)
