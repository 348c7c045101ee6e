"""Deliver the messages that are due (S4, S5, S6): claim, ask again, compose, send, note.

Every message is claimed for a while, judged against the appointment as it is now, and sent
outside any transaction under its own id as the gateway's key: at least once to the gateway, and
once to the reader as far as the gateway can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.messages import Channel, Message, MessageState
from teleconsult_core.ports import Ports
from teleconsult_core.use_cases.going_on import GoOn, always
from teleconsult_core.use_cases.handing_over import Outcome, hand_over
from teleconsult_core.use_cases.noting import note_and_claim, note_outcomes
from teleconsult_core.use_cases.preparing import prepare

LEASE = timedelta(minutes=5)


@frozen
class Delivered:
    """What came of one round, in messages."""

    sent: int = 0
    dropped: int = 0
    parked: int = 0
    waiting: int = 0
    trouble: str = ""
    """What last kept a message waiting, in words."""

    def and_then(self, later: Delivered) -> Delivered:
        """Two rounds, one after the other, as one."""
        return Delivered(
            self.sent + later.sent,
            self.dropped + later.dropped,
            self.parked + later.parked,
            self.waiting + later.waiting,
            later.trouble or self.trouble,
        )


def deliver_due_messages(
    ports: Ports,
    *,
    now: datetime,
    channel: Channel | None = None,
    limit: int = 100,
    go_on: GoOn = always,
    note_after: int = 1,
) -> Delivered:
    """One round over at most `limit` due messages of one channel, or of each.

    Each is noted as sent before the next one goes, and the next is claimed in the same commit: a
    crash keeps back, and sends again, only the one that was in hand. With a higher `note_after`
    all are claimed at the start and so many go before they are noted together: faster where a
    commit costs more than a sending, and a crash then sends that many again under the same keys.
    """
    delivered = Delivered()
    for one in _with_something_due(ports, [channel] if channel else list(Channel), now):
        if note_after == 1:
            done = _one_by_one(ports, one, now, limit, go_on)
        else:
            done = deliver_claimed(ports, _claim(ports, one, now, limit), now, go_on, note_after)
        delivered = delivered.and_then(done)
    return delivered


def _one_by_one(
    ports: Ports, channel: Channel, now: datetime, limit: int, go_on: GoOn
) -> Delivered:
    """The last is noted by itself, so that none is taken that will not be tried."""
    outcomes: list[Outcome] = []
    in_hand = next(iter(_claim(ports, channel, now, 1)), None) if limit > 0 and go_on() else None
    while in_hand is not None:
        outcome = _tried(ports, in_hand, now)
        outcomes.append(outcome)
        if len(outcomes) < limit and go_on():
            in_hand = note_and_claim(ports, outcome, channel, now, LEASE)
        else:
            note_outcomes(ports, [outcome], now)
            in_hand = None
    return _counted(outcomes)


def _with_something_due(ports: Ports, these: list[Channel], now: datetime) -> list[Channel]:
    """Most rounds find nothing; they read, and keep nobody from writing."""
    with ports.open_work(writing=False) as work:
        if work.clinic.practice() is None:
            return []
        return [channel for channel in these if work.outbox.claimable(channel, now)]


def _claim(ports: Ports, channel: Channel, now: datetime, limit: int) -> Sequence[Message]:
    """Committed at once: the next step locks an appointment, and then its messages."""
    with ports.open_work() as work:
        claimed = work.outbox.claim(channel, now, LEASE, limit)
        work.commit()
    return claimed


def deliver_claimed(
    ports: Ports,
    claimed: Sequence[Message],
    now: datetime,
    go_on: GoOn = always,
    note_after: int = 1,
) -> Delivered:
    """What was claimed, one after the other; what may not go on is given back."""
    outcomes: list[Outcome] = []
    noted = 0
    for message in claimed:
        outcomes.append(_tried(ports, message, now) if go_on() else Outcome(message.given_back()))
        if len(outcomes) - noted >= note_after:
            note_outcomes(ports, outcomes[noted:], now)
            noted = len(outcomes)
    note_outcomes(ports, outcomes[noted:], now)
    return _counted(outcomes)


def _tried(ports: Ports, message: Message, now: datetime) -> Outcome:
    ready = prepare(ports, message, now)
    return ready if isinstance(ready, Outcome) else hand_over(ports, ready, now)


def _counted(outcomes: Sequence[Outcome]) -> Delivered:
    states = [one.message.state for one in outcomes]
    troubles = [one.trouble for one in outcomes if one.trouble]
    return Delivered(
        sent=states.count(MessageState.SENT),
        dropped=states.count(MessageState.DROPPED),
        parked=states.count(MessageState.PARKED),
        waiting=states.count(MessageState.PLANNED),
        trouble=troubles[-1] if troubles else "",
    )
