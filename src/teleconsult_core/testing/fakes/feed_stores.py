"""Calendars to subscribe to. May import the nouns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from attrs import evolve

from teleconsult_core.feeds import Feed
from teleconsult_core.ids import FeedId
from teleconsult_core.people import Actor
from teleconsult_core.stores import Feeds
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import FEEDS
from teleconsult_core.testing.fakes.shelves import Grouping

_BY_HASH: Grouping[Feed] = Grouping(attrgetter("token_hash"))
_OWNED: Grouping[Feed] = Grouping(attrgetter("owner"))


class FakeFeeds:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(FEEDS)

    def by_hash(self, token_hash: str) -> Feed | None:
        return next(iter(self._kept.group(_BY_HASH, token_hash)), None)

    def of(self, owner: Actor) -> Sequence[Feed]:
        return sorted(self._kept.group(_OWNED, owner), key=attrgetter("generation"))

    def add(self, feed: Feed) -> None:
        self._kept.add(feed.id, feed)

    def revoke(self, id: FeedId, at: datetime) -> None:
        known = self._kept.get(id)
        if known is not None and known.revoked_at is None:
            self._kept.put(id, evolve(known, revoked_at=at))


if TYPE_CHECKING:
    _feeds: type[Feeds] = FakeFeeds
