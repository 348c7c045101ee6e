"""The outbox, the links in messages, and the news taken in. May import the nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from attrs import evolve

from teleconsult_core.ids import AppointmentId, HoldRef, LinkId, MessageId, PractitionerId
from teleconsult_core.links import Link
from teleconsult_core.messages import Channel, Kind, Message, MessageState
from teleconsult_core.payments import News
from teleconsult_core.queues import Inbox, Outbox
from teleconsult_core.stores import Links
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import INBOX, LINKS, MESSAGES
from teleconsult_core.testing.fakes.leases import free_at, not_leased
from teleconsult_core.testing.fakes.shelves import BY_APPOINTMENT, INSTANT, Grouping, Ordering
from teleconsult_core.times import Interval

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def _charged_for(message: Message) -> tuple[PractitionerId, datetime] | None:
    """Whose allowance an SMS is taken from, and when."""
    counts = message.channel is Channel.SMS and not message.exempt
    if not counts or message.state is not MessageState.SENT or message.done_at is None:
        return None
    return message.practitioner, message.done_at


_FREE: Ordering[Message] = Ordering(
    lambda one: (one.channel, one.ready_at) if one.planned else None
)
"""When somebody may take it up: it is due, and whoever had it has had his time."""
_PLANNED: Ordering[Message] = Ordering(lambda one: (None, one.due_at) if one.planned else None)
_DONE: Ordering[Message] = Ordering(lambda one: (None, one.done_at) if one.done_at else None)
_CHARGED: Ordering[Message] = Ordering(_charged_for)
_LATEST: Ordering[Message] = Ordering(lambda one: (None, _END_OF_TIME - one.due_at))
_LATEST_OF_KIND: Ordering[Message] = Ordering(lambda one: (one.kind, _END_OF_TIME - one.due_at))
_LATEST_PARKED: Ordering[Message] = Ordering(
    lambda one: (None, _END_OF_TIME - one.due_at) if one.state is MessageState.PARKED else None
)
_WAITING: Ordering[News] = Ordering(
    lambda one: (None, one.received_at) if one.taken_at is None else None
)
_TAKEN: Ordering[News] = Ordering(lambda one: (None, one.taken_at) if one.taken_at else None)
_BY_HASH: Grouping[Link] = Grouping(attrgetter("token_hash"))
_BY_REF: Grouping[Message] = Grouping(attrgetter("ref"))
_EXPIRY: Ordering[Link] = Ordering(lambda one: (None, one.expires_at))


class FakeOutbox:
    def __init__(self, draft: Draft, commit: Callable[[], None]) -> None:
        self._kept, self._clock, self._commit = draft.shelf(MESSAGES), draft.clock, commit

    def get(self, id: MessageId) -> Message | None:
        return self._kept.get(id)

    def put(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._kept.put(message.id, message)

    def note(self, messages: Iterable[Message]) -> None:
        for message in messages:
            current = self._kept.get(message.id)
            if current is None or not current.planned:
                continue
            sent = message.state is MessageState.SENT
            if sent or current.attempts == message.attempts:
                self._kept.put(message.id, evolve(message, attempts=current.attempts))

    def note_and_claim(
        self, message: Message, channel: Channel, now: datetime, lease: timedelta
    ) -> Message | None:
        self.note([message])
        clock = self._clock() if self._clock else now
        free = not_leased(clock)
        mine = self._kept.unlocked(
            _FREE, channel, now + INSTANT, 1, lambda one: one.id != message.id and free(one)
        )
        claimed = [one.claimed(clock + lease) for one in mine]
        self.put(claimed)
        self._commit()
        return claimed[0] if claimed else None

    def plan(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._kept.add(message.id, message)

    def drop_planned(self, appointment: AppointmentId, now: datetime, why: str) -> None:
        for one in self.of(appointment):
            locked = self._kept.get(one.id) if one.planned else None
            if locked is not None and locked.planned:
                self._kept.put(one.id, locked.dropped(now, why))

    def claim(
        self, channel: Channel, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Message]:
        clock = self._clock() if self._clock else now
        mine = self._kept.unlocked(_FREE, channel, now + INSTANT, limit, not_leased(clock))
        claimed = [one.claimed(clock + lease) for one in mine]
        self.put(claimed)
        return claimed

    def claimable(self, channel: Channel, now: datetime) -> bool:
        free = not_leased(self._clock() if self._clock else now)
        return any(map(free, self._kept.span(_FREE, channel, below=now + INSTANT)))

    def claim_one(self, id: MessageId, now: datetime, lease: timedelta) -> Message | None:
        clock = self._clock() if self._clock else now
        found = self._kept.get(id)
        if found is None or not found.planned or not free_at(found, now, clock):
            return None
        claimed = found.claimed(clock + lease)
        self.put([claimed])
        return claimed

    def by_ref(self, ref: str) -> Message | None:
        return next(iter(self._kept.group(_BY_REF, ref)), None) if ref else None

    def of(self, appointment: AppointmentId) -> Sequence[Message]:
        return _by_due(self._kept.group(BY_APPOINTMENT, appointment))

    def recent(self, limit: int) -> Sequence[Message]:
        return self._kept.span(_LATEST, limit=limit)

    def segments_used(self, practitioner: PractitionerId, month: Interval) -> int:
        sent = self._kept.span(_CHARGED, practitioner, least=month.start, below=month.end)
        return sum(one.segments for one in sent)

    def overdue(self, before: datetime) -> int:
        return len(self._kept.span(_PLANNED, below=before))

    def due_since(self, now: datetime) -> datetime | None:
        return next(
            (one.due_at for one in self._kept.span(_PLANNED, below=now + INSTANT, limit=1)), None
        )

    def parked(self, limit: int) -> Sequence[Message]:
        return self._kept.span(_LATEST_PARKED, limit=limit)

    def of_kind(self, kind: Kind, limit: int) -> Sequence[Message]:
        return self._kept.span(_LATEST_OF_KIND, kind, limit=limit)

    def forget(self, done_before: datetime) -> int:
        return self._kept.forget(_DONE, done_before)


def _by_due(messages: Iterable[Message]) -> list[Message]:
    return sorted(messages, key=attrgetter("due_at", "id"))


class FakeLinks:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(LINKS)

    def get(self, id: LinkId) -> Link | None:
        return self._kept.get(id)

    def by_hash(self, token_hash: str) -> Link | None:
        return next(iter(self._kept.group(_BY_HASH, token_hash)), None)

    def put(self, link: Link) -> None:
        self._kept.lock("hash", link.token_hash)
        same = self.by_hash(link.token_hash)
        if same is not None and same.id != link.id:
            raise self._kept.refuse(f"{same.id} has the token of {link.id}")
        self._kept.put(link.id, link)

    def of(self, appointment: AppointmentId) -> Sequence[Link]:
        its = self._kept.group(BY_APPOINTMENT, appointment)
        return sorted(its, key=attrgetter("opens_at", "id"))

    def forget(self, expired_before: datetime) -> int:
        return self._kept.forget(_EXPIRY, expired_before)


class FakeInbox:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(INBOX)

    def knows(self, news: str) -> bool:
        known = self._kept.look(news)
        return known is not None and known.taken_at is not None

    def receive(self, news: News) -> None:
        self._kept.add(news.id, news)

    def waiting(self, limit: int) -> Sequence[News]:
        return self._kept.span(_WAITING, limit=limit)

    def note(self, news: str, at: datetime) -> None:
        known = self._kept.get(news)
        if known is None:
            self._kept.add(news, News(news, HoldRef(""), at, at))
        elif known.taken_at is None:
            self._kept.put(news, evolve(known, taken_at=at))

    def forget(self, taken_before: datetime) -> int:
        return self._kept.forget(_TAKEN, taken_before)


if TYPE_CHECKING:
    _outbox: type[Outbox] = FakeOutbox
    _links: type[Links] = FakeLinks
    _inbox: type[Inbox] = FakeInbox
