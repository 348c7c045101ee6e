"""One request to the double on its way, and how lists are cut. May import objects and errors."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from attrs import frozen

from teleconsult_core.ids import HoldRef
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox.held import Held
from teleconsult_stripe_double import objects
from teleconsult_stripe_double.errors import missing
from teleconsult_stripe_double.objects import Json, Kept, number_of


@frozen
class Call:
    """One request on its way: its transaction, its time, and what it gives."""

    connection: sqlite3.Connection
    now: datetime
    params: Json
    key: str
    challenges: str
    account: str = ""
    """On whose behalf it is asked (`Stripe-Account`)."""

    def kept(self, id: str) -> Kept:
        """The hold that an intent's id means. Raises `Failure` when there is none."""
        try:
            return objects.kept(self.connection, HoldRef(f"hold_{number_of(id)}"))
        except PortMisused as unknown:
            raise missing("payment_intent", id, "intent") from unknown

    def intent(self, held: Held) -> Json:
        kept = objects.kept(self.connection, held.ref)
        return objects.intent(kept, self.challenges, self.params.get("expand", []))


def within(created: int, params: Json) -> bool:
    bounds = params.get("created", {})
    if isinstance(bounds, int):
        return created == bounds
    first, last = bounds.get("gte", 0), bounds.get("lte", created)
    return bool(first <= created <= last)


def page(newest_first: Iterable[Json], params: Json, url: str) -> Json:
    """Stripe's way of paging: from after the one called `starting_after`, so many."""
    left = list(newest_first)
    ids: list[Any] = [one["id"] for one in left]
    after = params.get("starting_after")
    if after is not None:
        left = left[ids.index(after) + 1 :]
    limit = params.get("limit", 10)
    return {"object": "list", "data": left[:limit], "has_more": len(left) > limit, "url": url}


@frozen
class Route:
    """An endpoint: how it is asked, its parameters' type, the sandbox's verb for its trouble."""

    method: str
    path: str
    params: str
    verb: str
    run: Callable[[Call, str], Json]

    def id_in(self, method: str, path: str) -> str | None:
        """The id in a path that fits, or an empty text where it has none; None if it fits not."""
        found = re.fullmatch(self.path, path) if method == self.method else None
        return None if found is None else (found.groups() or ("",))[0]
