"""Moments in the life of a process: before and after every commit and every call of a gateway.

A moment is named by the step of the day it is in, by what is done, and by how often it has been
done in that step: `complete: after commit 1`. Nothing of this is known to the code under test: the
ports of a desk are wrapped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import Factory, define, evolve

from teleconsult_core.desk import Desk
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.fakes import PlainPrinter

Befall = Callable[[str], None]


@define
class Moments:
    """Passes the name of each moment to `befall`, which may end the process."""

    befall: Befall
    step: str = "before the first step"
    _times: Counter[str] = Factory(Counter)

    def come(self, what: str) -> None:
        name = f"{self.step}: {what}"
        self._times[name] += 1
        self.befall(f"{name} {self._times[name]}")


def watched(desk: Desk, moments: Moments) -> Desk:
    """The same desk, whose every commit and call of a gateway has its two moments."""
    gateways = {name: getattr(desk, name) for name in ("cards", "texts", "letters", "rooms")}
    return evolve(
        desk,
        open_work=_WatchedStore(desk.open_work, moments).open_work,
        **{name: _Watched(port, name, moments) for name, port in gateways.items()},
    )


def plainly(moments: Moments) -> Callable[[str], Any]:
    """A printer whose printing has its moments, too.

    Not Typst: it prints with threads, which a process forked from one that has printed waits for.
    """
    return lambda _: _Watched(PlainPrinter(), "printer", moments)


class _Watched:
    """A gateway."""

    def __init__(self, port: Any, name: str, moments: Moments) -> None:
        self._port, self._name, self._moments = port, name, moments

    def __getattr__(self, verb: str) -> Any:
        call = getattr(self._port, verb)
        if not callable(call):
            return call

        def watched_call(*args: Any, **given: Any) -> Any:
            self._moments.come(f"before {self._name}.{verb}")
            answer = call(*args, **given)
            self._moments.come(f"after {self._name}.{verb}")
            return answer

        return watched_call


class _WatchedStore:
    def __init__(self, open_work: OpenWork, moments: Moments) -> None:
        self._open_work, self._moments = open_work, moments

    @contextmanager
    def open_work(self, *, writing: bool = True) -> Iterator[Any]:
        with self._open_work(writing=writing) as work:
            yield _WatchedWork(work, self._moments) if writing else work


class _WatchedWork:
    def __init__(self, work: Any, moments: Moments) -> None:
        self._work, self._moments = work, moments

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    @property
    def outbox(self) -> Any:
        return _WatchedOutbox(self._work.outbox, self._moments)

    def commit(self) -> None:
        self._moments.come("before commit")
        self._work.commit()
        self._moments.come("after commit")


class _WatchedOutbox:
    """An outbox, one of whose methods commits."""

    def __init__(self, outbox: Any, moments: Moments) -> None:
        self._outbox, self._moments = outbox, moments

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)

    def note_and_claim(self, *given: Any) -> Any:
        self._moments.come("before commit")
        claimed = self._outbox.note_and_claim(*given)
        self._moments.come("after commit")
        return claimed
