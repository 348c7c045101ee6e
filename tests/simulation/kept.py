"""The store as the simulation sees it: every begin and commit can be struck, every commit watched.

It wraps any `OpenWork`, so that the same run goes over dictionaries, SQLite or PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from greenlet import getcurrent

from simulation.broken import Broken
from simulation.faults import Faults
from simulation.safety import Safety
from teleconsult_core.messages import Message
from teleconsult_core.payments import News
from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import OpenWork, Work

WATCHED = {
    "appointments": "put", "holds": "put", "operations": "put", "receipts": "put",
    "patients": "put", "consents": "put", "ratings": "put", "links": "put",
    "unavailabilities": "put", "audit": "add", "attendance": "add",
}  # fmt: skip
"""By which method these stores are written to; the outbox has three ways."""


class WatchedStore:
    def __init__(self, open_work: OpenWork, faults: Faults, safety: Safety) -> None:
        self._open, self._faults, self._safety = open_work, faults, safety
        self._inside: set[object] = set()

    @property
    def in_transaction(self) -> bool:
        """Whether whoever calls is in a writing work that is not committed yet."""
        return getcurrent() in self._inside

    def open_work(self, *, writing: bool = True) -> Any:
        if getcurrent() in self._inside:
            raise PortMisused("a work is opened inside another")
        return self._writing() if writing else self._open(writing=False)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        who = getcurrent()
        self._faults.call("store.begin", _nothing)
        with self._open() as work:
            self._inside.add(who)
            try:
                yield WatchedWork(
                    work, self._faults, self._safety, lambda: self._inside.discard(who)
                )
            finally:
                self._inside.discard(who)


class WatchedWork:
    """A writing work; what it wrote is shown to `Safety` when it is committed."""

    def __init__(
        self, work: Work, faults: Faults, safety: Safety, left: Callable[[], None]
    ) -> None:
        self._work, self._faults, self._safety, self._left = work, faults, safety, left
        self._written: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        self._faults.let_others_go_first()
        store = getattr(self._work, name)
        if name == "outbox":
            store = WatchedOutbox(store, self._write, self._committed_by)
        elif name == "inbox":
            store = WatchedInbox(store, self._write)
        elif name in WATCHED:
            store = _Watched(store, WATCHED[name], lambda value: self._write(name, value))
        self.__dict__[name] = store
        return store

    def commit(self) -> None:
        self._committed_by(self._work.commit)

    def _write(self, store: str, value: Any) -> None:
        self._written.append((store, value))
        self._faults.let_others_go_first()

    def _committed_by(self, commit: Callable[[], None]) -> None:
        """Whatever it is that commits, this work or its outbox."""

        def whole() -> None:
            commit()
            self._left()
            self._safety.committed(self._written)

        self._faults.call("store.commit", whole)


class _Watched:
    """A store one of whose methods is watched."""

    def __init__(self, store: Any, method: str, watch: Callable[[Any], None]) -> None:
        self._store = store
        original = getattr(store, method)

        def watched(value: Any) -> None:
            original(value)
            watch(value)

        setattr(self, method, watched)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        self.__dict__[name] = found
        return found


class WatchedOutbox:
    def __init__(
        self, outbox: Any, write: Callable[[str, Any], None],
        commit_by: Callable[[Callable[[], None]], None],
    ) -> None:  # fmt: skip
        self._outbox, self._write, self._commit_by = outbox, write, commit_by

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)

    def put(self, messages: Iterable[Message]) -> None:
        these = tuple(messages)
        self._outbox.put(these)
        for message in these:
            self._write("outbox", message)

    def plan(self, messages: Iterable[Message]) -> None:
        these = tuple(messages)
        self._outbox.plan(these)
        for message in these:
            self._write("plan", message)

    def claim(self, *given: Any, **named: Any) -> Any:
        claimed = self._outbox.claim(*given, **named)
        for message in claimed:
            self._write("claim", message)
        return claimed

    def note_and_claim(self, *given: Any, **named: Any) -> Any:
        claimed = []

        def both() -> None:
            found = self._outbox.note_and_claim(*given, **named)
            if found is not None:
                claimed.append(found)
                self._write("claim", found)

        self._commit_by(both)
        return claimed[0] if claimed else None


class WatchedInbox:
    def __init__(self, inbox: Any, write: Callable[[str, Any], None]) -> None:
        self._inbox, self._write = inbox, write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    def receive(self, news: News) -> None:
        known = self._inbox.knows(news.id)
        self._inbox.receive(news)
        if known and not self._inbox.knows(news.id):
            raise Broken("news", f"{news.id} came again and is kept as if it were new")
        self._write("received", news)

    def note(self, news: str, at: datetime) -> None:
        self._inbox.note(news, at)
        self._write("noted", news)


def _nothing() -> None:
    """What beginning is, as far as a fault is concerned."""
