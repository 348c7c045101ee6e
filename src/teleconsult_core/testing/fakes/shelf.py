"""One kind of fact as one work sees it: what is committed, with what the work wrote over it.

May import shelves, ports (for what is raised). A work is taken to be small: what it wrote is looked
through at every query, what is committed never is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator
from itertools import islice
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from teleconsult_core.ports import PortMisused
from teleconsult_core.testing.fakes.shelves import Grouping, Kind, Ordering, Placed, Rows

K = TypeVar("K")
V = TypeVar("V")


class Holder(Protocol):
    """The work that looks at the shelf."""

    @property
    def side_by_side(self) -> bool: ...
    def must_be_open(self) -> None: ...
    def must_write(self) -> None: ...
    def lock_row(self, *row: object) -> None: ...
    def lock(self, *unique: object) -> None: ...
    def try_lock(self, *row: object) -> bool: ...
    def undo(self, why: str) -> None: ...


class Shelf(Generic[K, V]):
    """One kind of fact by its key, as one work sees it."""

    __slots__ = ("_draft", "_missed", "_mutex", "kind", "rows", "written")

    def __init__(self, draft: Holder, kind: Kind[K, V], rows: Rows[K, V], mutex: Lock) -> None:
        self._draft, self._mutex = draft, mutex
        self.kind, self.rows = kind, rows
        self.written: dict[K, V | None] = {}
        self._missed: set[K] = set()

    # --- one fact --------------------------------------------------------------------------------

    def look(self, key: K) -> V | None:
        """The fact as this work sees it."""
        self._draft.must_be_open()
        with self._mutex:
            return self.written[key] if key in self.written else self.rows.values.get(key)

    def get(self, key: K) -> V | None:
        """The fact, to decide on: where works write side by side it is locked, if it is there."""
        found = self.look(key)
        if found is None:
            self._missed.add(key)
        elif self._draft.side_by_side:
            self._draft.lock_row(self.kind, key)
            found = self.look(key)
        return found

    def missed(self, key: K) -> bool:
        """Whether this work asked for it in vain, and has not written it since."""
        return key in self._missed and key not in self.written

    def unlocked(
        self, by: Ordering[V], group: Hashable, below: Any, limit: int, free: Callable[[V], bool]
    ) -> list[V]:
        """The first `limit` before `below` that are free and locked by no other work, locked."""
        self._draft.must_write()
        with self._mutex:
            keys = self._span(by, group, None, below, None)
            wanted = [key for key in keys if any(map(free, self._values([key])))]
        mine = (key for key in wanted if self._draft.try_lock(self.kind, key))
        found = (self._still(key, by, group, below) for key in mine)
        return list(islice((one for one in found if one is not None and free(one)), limit))

    def _still(self, key: K, by: Ordering[V], group: Hashable, below: Any) -> V | None:
        """The fact, if it is still before `below`: somebody may have changed it meanwhile."""
        value = self.look(key)
        placed = None if value is None else by.of(value)
        return value if placed is not None and placed[0] == group and placed[1] < below else None

    def put(self, key: K, value: V | None) -> None:
        """Write, replace or (None) remove."""
        self._draft.must_write()
        self._draft.lock_row(self.kind, key)
        self.written[key] = value

    def append(self: Shelf[int, V], value: V) -> None:
        """Write under the next number; for shelves whose keys are numbers."""
        self.put(next(self.rows.numbers), value)

    def add(self, key: K, value: V) -> bool:
        """Write, unless it is there; what another work is adding is waited for."""
        if self.look(key) is None:
            self._draft.must_write()
            self._draft.lock_row(self.kind, key)
            if self.look(key) is None:
                self.written[key] = value
                return True
        return False

    def remove(self, key: K) -> None:
        if self.look(key) is not None:
            self.put(key, None)

    def lock(self, *unique: object) -> None:
        """Before a value is written that may be there once: wait for whoever writes it now."""
        self._draft.must_write()
        self._draft.lock(self.kind, *unique)

    def refuse(self, why: str) -> PortMisused:
        """What to raise for a value that may not be here; the work is undone."""
        self._draft.undo(f"was undone: {why}")
        return PortMisused(why)

    # --- many ------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[V]:
        """Every value, in the order in which the keys were first written."""
        self._draft.must_be_open()
        with self._mutex:
            seen: dict[K, V | None] = {**self.rows.values, **self.written}
        return (value for value in seen.values() if value is not None)

    def keys(self, by: Grouping[V], wanted: Hashable) -> list[K]:
        """The keys of a group, in the order of writing."""
        self._draft.must_be_open()
        with self._mutex:
            return self._group(by, wanted)

    def group(self, by: Grouping[V], wanted: Hashable) -> list[V]:
        """Everything in a group, in the order of writing."""
        self._draft.must_be_open()
        with self._mutex:
            return self._values(self._group(by, wanted))

    def numbered(self: Shelf[int, V], by: Grouping[V], wanted: Hashable) -> list[V]:
        """Everything in a group by key; for shelves whose keys are numbers."""
        self._draft.must_be_open()
        with self._mutex:
            return self._values(sorted(self._group(by, wanted)))

    def span(
        self,
        by: Ordering[V],
        group: Hashable = None,
        *,
        least: Any = None,
        below: Any = None,
        limit: int | None = None,
    ) -> list[V]:
        """What is placed in [least, below), in order; None has no end on that side."""
        self._draft.must_be_open()
        with self._mutex:
            return self._values(self._span(by, group, least, below, limit))

    def last_before(self, by: Ordering[V], group: Hashable, place: Any) -> Any:
        """The last place before `place` where there is something; `place` when there is none."""
        self._draft.must_be_open()
        with self._mutex:
            order = self.rows.order(by, group)
            before = bisect_left(order, (place,)) - 1
            while before >= 0 and order[before][1] in self.written:
                before -= 1
            found = [at for at, _ in self._own(by, group) if at < place]
            if before >= 0:
                found.append(order[before][0])
        return max(found, default=place)

    def latest(self: Shelf[int, V], limit: int) -> list[V]:
        """The last ones, latest first; for shelves whose keys are numbers."""
        self._draft.must_be_open()
        with self._mutex:
            there = (key for key in reversed(self.rows.values) if key not in self.written)
            found = [*islice(there, limit), *self.written]
            return self._values(sorted(found, reverse=True))[:limit]

    def forget(self, by: Ordering[V], below: Any) -> int:
        """Remove what is placed before `below`; gives how many there were."""
        self._draft.must_be_open()
        with self._mutex:
            gone = self._span(by, None, None, below, None)
        for key in gone:
            self.put(key, None)
        return len(gone)

    def _group(self, by: Grouping[V], wanted: Hashable) -> list[K]:
        there = self.rows.group(by, wanted)
        if not self.written:
            return list(there)
        own = (key for key, one in self.written.items() if one is not None and by.of(one) == wanted)
        return [*(key for key in there if key not in self.written), *own]

    def _span(
        self, by: Ordering[V], group: Hashable, least: Any, below: Any, limit: int | None
    ) -> list[K]:
        order = self.rows.order(by, group)
        first = 0 if least is None else bisect_left(order, (least,))
        last = len(order) if below is None else bisect_left(order, (below,))
        there = (order[number] for number in range(first, last))
        found = list(islice((one for one in there if one[1] not in self.written), limit))
        found += (
            one
            for one in self._own(by, group)
            if (least is None or least <= one[0]) and (below is None or one[0] < below)
        )
        return [key for _, key in sorted(found)[:limit]]

    def _own(self, by: Ordering[V], group: Hashable) -> Iterator[Placed[K]]:
        """What the work wrote into an order, as it came."""
        for key, value in self.written.items():
            placed = None if value is None else by.of(value)
            if placed is not None and placed[0] == group:
                yield placed[1], key

    def _values(self, keys: list[K]) -> list[V]:
        written, there = self.written, self.rows.values
        found = (written[key] if key in written else there.get(key) for key in keys)
        return [value for value in found if value is not None]
