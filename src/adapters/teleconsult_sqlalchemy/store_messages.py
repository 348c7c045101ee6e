"""The outbox, the links in messages, and the news taken in. May import mapping, statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ids import AppointmentId, HoldRef, LinkId, MessageId, PractitionerId
from teleconsult_core.links import Link
from teleconsult_core.messages import Channel, Kind, Message
from teleconsult_core.payments import News
from teleconsult_core.queues import Inbox, Outbox
from teleconsult_core.stores import Links
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.claiming import Clock, asked, claimable, claiming
from teleconsult_sqlalchemy.mapping_messages import link_from, link_row, message_from, message_row
from teleconsult_sqlalchemy.noting import noted, noted_one, notes, noting, noting_and_claiming
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import LIMIT, Compiler, Row, Statement, constant, given
from teleconsult_sqlalchemy.tables import Tables


class OutboxStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.messages
        every = sa.select(t)
        planned = t.c.state == constant("planned")
        its = t.c.appointment == given("appointment", t.c.appointment)
        latest = t.c.due_at.desc(), t.c.id
        moment = given("moment", t.c.due_at)
        self.put = make.upsert(t)
        self.plan = make.insert_new(t)
        self.note = noting(make, t)
        self.get = make.select(every.where(t.c.id == given("id", t.c.id)), lock=t)
        self.drop_planned = make.change(
            sa.update(t)
            .where(its, planned)
            .values(
                state=constant("dropped"),
                done_at=moment,
                leased_until=sa.null(),
                note=given("why", t.c.note),
            )
        )
        its_channel = t.c.channel == given("channel", t.c.channel)
        self.claim = claiming(make, t, planned, its_channel)
        self.note_and_claim = noting_and_claiming(make, t, planned, its_channel)
        self.claimable = claimable(make, t, planned, its_channel)
        self.claim_one = claiming(make, t, planned, t.c.id == given("id", t.c.id))
        self.by_ref = make.select(
            every.where(t.c.ref == given("ref", t.c.ref), t.c.ref != constant("")).limit(1)
        )
        self.of = make.select(every.where(its).order_by(t.c.due_at, t.c.id))
        self.recent = make.select(every.order_by(*latest).limit(LIMIT))
        self.of_kind = make.select(
            every.where(t.c.kind == given("kind", t.c.kind)).order_by(*latest).limit(LIMIT)
        )
        self.segments_used = make.select(_segments(t))
        self.overdue = make.select(
            sa.select(sa.func.count().label("n")).where(planned, t.c.due_at < moment)
        )
        self.due_since = make.select(
            sa.select(t.c.due_at).where(planned, t.c.due_at <= moment).order_by(t.c.due_at).limit(1)
        )
        self.parked = make.select(
            every.where(t.c.state == constant("parked")).order_by(*latest).limit(LIMIT)
        )
        self.forget = make.change(sa.delete(t).where(t.c.done_at < moment))


def _segments(t: sa.Table) -> sa.Select[tuple[int]]:
    """What the SMS sent in a month cost, without those that are free."""
    return sa.select(sa.func.coalesce(sa.func.sum(t.c.segments), constant(0)).label("n")).where(
        t.c.practitioner == given("practitioner", t.c.practitioner),
        t.c.done_at >= given("start", t.c.done_at),
        t.c.done_at < given("end", t.c.done_at),
        t.c.segments > constant(0),
        t.c.state == constant("sent"),
        t.c.channel == constant("sms"),
        t.c.exempt == given("exempt", t.c.exempt),
    )


class SqlOutbox:
    def __init__(self, run: Running, sql: OutboxStatements, clock: Clock | None) -> None:
        self._run, self._sql, self._clock = run, sql, clock

    def get(self, id: MessageId) -> Message | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return message_from(row) if row else None

    def put(self, messages: Iterable[Message]) -> None:
        self._write(self._sql.put, tuple(messages))

    def note(self, messages: Iterable[Message]) -> None:
        these = sorted(messages, key=attrgetter("id"))  # everybody locks in the same order
        self._run.write_many(self._sql.note, noted(self._sql.note, these))
        self._run.queued(*these)

    def note_and_claim(
        self, message: Message, channel: Channel, now: datetime, lease: timedelta
    ) -> Message | None:
        sql = self._sql.note_and_claim
        values = asked(self._clock, now, lease, limit=1, channel=channel.value)
        values |= noted_one(message)
        if not notes(sql):
            self._run.write(self._sql.note, values)
        self._run.queued(message)
        found = _messages(self._run.change_and_commit(sql, **values))
        return found[0] if found else None

    def plan(self, messages: Iterable[Message]) -> None:
        self._write(self._sql.plan, tuple(messages))

    def _write(self, how: Statement, messages: tuple[Message, ...]) -> None:
        self._run.write_many(how, map(message_row, messages))
        self._run.queued(*messages)

    def drop_planned(self, appointment: AppointmentId, now: datetime, why: str) -> None:
        row = {"appointment": appointment, "moment": now, "why": why}
        self._run.write(self._sql.drop_planned, row)

    def claim(
        self, channel: Channel, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Message]:
        values = asked(self._clock, now, lease, limit=limit, channel=channel.value)
        found = _messages(self._run.change(self._sql.claim, **values))
        return sorted(found, key=lambda one: (one.ready_at, one.id))

    def claimable(self, channel: Channel, now: datetime) -> bool:
        clock = self._clock() if self._clock else None
        values = {"channel": channel.value, "now": now, "clock": clock}
        return self._run.one(self._sql.claimable, **values) is not None

    def claim_one(self, id: MessageId, now: datetime, lease: timedelta) -> Message | None:
        values = asked(self._clock, now, lease, limit=1, id=id)
        found = _messages(self._run.change(self._sql.claim_one, **values))
        return found[0] if found else None

    def by_ref(self, ref: str) -> Message | None:
        row = self._run.one(self._sql.by_ref, ref=ref)
        return message_from(row) if row else None

    def of(self, appointment: AppointmentId) -> Sequence[Message]:
        return _messages(self._run.rows(self._sql.of, appointment=appointment))

    def recent(self, limit: int) -> Sequence[Message]:
        return _messages(self._run.rows(self._sql.recent, limit=limit))

    def segments_used(self, practitioner: PractitionerId, month: Interval) -> int:
        row = self._run.one(
            self._sql.segments_used,
            practitioner=practitioner, start=month.start, end=month.end, exempt=False,
        )  # fmt: skip
        return int(row["n"]) if row else 0

    def overdue(self, before: datetime) -> int:
        row = self._run.one(self._sql.overdue, moment=before)
        return int(row["n"]) if row else 0

    def due_since(self, now: datetime) -> datetime | None:
        row = self._run.one(self._sql.due_since, moment=now)
        return row["due_at"] if row else None

    def parked(self, limit: int) -> Sequence[Message]:
        return _messages(self._run.rows(self._sql.parked, limit=limit))

    def of_kind(self, kind: Kind, limit: int) -> Sequence[Message]:
        return _messages(self._run.rows(self._sql.of_kind, kind=kind.value, limit=limit))

    def forget(self, done_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": done_before})


def _messages(rows: Iterable[Row]) -> list[Message]:
    return [message_from(row) for row in rows]


class LinkStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.links
        self.put = make.upsert(t)
        self.get = make.select(sa.select(t).where(t.c.id == given("id", t.c.id)), lock=t)
        self.by_hash = make.select(
            sa.select(t).where(t.c.token_hash == given("hash", t.c.token_hash))
        )
        self.of = make.select(
            sa.select(t)
            .where(t.c.appointment == given("appointment", t.c.appointment))
            .order_by(t.c.opens_at, t.c.id)
        )
        self.forget = make.change(
            sa.delete(t).where(t.c.expires_at < given("moment", t.c.expires_at))
        )


class SqlLinks:
    def __init__(self, run: Running, sql: LinkStatements) -> None:
        self._run, self._sql = run, sql

    def get(self, id: LinkId) -> Link | None:
        row = self._run.one_locked(self._sql.get, id=id)
        return link_from(row) if row else None

    def by_hash(self, token_hash: str) -> Link | None:
        row = self._run.one(self._sql.by_hash, hash=token_hash)
        return link_from(row) if row else None

    def put(self, link: Link) -> None:
        self._run.write(self._sql.put, link_row(link))

    def of(self, appointment: AppointmentId) -> Sequence[Link]:
        return [link_from(row) for row in self._run.rows(self._sql.of, appointment=appointment)]

    def forget(self, expired_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": expired_before})


class InboxStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.inbox
        self.receive = make.insert_new(t)
        named = t.c.news == given("news", t.c.news)
        self.note = make.change(
            sa.update(t)
            .where(named, t.c.taken_at.is_(None))
            .values(taken_at=given("taken_at", t.c.taken_at))
        )
        self.knows = make.select(sa.select(t.c.news).where(named, t.c.taken_at.is_not(None)))
        self.waiting = make.select(
            sa.select(t).where(t.c.taken_at.is_(None)).order_by(t.c.at, t.c.news).limit(LIMIT)
        )
        self.forget = make.change(sa.delete(t).where(t.c.taken_at < given("moment", t.c.taken_at)))


class SqlInbox:
    def __init__(self, run: Running, sql: InboxStatements) -> None:
        self._run, self._sql = run, sql

    def knows(self, news: str) -> bool:
        return self._run.one(self._sql.knows, news=news) is not None

    def note(self, news: str, at: datetime) -> None:
        self.receive(News(news, HoldRef(""), at, at))
        self._run.write(self._sql.note, {"news": news, "taken_at": at})

    def receive(self, news: News) -> None:
        row = {"news": news.id, "ref": news.ref, "at": news.received_at, "taken_at": news.taken_at}
        self._run.write(self._sql.receive, row)

    def waiting(self, limit: int) -> Sequence[News]:
        rows = self._run.rows(self._sql.waiting, limit=limit)
        return [News(row["news"], HoldRef(row["ref"]), row["at"], row["taken_at"]) for row in rows]

    def forget(self, taken_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": taken_before})


if TYPE_CHECKING:
    _outbox: type[Outbox] = SqlOutbox
    _links: type[Links] = SqlLinks
    _inbox: type[Inbox] = SqlInbox
