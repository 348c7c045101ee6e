"""The outbox, the links in messages, and the news taken in. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from teleconsult_core.ids import AppointmentId, LinkId, MessageId, PractitionerId
from teleconsult_core.links import Link
from teleconsult_core.messages import Channel, Kind, Message, MessageState
from teleconsult_core.queues import Outbox
from teleconsult_core.stores import Inbox, Links
from teleconsult_core.testing.fakes.booking_stores import INSTANT
from teleconsult_core.testing.fakes.drafts import Draft, Shelf
from teleconsult_core.times import Interval


class FakeOutbox:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[MessageId, Message] = Shelf(draft, "messages")

    def get(self, id: MessageId) -> Message | None:
        return self._kept.get(id)

    def put(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._kept[message.id] = message

    def plan(self, messages: Iterable[Message]) -> None:
        self.put(message for message in messages if self.get(message.id) is None)

    def drop_planned(self, appointment: AppointmentId, now: datetime, why: str) -> None:
        self.put(one.dropped(now, why) for one in self.of(appointment) if one.planned)

    def claim(
        self, channel: Channel, now: datetime, until: datetime, limit: int
    ) -> Sequence[Message]:
        due = _by_turn(self._kept.span("due", (channel,), (channel, now + INSTANT)))
        mine = (one for one in due if self._kept.try_lock(one.id))
        claimed = [one.claimed(until) for one in islice(mine, limit)]
        self.put(claimed)
        return claimed

    def of(self, appointment: AppointmentId) -> Sequence[Message]:
        return _by_due(self._kept.group("appointment", appointment))

    def recent(self, limit: int) -> Sequence[Message]:
        return _latest_first(self._kept)[:limit]

    def segments_used(self, practitioner: PractitionerId, month: Interval) -> int:
        return sum(
            one.segments
            for one in self._kept.group("counted", practitioner)
            if one.channel is Channel.SMS
            and one.state is MessageState.SENT
            and one.done_at is not None
            and month.contains(one.done_at)
        )

    def overdue(self, before: datetime) -> int:
        return len(self._kept.span("planned", None, before))

    def due_since(self, now: datetime) -> datetime | None:
        due = self._kept.span("planned", None, now + INSTANT)
        return min((one.due_at for one in due), default=None)

    def parked(self, limit: int) -> Sequence[Message]:
        return _latest_first(self._kept.group("parked", True))[:limit]

    def of_kind(self, kind: Kind, limit: int) -> Sequence[Message]:
        return _latest_first(self._kept.group("kind", kind))[:limit]

    def forget(self, done_before: datetime) -> int:
        return self._kept.forget(lambda one: one.done_at is not None and one.done_at < done_before)


def _by_due(messages: Iterable[Message]) -> list[Message]:
    return sorted(messages, key=lambda one: (one.due_at, one.id))


def _by_turn(messages: Iterable[Message]) -> list[Message]:
    return sorted(messages, key=lambda one: (one.ready_at, one.id))


def _latest_first(messages: Iterable[Message]) -> list[Message]:
    by_id = sorted(messages, key=lambda one: one.id)
    return sorted(by_id, key=lambda one: one.due_at, reverse=True)


class FakeLinks:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[LinkId, Link] = Shelf(draft, "links")

    def get(self, id: LinkId) -> Link | None:
        return self._kept.get(id)

    def by_hash(self, token_hash: str) -> Link | None:
        return next(iter(self._kept.group("hash", token_hash)), None)

    def put(self, link: Link) -> None:
        same = self.by_hash(link.token_hash)
        if same is not None and same.id != link.id:
            raise self._kept.refuse(f"{same.id} has the token of {link.id}")
        self._kept[link.id] = link

    def of(self, appointment: AppointmentId) -> Sequence[Link]:
        its = self._kept.group("appointment", appointment)
        return sorted(its, key=lambda one: (one.opens_at, one.id))

    def forget(self, expired_before: datetime) -> int:
        return self._kept.forget(lambda one: one.expires_at < expired_before)


class FakeInbox:
    def __init__(self, draft: Draft) -> None:
        self._kept: Shelf[str, datetime] = Shelf(draft, "inbox")

    def knows(self, news: str) -> bool:
        return self._kept.get(news) is not None

    def note(self, news: str, at: datetime) -> None:
        if not self.knows(news):
            self._kept[news] = at


if TYPE_CHECKING:
    _outbox: type[Outbox] = FakeOutbox
    _links: type[Links] = FakeLinks
    _inbox: type[Inbox] = FakeInbox
