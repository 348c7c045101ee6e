"""What waits to be done, and how workers take it: payment operations and messages.

Two stores like those in `stores`, apart because workers live on them. May import nouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from teleconsult_core.ids import AppointmentId, HoldId, MessageId, OperationId, PractitionerId
from teleconsult_core.messages import Channel, Kind, Message
from teleconsult_core.payments import Operation
from teleconsult_core.times import Interval


class Operations(Protocol):
    def get(self, id: OperationId) -> Operation | None: ...
    def put(self, operation: Operation) -> None: ...
    def of(self, hold: HoldId) -> Sequence[Operation]: ...
    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Operation]:
        """Open operations that nobody works on at `now`, marked as ours until `until`."""
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

    def plan(self, messages: Iterable[Message]) -> None:
        """Write those whose id is new; one that is there already stays as it is."""
        ...

    def drop_planned(self, appointment: AppointmentId, now: datetime, why: str) -> None: ...
    def claim(
        self, channel: Channel, now: datetime, until: datetime, limit: int
    ) -> Sequence[Message]:
        """Planned messages that are due and that nobody works on, marked as ours until `until`.

        By `ready_at`: what waits for its next try stands behind what was not tried yet.
        """
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
