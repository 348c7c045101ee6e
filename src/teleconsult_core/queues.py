"""What waits to be done, and how workers take it: payment operations, messages, news.

Three stores like those in `stores`, apart because workers live on them. Whether something is due is
judged by the `now` of whoever asks; how long it is his, by the store's own clock, which is one for
all: a worker whose clock is wrong neither takes what another has, nor keeps it for longer than he
said. May import nouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from teleconsult_core.ids import AppointmentId, HoldId, MessageId, OperationId, PractitionerId
from teleconsult_core.messages import Channel, Kind, Message
from teleconsult_core.payments import News, Operation
from teleconsult_core.times import Interval


class Operations(Protocol):
    def get(self, id: OperationId) -> Operation | None: ...
    def put(self, operation: Operation) -> None: ...
    def of(self, hold: HoldId) -> Sequence[Operation]: ...
    def claim(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Operation]:
        """Open operations whose turn has come and that nobody works on, ours for `lease`."""
        ...

    def claim_one(self, id: OperationId, now: datetime, lease: timedelta) -> Operation | None:
        """This one, if it could be claimed."""
        ...

    def open_count(self) -> int: ...
    def open_since(self, moment: datetime, limit: int) -> Sequence[Operation]:
        """Open operations made at or before `moment`, oldest first."""
        ...

    def parked(self, limit: int) -> Sequence[Operation]:
        """Operations nobody tries any more, oldest first."""
        ...


class Outbox(Protocol):
    def get(self, id: MessageId) -> Message | None: ...
    def put(self, messages: Iterable[Message]) -> None:
        """Write or replace by id, planned or done."""
        ...

    def note(self, messages: Iterable[Message]) -> None:
        """Write what came of messages that were claimed, all at once.

        Only where they are still planned: that one was sent is true whoever claimed it since,
        anything else is said by whoever claimed it last.
        """
        ...

    def note_and_claim(
        self, message: Message, channel: Channel, now: datetime, lease: timedelta
    ) -> Message | None:
        """`note` this one, `claim` the next of `channel`, and commit the work, all in one.

        The next is never the one that was noted. A work that does nothing else asks a server only
        once. Nothing more can be done in the work afterwards.
        """
        ...

    def plan(self, messages: Iterable[Message]) -> None:
        """Write those whose id is new; one that is there already stays as it is."""
        ...

    def drop_planned(self, appointment: AppointmentId, now: datetime, why: str) -> None: ...
    def claim(
        self, channel: Channel, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Message]:
        """Planned messages that are due and that nobody works on, ours for `lease`.

        By `ready_at`: what waits for its next try stands behind what was not tried yet.
        """
        ...

    def claimable(self, channel: Channel, now: datetime) -> bool:
        """Whether `claim` would find anything."""
        ...

    def claim_one(self, id: MessageId, now: datetime, lease: timedelta) -> Message | None:
        """This one, if it could be claimed."""
        ...

    def by_ref(self, ref: str) -> Message | None:
        """What a gateway calls `ref`; not locked."""
        ...

    def of(self, appointment: AppointmentId) -> Sequence[Message]: ...
    def recent(self, limit: int) -> Sequence[Message]: ...
    def segments_used(self, practitioner: PractitionerId, month: Interval) -> int:
        """SMS segments sent in `month` that count against the allowance."""
        ...

    def overdue(self, before: datetime) -> int:
        """How many planned messages should have gone before `before`."""
        ...

    def due_since(self, now: datetime) -> datetime | None:
        """When the planned message that has been due for longest at `now` became due."""
        ...

    def parked(self, limit: int) -> Sequence[Message]:
        """Messages given up, the latest first."""
        ...

    def of_kind(self, kind: Kind, limit: int) -> Sequence[Message]: ...
    def forget(self, done_before: datetime) -> int: ...


class Inbox(Protocol):
    """News from outside: what waits to be looked into, and what was taken in already."""

    def knows(self, news: str) -> bool:
        """Whether it was taken in."""
        ...

    def receive(self, news: News) -> None:
        """Keep it until it is noted; what was received or noted before stays as it was."""
        ...

    def waiting(self, limit: int) -> Sequence[News]:
        """Received and not taken in yet, in the order in which they came."""
        ...

    def note(self, news: str, at: datetime) -> None:
        """Remember that `news` was taken in; noting it again changes nothing."""
        ...

    def forget(self, taken_before: datetime) -> int:
        """What was taken in before then; what waits stays. How many pieces went."""
        ...
