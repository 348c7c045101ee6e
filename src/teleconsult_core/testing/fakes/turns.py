"""Who waits for whom: locks of works that write at the same time. May import ports.

Waiting is a port of its own, so that threads can wait in tests and simulated processes in a
simulation. A wait that would close a circle is refused at once, as databases do.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from threading import Condition, get_ident
from typing import Any, Protocol

from teleconsult_core.ports import PortTrouble


class Moment(StrEnum):
    """When a store tells how far a writing work has come."""

    BEGIN = "begin"
    """It is about to begin; nothing is locked."""
    ROW = "row"
    """It is about to lock a row, where works write side by side."""
    COMMIT = "commit"
    """What it wrote is about to take effect."""
    COMMITTED = "committed"
    """It took effect, and the caller does not know yet."""


PATIENCE = 10.0
"""Seconds that a work waits for another before it gives up."""


class Turns(Protocol):
    """How a caller waits, and who he is."""

    def who(self) -> object: ...
    def wait(self, ready: Callable[[], bool]) -> bool:
        """Wait until `ready`; False when it took too long."""
        ...

    def changed(self) -> None:
        """Something was let go: who waits should look again."""
        ...


class Threads:
    """Callers are threads."""

    def __init__(self) -> None:
        self._condition = Condition()

    def who(self) -> object:
        return get_ident()

    def wait(self, ready: Callable[[], bool]) -> bool:
        with self._condition:
            return self._condition.wait_for(ready, PATIENCE)

    def changed(self) -> None:
        with self._condition:
            self._condition.notify_all()


class Locks:
    """What is locked, by whom, and who waits for it."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._owners: dict[Any, object] = {}
        self._kept: dict[object, dict[Any, None]] = {}
        self._waits: dict[object, Any] = {}

    def lock(self, key: Any, owner: object) -> None:
        """Have `key` until `let_go`; raises `PortTrouble` for a deadlock or a wait too long."""
        if self.try_lock(key, owner):
            return
        try:
            if not self._turns.wait(lambda: self._turn(key, owner)):
                raise PortTrouble("another writing work has been open for too long")
        finally:
            self._waits.pop(owner, None)

    def try_lock(self, key: Any, owner: object) -> bool:
        """Have `key` if nobody else has it."""
        there = self._owners.setdefault(key, owner)
        if there is not owner:
            return False
        self._kept.setdefault(owner, {})[key] = None
        return True

    def let_go(self, owner: object) -> None:
        for key in self._kept.pop(owner, ()):
            del self._owners[key]
        self._turns.changed()

    def _turn(self, key: Any, owner: object) -> bool:
        if self.try_lock(key, owner):
            return True
        self._waits[owner] = key
        blocker: object = owner
        while blocker in self._waits:
            blocker = self._owners.get(self._waits[blocker])
            if blocker is owner:
                raise PortTrouble("deadlock: two works wait for each other; try again")
        return False
