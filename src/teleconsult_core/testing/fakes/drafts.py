"""What one work sees and writes. May import ports (for what is raised).

Published facts are never changed in place: a work copies a shelf when it first writes to it, and
its commit puts the copies in the place of the originals. Values are frozen, so they are shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from teleconsult_core.ports import PortMisused

K = TypeVar("K")
V = TypeVar("V")

Shelves = Mapping[str, Mapping[Any, Any]]
"""Everything that is kept: by kind, then by key."""


class Draft:
    """What was published when the work began, and what it wrote since."""

    def __init__(self, published: Shelves, *, writing: bool) -> None:
        self._published = published
        self._written: dict[str, dict[Any, Any]] = {}
        self._writing = writing
        self._ended = ""

    def seen(self, shelf: str) -> Mapping[Any, Any]:
        self._must_be_open()
        written = self._written.get(shelf)
        return self._published.get(shelf, {}) if written is None else written

    def copied(self, shelf: str) -> dict[Any, Any]:
        """The work's own copy of a shelf, to write to."""
        self._must_write()
        if shelf not in self._written:
            self._written[shelf] = dict(self._published.get(shelf, {}))
        return self._written[shelf]

    def undo(self, why: str) -> None:
        """Nothing of it will be published; `why` completes "this work …"."""
        self._ended = self._ended or why

    def finished(self) -> Shelves:
        """Everything as it is with what was written; nothing more can be done afterwards."""
        self._must_write()
        self._ended = "was committed"
        return {**self._published, **self._written}

    def _must_be_open(self) -> None:
        if self._ended:
            raise PortMisused(f"this work {self._ended}; it can only be left")

    def _must_write(self) -> None:
        self._must_be_open()
        if not self._writing:
            raise PortMisused("this work was opened for reading only")


class Shelf(Generic[K, V]):
    """One kind of fact by its key, as one work sees it."""

    def __init__(self, draft: Draft, name: str) -> None:
        self._draft, self._name = draft, name

    def get(self, key: K) -> V | None:
        found: V | None = self._draft.seen(self._name).get(key)
        return found

    def __iter__(self) -> Iterator[V]:
        """Every value, in the order in which the keys were first written."""
        return iter(tuple(self._draft.seen(self._name).values()))

    def __setitem__(self, key: K, value: V) -> None:
        self._draft.copied(self._name)[key] = value

    def append(self, value: V) -> None:
        """Write under the next number; for shelves whose keys are numbers."""
        shelf = self._draft.copied(self._name)
        shelf[next(reversed(shelf), 0) + 1] = value

    def remove(self, key: K) -> None:
        self._draft.copied(self._name).pop(key, None)

    def keep_only(self, wanted: Mapping[K, V]) -> int:
        """Forget everything else; gives how many there were."""
        shelf = self._draft.copied(self._name)
        gone = [key for key in shelf if key not in wanted]
        for key in gone:
            del shelf[key]
        return len(gone)

    def items(self) -> tuple[tuple[K, V], ...]:
        return tuple(self._draft.seen(self._name).items())

    def refuse(self, why: str) -> PortMisused:
        """What to raise for a value that may not be here; the work is undone."""
        self._draft.undo(f"was undone: {why}")
        return PortMisused(why)
