"""What one work sees and writes. May import shelves, ports (for what is raised).

A work keeps what it wrote in an overlay; its commit puts the overlay in the place of what was
there. A reading work sees one snapshot: whoever commits while it is open leaves it, in its
overlay, what it is about to replace.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from threading import RLock
from typing import Any, Generic, TypeVar

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.fakes.shelves import GONE, INDEXES, Indexes, Rows
from teleconsult_core.testing.fakes.turns import Locks

K = TypeVar("K")
V = TypeVar("V")

_NO_INDEX = Indexes()
_NOTHING: dict[Any, Any] = {}


class Shelves:
    """Everything that is kept, and the reading works that look at it now."""

    def __init__(self) -> None:
        self._rows: dict[str, Rows] = {}
        self.mutex = RLock()
        self.readers: list[Draft] = []

    def rows(self, shelf: str) -> Rows:
        found = self._rows.get(shelf)
        if found is None:
            found = self._rows[shelf] = Rows(INDEXES.get(shelf, _NO_INDEX))
        return found

    def publish(self, draft: Draft) -> None:
        """Put what `draft` wrote in the place of what was there, all at once."""
        with self.mutex:
            for shelf, written in draft.overlay.items():
                rows = self.rows(shelf)
                for key, value in written.items():
                    for reader in self.readers:
                        reader.remember(shelf, key, rows.values.get(key, GONE))
                    rows.put(key, value)


class Draft:
    """One work: what is committed, and over it what the work wrote."""

    def __init__(self, shelves: Shelves, *, writing: bool, locks: Locks | None = None) -> None:
        self.shelves = shelves
        self._locks = locks
        self.overlay: dict[str, dict[Any, Any]] = {}
        self.writing = writing
        self._ended = ""
        if not writing:
            shelves.readers.append(self)

    # --- reading ---------------------------------------------------------------------------------

    def get(self, shelf: str, key: Any) -> Any:
        """The fact, or None; where works write side by side it is locked, if it is there."""
        self._must_be_open()
        if self._locks is not None and key in self.shelves.rows(shelf).values:
            self.lock(shelf, key)
        with self.shelves.mutex:
            found = self.overlay.get(shelf, _NOTHING).get(key)
            if found is None:
                return self.shelves.rows(shelf).values.get(key)
        return None if found is GONE else found

    def has(self, shelf: str, key: Any) -> bool:
        written = self.overlay.get(shelf, _NOTHING)
        return written.get(key) is not GONE and (
            key in written or key in self.shelves.rows(shelf).values
        )

    def every(self, shelf: str) -> list[tuple[Any, Any]]:
        """Every fact with its key, in the order in which the keys were first written."""
        self._must_be_open()
        with self.shelves.mutex:
            seen = {**self.shelves.rows(shelf).values, **self.overlay.get(shelf, _NOTHING)}
        return [(key, value) for key, value in seen.items() if value is not GONE]

    def group(self, shelf: str, name: str, wanted: Any) -> list[Any]:
        """Every fact whose index `name` is `wanted`, in the order of writing."""
        self._must_be_open()
        with self.shelves.mutex:
            rows = self.shelves.rows(shelf)
            keys = rows.groups[name].get(wanted, _NOTHING)
            overlay = self.overlay.get(shelf)
            if not overlay:
                return [rows.values[key] for key in keys]
            index = rows.indexes.groups[name]
            found = [overlay.get(key) or rows.values[key] for key in keys]
            found += [value for key, value in overlay.items() if key not in keys]
        return [value for value in found if value is not GONE and index(value) == wanted]

    def span(self, shelf: str, name: str, begin: Any, end: Any) -> list[Any]:
        """Every fact whose order `name` is in [begin, end), sorted by it and by key.

        `begin` None is the very first.
        """
        self._must_be_open()
        with self.shelves.mutex:
            rows = self.shelves.rows(shelf)
            order = rows.orders[name]
            first = 0 if begin is None else bisect_left(order, (begin,))
            found = order[first : bisect_left(order, (end,))]
            overlay = self.overlay.get(shelf)
            if not overlay:
                return [rows.values[key] for _, key in found]
            index = rows.indexes.orders[name]
            kept = [(at, key) for at, key in found if key not in overlay]
            for key, value in overlay.items():
                at = None if value is GONE else index(value)
                if at is not None and (begin is None or begin <= at) and at < end:
                    kept.append((at, key))
            return [overlay.get(key) or rows.values[key] for _, key in sorted(kept)]

    # --- writing ---------------------------------------------------------------------------------

    def put(self, shelf: str, key: Any, value: Any) -> None:
        self.must_write()
        self.lock(shelf, key)
        self.overlay.setdefault(shelf, {})[key] = value

    def lock(self, *key: Any) -> None:
        """Keep others from writing under `key` until the end, where they could."""
        if self._locks is not None:
            try:
                self._locks.lock(key, self)
            except PortTrouble as trouble:
                self.undo(f"was undone: {trouble}")
                raise

    def try_lock(self, *key: Any) -> bool:
        """Have it if nobody else has; True where no two works write side by side."""
        return self._locks is None or self._locks.try_lock(key, self)

    def undo(self, why: str) -> None:
        """Nothing of it will be published; `why` completes "this work …"."""
        self._ended = self._ended or why
        if not self.writing and self in self.shelves.readers:
            self.shelves.readers.remove(self)

    def finish(self) -> None:
        """Publish everything; nothing more can be done afterwards."""
        self.must_write()
        self._ended = "was committed"
        self.shelves.publish(self)

    def remember(self, shelf: str, key: Any, value: Any) -> None:
        """What was there before somebody's commit, for a reading work."""
        self.overlay.setdefault(shelf, {}).setdefault(key, value)

    def _must_be_open(self) -> None:
        if self._ended:
            raise PortMisused(f"this work {self._ended}; it can only be left")

    def must_write(self) -> None:
        self._must_be_open()
        if not self.writing:
            raise PortMisused("this work was opened for reading only")


class Shelf(Generic[K, V]):
    """One kind of fact by its key, as one work sees it."""

    __slots__ = ("_draft", "_name")

    def __init__(self, draft: Draft, name: str) -> None:
        self._draft, self._name = draft, name

    def get(self, key: K) -> V | None:
        found: V | None = self._draft.get(self._name, key)
        return found

    def __iter__(self) -> Iterator[V]:
        """Every value, in the order in which the keys were first written."""
        return iter([value for _, value in self._draft.every(self._name)])

    def has(self, key: K) -> bool:
        """Whether it is there as the work sees it, without a lock."""
        return self._draft.has(self._name, key)

    def group(self, index: str, wanted: object) -> list[V]:
        return self._draft.group(self._name, index, wanted)

    def span(self, index: str, begin: object, end: object) -> list[V]:
        return self._draft.span(self._name, index, begin, end)

    def __setitem__(self, key: K, value: V) -> None:
        self._draft.put(self._name, key, value)

    def append(self, value: V) -> None:
        """Write under the next number; for shelves whose keys are numbers."""
        self._draft.must_write()
        number = self._draft.shelves.rows(self._name).next_number()
        self._draft.put(self._name, number, value)

    def remove(self, key: K) -> None:
        self._draft.put(self._name, key, GONE)

    def forget(self, unwanted: Callable[[V], bool]) -> int:
        """Remove every value that is unwanted; gives how many there were."""
        gone = [key for key, value in self._draft.every(self._name) if unwanted(value)]
        for key in gone:
            self.remove(key)
        return len(gone)

    def lock(self, *unique: object) -> None:
        """Before a value is written that may be there once: wait for whoever writes it now."""
        self._draft.lock(self._name, *unique)

    def try_lock(self, key: K) -> bool:
        return self._draft.try_lock(self._name, key)

    def refuse(self, why: str) -> PortMisused:
        """What to raise for a value that may not be here; the work is undone."""
        self._draft.undo(f"was undone: {why}")
        return PortMisused(why)
