"""Calendars to subscribe to. May import statements, running, tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.feeds import Feed
from teleconsult_core.ids import FeedId
from teleconsult_core.people import Actor, Role
from teleconsult_core.stores import Feeds
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import Compiler, Row, given
from teleconsult_sqlalchemy.tables import Tables


class FeedStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.feeds
        self.add = make.insert_new(t)
        self.by_hash = make.select(
            sa.select(t).where(t.c.token_hash == given("hash", t.c.token_hash))
        )
        self.of = make.select(
            sa.select(t)
            .where(t.c.owner == given("owner", t.c.owner), t.c.role == given("role", t.c.role))
            .order_by(t.c.generation)
        )
        self.revoke = make.change(
            sa.update(t)
            .where(t.c.id == given("feed", t.c.id), t.c.revoked_at.is_(None))
            .values(revoked_at=given("revoked_at", t.c.revoked_at))
        )


class SqlFeeds:
    def __init__(self, run: Running, sql: FeedStatements) -> None:
        self._run, self._sql = run, sql

    def by_hash(self, token_hash: str) -> Feed | None:
        row = self._run.one(self._sql.by_hash, hash=token_hash)
        return _feed_from(row) if row else None

    def of(self, owner: Actor) -> Sequence[Feed]:
        rows = self._run.rows(self._sql.of, owner=owner.id, role=owner.role.value)
        return [_feed_from(row) for row in rows]

    def add(self, feed: Feed) -> None:
        self._run.write(self._sql.add, _feed_row(feed))

    def revoke(self, id: FeedId, at: datetime) -> None:
        self._run.write(self._sql.revoke, {"feed": id, "revoked_at": at})


def _feed_row(feed: Feed) -> Row:
    return {
        "id": feed.id,
        "token_hash": feed.token_hash,
        "role": feed.owner.role.value,
        "owner": feed.owner.id,
        "generation": feed.generation,
        "made_at": feed.made_at,
        "revoked_at": feed.revoked_at,
    }


def _feed_from(row: Row) -> Feed:
    return Feed(
        id=row["id"],
        token_hash=row["token_hash"],
        owner=Actor(Role(row["role"]), row["owner"]),
        generation=row["generation"],
        made_at=row["made_at"],
        revoked_at=row["revoked_at"],
    )


if TYPE_CHECKING:
    _feeds: type[Feeds] = SqlFeeds
