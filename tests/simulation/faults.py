"""What goes wrong, at every call of every port; drawn, counted, and switched off at the end.

A fault strikes before a call's effect, after it, in place of its answer, or kills the process.
Where nothing strikes, a call may still let others go first: every call is a place to interleave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from attrs import define, field

from simulation.choices import Choices
from simulation.timeline import Crash, Task, Timeline, current_task
from teleconsult_core.ports import PortTrouble

T = TypeVar("T")


class Kind(StrEnum):
    """How a call goes wrong."""

    BEFORE = "before"
    """Nothing happened."""
    LOST = "lost"
    """It happened, and the answer was lost."""
    LATE = "late"
    """No answer, and it happens later."""
    TWICE = "twice"
    """It happens twice."""
    SLOW = "slow"
    """Time passes before it happens: a second, or a day."""
    BUSY = "busy"
    """Refused for the moment (429)."""
    STORED = "stored"
    """A failure that is replayed for as long as the key is remembered (500)."""
    STALE = "stale"
    """An answer that was true a while ago."""
    CONFLICT = "conflict"
    """The database gave this transaction up."""
    UNKNOWN = "unknown"
    """The commit was kept, and nobody was told."""
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"


_CRASHES = (Kind.CRASH_BEFORE, Kind.CRASH_AFTER)
WRITES = (Kind.BEFORE, Kind.LOST, Kind.LATE, Kind.TWICE, Kind.SLOW, Kind.BUSY, *_CRASHES)

POSSIBLE: dict[str, tuple[Kind, ...]] = {
    "cards.card": (Kind.BEFORE, Kind.SLOW, Kind.BUSY, *_CRASHES),
    "cards.authorise": (*WRITES, Kind.STORED),
    "cards.capture": (*WRITES, Kind.STORED),
    "cards.release": (*WRITES, Kind.STORED),
    "cards.refund": (*WRITES, Kind.STORED),
    "cards.look": (Kind.BEFORE, Kind.SLOW, Kind.BUSY, Kind.STALE, *_CRASHES),
    "cards.find": (Kind.BEFORE, Kind.SLOW, Kind.BUSY, Kind.STALE, *_CRASHES),
    "cards.challenge": (Kind.BEFORE, Kind.SLOW, Kind.BUSY, *_CRASHES),
    "cards.since": (Kind.BEFORE, Kind.SLOW, Kind.BUSY, *_CRASHES),
    "texts.send": WRITES,
    "letters.send": WRITES,
    "rooms.admit": (Kind.BEFORE, Kind.LOST, Kind.SLOW, Kind.BUSY, *_CRASHES),
    "rooms.close": (Kind.BEFORE, Kind.LOST, Kind.SLOW, Kind.BUSY, *_CRASHES),
    "store.begin": (Kind.BEFORE, Kind.SLOW, Kind.CRASH_BEFORE),
    "store.commit": (Kind.CONFLICT, Kind.UNKNOWN, Kind.SLOW, *_CRASHES),
}
"""Which fault can strike where; the table of what has struck has a cell for each."""

OFTENER = {
    "cards.authorise": 2, "cards.capture": 6, "cards.release": 5, "cards.refund": 20,
    "cards.find": 15, "cards.challenge": 3, "cards.since": 6, "rooms.admit": 2, "rooms.close": 2,
}  # fmt: skip
"""Calls that are rare are struck more often, or years would pass before every fault was seen."""

_WAITS = tuple(timedelta(seconds=s) for s in (1, 10, 45, 400, 3 * 3600, 86_000))
_SHORT_WAITS = tuple(timedelta(seconds=s) for s in (1, 3, 7))
"""A database does not wait for a day: its own timeouts end that."""
_DOWN = tuple(timedelta(seconds=s) for s in (5, 60, 900))


@define
class Mix:
    """Which faults are on in a run: one call in `one_in` is struck; None for none at all."""

    one_in: int | None = 30
    kinds: frozenset[Kind] = frozenset(Kind)
    strike: dict[int, Kind] = field(factory=dict)
    """Calls that are struck by their number, each in its way, whatever is drawn."""


@define
class Faults:
    """Decides at every call; `struck` counts by port and kind."""

    choices: Choices
    timeline: Timeline
    mix: Mix
    struck: Counter[tuple[str, Kind]] = field(factory=Counter)
    calls: int = 0
    ports: list[str] = field(factory=list)
    """Every call in its order, where none is drawn."""
    down: set[str] = field(factory=set)
    """Ports that are away altogether, by the first part of their name."""
    works_interleave: bool = False
    """Whether others may go first in the middle of a writing work (not on one connection)."""

    def call(
        self, port: str, effect: Callable[[], T], *, stale: Callable[[], T] | None = None,
        stored: Callable[[], None] | None = None,
    ) -> T:  # fmt: skip
        """Make the call `port` of the task that is running, with whatever befalls it."""
        task = current_task()
        if task is None:
            return effect()
        if task.doomed:
            raise Crash
        if port.partition(".")[0] in self.down:
            raise PortTrouble(f"{port}: nobody answers")
        kind = self._drawn(port, task)
        if kind is None:
            return effect()
        self.struck[port, kind] += 1
        task.struck += 1
        self.timeline.note(f"{task.process.name} {port} {kind.value}")
        task.befallen = True
        try:
            return self._befall(port, kind, task, effect, stale, stored)
        finally:
            task.befallen = False

    def _befall(
        self, port: str, kind: Kind, task: Task, effect: Callable[[], T],
        stale: Callable[[], T] | None, stored: Callable[[], None] | None,
    ) -> T:  # fmt: skip
        match kind:
            case Kind.BEFORE | Kind.BUSY | Kind.CONFLICT:
                raise PortTrouble(f"{port}: {kind.value}")
            case Kind.STORED if stored is not None:
                stored()
                return effect()
            case Kind.STALE if stale is not None:
                return stale()
            case Kind.SLOW:
                if port == "store.commit" and not self.works_interleave:
                    return effect()
                self.wait(task, port)
                return effect()
            case Kind.TWICE:
                effect()
                return effect()
            case Kind.LATE:
                waits = _WAITS[3:4] if self.mix.strike else _WAITS
                wait = self.choices.pick(waits, task.stream)
                self.timeline.after(wait, self._late, effect)
                raise PortTrouble(f"{port}: no answer", unknown=True)
            case Kind.CRASH_BEFORE:
                self.crash(task)
            case Kind.CRASH_AFTER:
                effect()
                self.crash(task)
            case _:
                effect()
        raise PortTrouble(f"{port}: the answer was lost", unknown=True)

    def let_others_go_first(self) -> None:
        """In the middle of a writing work, where works run side by side."""
        task = current_task()
        if task is None or not self.works_interleave or self.mix.one_in is None:
            return
        drawn = self.choices.n(12, task.stream)
        if drawn > 8:
            self.timeline.pause(timedelta(milliseconds=drawn))
            if task.doomed:
                raise Crash

    def wait(self, task: Task, port: str) -> None:
        """Let time pass for `task`, who may be dead at the end of it."""
        waits = _SHORT_WAITS if port.startswith("store") else _WAITS
        self.timeline.pause(
            waits[len(waits) // 2] if self.mix.strike else self.choices.pick(waits, task.stream)
        )
        if task.doomed:
            raise Crash

    def crash(self, task: Task) -> None:
        """The whole process dies, this task first."""
        task.doomed = True
        down_for = self.choices.pick(_DOWN, task.stream)
        self.timeline.after(timedelta(0), task.process.kill, down_for)
        raise Crash

    def _drawn(self, port: str, task: Task) -> Kind | None:
        """The fault of this call, if any; without one, others may go first."""
        self.calls += 1
        mix = self.mix
        if mix.one_in is None:
            self.ports.append(port)
            return mix.strike.get(self.calls - 1)
        drawn = self.choices.n(mix.one_in * 4, task.stream)
        if drawn >= 4 * (mix.one_in - OFTENER.get(port, 1)):
            possible = [kind for kind in POSSIBLE[port] if kind in mix.kinds]
            return self.choices.pick(possible, task.stream) if possible else None
        if drawn % 4 == 3 and (self.works_interleave or port != "store.commit"):
            self.timeline.pause(timedelta(milliseconds=drawn))
            if task.doomed:
                raise Crash
        return None

    @staticmethod
    def _late(effect: Callable[[], object]) -> None:
        try:
            effect()
        except Exception:  # whoever asked is long gone; the other end answers nobody
            return
