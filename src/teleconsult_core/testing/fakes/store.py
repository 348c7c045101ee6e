"""Everything that is kept, in dictionaries. May import the stores beside it.

By default one writing work at a time, as SQLite's immediate transactions. With `by_row`, writing
works run side by side as on PostgreSQL (read committed): a `get` and a `put` lock their row, what
two works may not both write is locked under its unique value, and a query sees what is committed
now. Reading works see one snapshot either way. A work inside a work of the same caller would, in
a real store, wait for itself for ever or use up a second connection: it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import OpenWork, Work
from teleconsult_core.testing.fakes.booking_stores import FakeAppointments, FakeAttendance
from teleconsult_core.testing.fakes.clinic_stores import FakeClinic, FakeUnavailabilities
from teleconsult_core.testing.fakes.drafts import Draft, Shelves
from teleconsult_core.testing.fakes.message_stores import FakeInbox, FakeLinks, FakeOutbox
from teleconsult_core.testing.fakes.money_stores import (
    FakeConsents,
    FakeHolds,
    FakeLedger,
    FakeOperations,
    FakeReceipts,
)
from teleconsult_core.testing.fakes.people_stores import (
    FakeAudit,
    FakePatients,
    FakeRatings,
    FakeWaitingList,
)
from teleconsult_core.testing.fakes.turns import Locks, Threads, Turns

_THE_WHOLE_STORE = "the whole store"

_STORES: dict[str, Callable[[Draft], Any]] = {
    "clinic": FakeClinic, "unavailabilities": FakeUnavailabilities, "patients": FakePatients,
    "appointments": FakeAppointments, "holds": FakeHolds, "operations": FakeOperations,
    "consents": FakeConsents, "links": FakeLinks, "outbox": FakeOutbox, "receipts": FakeReceipts,
    "ledger": FakeLedger, "attendance": FakeAttendance, "ratings": FakeRatings,
    "waiting_list": FakeWaitingList, "audit": FakeAudit, "inbox": FakeInbox,
}  # fmt: skip


class FakeStore:
    """Begin with nothing; `open_work` is the port the use cases ask for."""

    def __init__(self, *, by_row: bool = False, turns: Turns | None = None) -> None:
        self.turns: Turns = turns or Threads()
        self.by_row = by_row
        self.locks = Locks(self.turns)
        self._shelves = Shelves()
        self._writers: set[object] = set()

    @property
    def in_transaction(self) -> bool:
        """Whether the caller is inside a writing work that it has not committed."""
        return self.turns.who() in self._writers

    def open_work(self, *, writing: bool = True) -> FakeWork:
        return FakeWork(self, self._shelves, writing=writing)

    def begin(self, draft: Draft) -> None:
        """A writing work begins, when it is its turn."""
        who = self.turns.who()
        if who in self._writers:
            raise PortMisused("a writing work is open already: commit or leave it first")
        if not self.by_row:
            self.locks.lock(_THE_WHOLE_STORE, draft)
        self._writers.add(who)

    def end(self, draft: Draft) -> None:
        """It was committed or left: whatever it locked is free."""
        self._writers.discard(self.turns.who())
        self.locks.let_go(draft)


class FakeWork:
    """One transaction over everything that is kept; its stores are made when first asked for."""

    def __init__(self, store: FakeStore, shelves: Shelves, *, writing: bool) -> None:
        self._store, self._shelves, self._writing = store, shelves, writing

    def __enter__(self) -> Any:
        locks = self._store.locks if self._writing and self._store.by_row else None
        self.draft = Draft(self._shelves, writing=self._writing, locks=locks)
        if self._writing:
            self._store.begin(self.draft)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.draft.undo("was left")
        if self._writing:
            self._store.end(self.draft)

    def __getattr__(self, name: str) -> Any:
        make = _STORES.get(name)
        if make is None:
            raise AttributeError(name)
        made = self.__dict__[name] = make(self.draft)
        return made

    def commit(self) -> None:
        self.draft.finish()
        self._store.end(self.draft)


class InTransaction(Protocol):
    """A store that knows whether the caller is inside one of its writing works."""

    @property
    def in_transaction(self) -> bool: ...


def must_be_outside(store: InTransaction | None, what: str) -> None:
    """Raises `PortMisused` when the world is called inside a transaction."""
    if store is not None and store.in_transaction:
        raise PortMisused(f"{what} was called inside a writing work: commit it first")


if TYPE_CHECKING:
    _clinic: type[FakeClinic] = FakeClinic

    def _conforms(store: FakeStore) -> OpenWork:
        return store.open_work

    def _works(work: FakeWork) -> Work:
        found: Work = work.__enter__()
        return found
