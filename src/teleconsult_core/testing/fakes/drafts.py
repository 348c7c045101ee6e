"""What one work sees and writes. May import shelf, shelves, turns, ports (for what is raised).

A work keeps what it wrote in an overlay; its commit puts the overlay in the place of what was
there. A reading work sees one snapshot: whoever commits while it is open leaves it, in its
overlay, what he replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.fakes.shelf import Shelf
from teleconsult_core.testing.fakes.shelves import Kind, Rows
from teleconsult_core.testing.fakes.turns import Locks

K = TypeVar("K")
V = TypeVar("V")


class Shelves:
    """Everything that is kept, and the reading works that look at it now."""

    def __init__(self) -> None:
        self._rows: dict[Kind[Any, Any], Rows[Any, Any]] = {}
        self.mutex = Lock()
        """Held while something is looked up or published; never while anybody waits."""
        self.readers: dict[Draft, None] = {}

    def rows(self, kind: Kind[K, V]) -> Rows[K, V]:
        found = self._rows.get(kind)
        return self._rows.setdefault(kind, Rows()) if found is None else found

    def publish(self, draft: Draft) -> None:
        """Put what `draft` wrote in the place of what was there, all at once."""
        with self.mutex:
            for shelf in draft.changed():
                for reader in self.readers:
                    reader.remember(shelf)
                for key, value in shelf.written.items():
                    shelf.rows.put(key, value)


class Draft:
    """One work: what is committed, and over it what the work wrote."""

    def __init__(
        self,
        kept: Shelves,
        *,
        writing: bool,
        locks: Locks | None = None,
        before_row: Callable[[], None] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.kept = kept
        self.clock = clock
        """By which leases are measured; without, whoever asks is believed."""
        self.writing = writing
        self._locks, self._before_row = locks, before_row
        self._shelves: dict[Kind[Any, Any], Shelf[Any, Any]] = {}
        self._ended = ""
        if not writing:
            with kept.mutex:
                kept.readers[self] = None

    @property
    def side_by_side(self) -> bool:
        """Whether others may write at the same time."""
        return self._locks is not None

    def shelf(self, kind: Kind[K, V]) -> Shelf[K, V]:
        found = self._shelves.get(kind)
        if found is None:
            found = Shelf(self, kind, self.kept.rows(kind), self.kept.mutex)
            self._shelves[kind] = found
        return found

    def changed(self) -> Iterator[Shelf[Any, Any]]:
        """The shelves that were written to."""
        return (shelf for shelf in self._shelves.values() if shelf.written)

    def remember(self, shelf: Shelf[Any, Any]) -> None:
        """Keep for this reading work what somebody's `shelf` is about to replace."""
        mine, there = self.shelf(shelf.kind).written, shelf.rows.values
        for key in shelf.written:
            mine.setdefault(key, there.get(key))

    # --- locks -----------------------------------------------------------------------------------

    def lock_row(self, *row: object) -> None:
        if self._locks is not None:
            if self._before_row is not None:
                self._before_row()
            self.lock(*row)

    def lock(self, *unique: object) -> None:
        """Keep others from writing the same until the end, where they could; may wait."""
        if self._locks is not None:
            try:
                self._locks.lock(unique, self)
            except PortTrouble as trouble:
                self.undo(f"was undone: {trouble}")
                raise

    def try_lock(self, *row: object) -> bool:
        """Have it if nobody else has; True where no two works write side by side."""
        return self._locks is None or self._locks.try_lock(row, self)

    # --- the end ---------------------------------------------------------------------------------

    def undo(self, why: str) -> None:
        """Nothing of it will be published; `why` completes "this work …"."""
        self._ended = self._ended or why
        if not self.writing:
            with self.kept.mutex:
                self.kept.readers.pop(self, None)

    def finish(self) -> None:
        """Publish everything; nothing more can be done afterwards."""
        self.must_write()
        self._ended = "was committed"
        self.kept.publish(self)

    def must_be_open(self) -> None:
        if self._ended:
            raise PortMisused(f"this work {self._ended}; it can only be left")

    def must_only_read(self) -> None:
        self.must_be_open()
        if self.writing:
            raise PortMisused("this is asked in a work that was opened for reading only")

    def must_write(self) -> None:
        self.must_be_open()
        if not self.writing:
            raise PortMisused("this work was opened for reading only")
