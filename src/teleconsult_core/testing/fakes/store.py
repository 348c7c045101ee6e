"""Everything that is kept, in dictionaries. May import the work beside it.

By default one writing work at a time, as SQLite's immediate transactions. With `by_row`, writing
works run side by side as on PostgreSQL (read committed): a `get` and a `put` lock their row, what
two works may not both write is locked under its unique value, and a query sees what is committed
now. Reading works see one snapshot either way. A work inside a work of the same caller would, in
a real store, wait for itself for ever or use up a second connection: it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.fakes.drafts import Draft, Shelves
from teleconsult_core.testing.fakes.turns import Locks, Moment, Threads, Turns
from teleconsult_core.testing.fakes.work import FakeWork

_THE_WHOLE_STORE = "the whole store"


class FakeStore:
    """Begin with nothing; `open_work` is the port the use cases ask for.

    `interrupt` is called at the moments of every writing work, by its caller. What it raises at
    `BEGIN`, `ROW` or `COMMIT` undoes the work; at `COMMITTED` everything is kept, and only the
    caller does not know. Leases are measured by `clock`; without one, every worker's own `now` is
    believed.
    """

    def __init__(
        self,
        *,
        by_row: bool = False,
        turns: Turns | None = None,
        interrupt: Callable[[Moment], None] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._turns: Turns = turns or Threads()
        self._by_row, self._interrupt, self._clock = by_row, interrupt, clock
        self._locks = Locks(self._turns)
        self._shelves = Shelves()
        self._open: dict[object, Draft] = {}

    @property
    def in_transaction(self) -> bool:
        """Whether the caller is inside a writing work that it has not committed."""
        draft = self._open.get(self._turns.who())
        return draft is not None and draft.writing

    def open_work(self, *, writing: bool = True) -> OpenedWork:
        return OpenedWork(self, writing)

    def begin(self, writing: bool) -> Draft:
        """A work of the caller, when it is its turn."""
        who = self._turns.who()
        if who in self._open:
            raise PortMisused("a work is open already: commit or leave it first")
        if not writing:
            draft = Draft(self._shelves, writing=False, clock=self._clock)
        else:
            self._reach(Moment.BEGIN)
            locks = self._locks if self._by_row else None
            draft = Draft(
                self._shelves,
                writing=True,
                locks=locks,
                before_row=self._before_row,
                clock=self._clock,
            )
            if not self._by_row:
                self._locks.lock(_THE_WHOLE_STORE, draft)
        self._open[who] = draft
        return draft

    def commit(self, draft: Draft) -> None:
        draft.must_write()
        try:
            self._reach(Moment.COMMIT)
        except BaseException:
            draft.undo("was undone before its commit")
            raise
        draft.finish()
        self._over(draft)
        self._reach(Moment.COMMITTED)

    def leave(self, draft: Draft) -> None:
        draft.undo("was left")
        self._over(draft)

    def _over(self, draft: Draft) -> None:
        """Whatever it locked is free, and its caller may open another."""
        who = self._turns.who()
        if self._open.get(who) is draft:
            del self._open[who]
            if draft.writing:
                self._locks.let_go(draft)

    def _before_row(self) -> None:
        self._reach(Moment.ROW)

    def _reach(self, moment: Moment) -> None:
        if self._interrupt is not None:
            self._interrupt(moment)


class OpenedWork:
    """Begins when entered, is left without a trace unless the work was committed."""

    __slots__ = ("_draft", "_store", "_writing")

    def __init__(self, store: FakeStore, writing: bool) -> None:
        self._store, self._writing = store, writing

    def __enter__(self) -> FakeWork:
        self._draft = self._store.begin(self._writing)
        return FakeWork(self._draft, self._store.commit)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.leave(self._draft)


class InTransaction(Protocol):
    """A store that knows whether the caller is inside one of its writing works."""

    @property
    def in_transaction(self) -> bool: ...


def must_be_outside(store: InTransaction | None, what: str) -> None:
    """Raises `PortMisused` when the world is called inside a transaction."""
    if store is not None and store.in_transaction:
        raise PortMisused(f"{what} was called inside a writing work: commit it first")


if TYPE_CHECKING:

    def _conforms(store: FakeStore) -> OpenWork:
        return store.open_work
