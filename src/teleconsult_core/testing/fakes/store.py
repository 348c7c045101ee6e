"""Everything that is kept, in dictionaries. May import the stores beside it.

One writing work at a time, as SQLite's immediate transactions: it holds the lock from its
beginning to its commit or its end. Reading works see what was published when they began. Nesting
two writing works in one thread would wait for itself for ever in a real store, so it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Protocol

from teleconsult_core.ports import PortMisused, PortTrouble
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

PATIENCE = 10.0
"""Seconds that a writing work waits for another before it gives up."""


class FakeStore:
    """Begin with nothing; `open_work` is the port the use cases ask for."""

    def __init__(self) -> None:
        self._published: Shelves = {}
        self._lock = Lock()
        self._writer: int | None = None

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's thread is inside a writing work that it has not committed."""
        return self._writer == get_ident()

    @contextmanager
    def open_work(self, *, writing: bool = True) -> Iterator[FakeWork]:
        if writing:
            self._wait_for_turn()
        work = FakeWork(self, Draft(self._published, writing=writing))
        try:
            yield work
        finally:
            work.draft.undo("was left")
            if writing:
                self._let_next()

    def publish(self, draft: Draft) -> None:
        """Put what `draft` wrote in the place of what was there, all at once."""
        self._published = draft.finished()
        self._let_next()

    def _wait_for_turn(self) -> None:
        if self.in_transaction:
            raise PortMisused("a writing work is open in this thread: commit or leave it first")
        if not self._lock.acquire(timeout=PATIENCE):
            raise PortTrouble("another writing work has been open for too long")
        self._writer = get_ident()

    def _let_next(self) -> None:
        if self.in_transaction:
            self._writer = None
            self._lock.release()


class FakeWork:
    """One transaction over everything that is kept."""

    def __init__(self, store: FakeStore, draft: Draft) -> None:
        self._store, self.draft = store, draft
        self.clinic = FakeClinic(draft)
        self.unavailabilities = FakeUnavailabilities(draft)
        self.patients = FakePatients(draft)
        self.appointments = FakeAppointments(draft)
        self.holds = FakeHolds(draft)
        self.operations = FakeOperations(draft)
        self.consents = FakeConsents(draft)
        self.links = FakeLinks(draft)
        self.outbox = FakeOutbox(draft)
        self.receipts = FakeReceipts(draft)
        self.ledger = FakeLedger(draft)
        self.attendance = FakeAttendance(draft)
        self.ratings = FakeRatings(draft)
        self.waiting_list = FakeWaitingList(draft)
        self.audit = FakeAudit(draft)
        self.inbox = FakeInbox(draft)

    def commit(self) -> None:
        self._store.publish(self.draft)


class InTransaction(Protocol):
    """A store that knows whether the caller is inside one of its writing works."""

    @property
    def in_transaction(self) -> bool: ...


def must_be_outside(store: InTransaction | None, what: str) -> None:
    """Raises `PortMisused` when the world is called inside a transaction."""
    if store is not None and store.in_transaction:
        raise PortMisused(f"{what} was called inside a writing work: commit it first")


if TYPE_CHECKING:
    _work: type[Work] = FakeWork

    def _conforms(store: FakeStore) -> OpenWork:
        return store.open_work
