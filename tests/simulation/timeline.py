"""Simulated time: a heap of what will happen, processes that can be killed, and their tasks.

A task is one request or one round of a worker: real use cases, unchanged, in a greenlet that stops
at every call of a port. Time jumps to the next event. There is one true time; every process reads
a clock of its own, which is wrong by its skew.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zlib import crc32

from greenlet import getcurrent, greenlet

NOTHING = timedelta(0)
LOCK_TIMEOUT = timedelta(seconds=10)


class Crash(BaseException):
    """The process is dead: nothing it still tries to do may have an effect."""


class Timeline:
    """The true time, what will happen, and a running fingerprint of what has happened."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin
        self.fingerprint = 0
        self.hub = getcurrent()
        self._events: list[tuple[datetime, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._numbers = count()

    def at(self, moment: datetime, action: Callable[..., Any], *given: Any) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), action, given))

    def after(self, wait: timedelta, action: Callable[..., Any], *given: Any) -> None:
        self.at(self.now + wait, action, *given)

    def run(self, until: datetime) -> None:
        """Let happen what is due up to `until`."""
        events = self._events
        while events and events[0][0] <= until:
            moment, _, action, given = heapq.heappop(events)
            self.now = max(self.now, moment)
            action(*given)
        self.now = until

    def pause(self, wait: timedelta) -> None:
        """Let `wait` pass for whoever calls: a task, or a person."""
        self.after(wait, getcurrent().switch)
        self.hub.switch()

    def park(self) -> Any:
        """Stand still until somebody switches back; gives what he says."""
        return self.hub.switch()

    def note(self, line: str) -> None:
        """Add to the fingerprint: two runs are the same when theirs is."""
        self.fingerprint = crc32(f"{self.now:%d%H%M%S%f} {line}".encode(), self.fingerprint)


class TaskTurns:
    """How simulated works wait for each other: by letting simulated time pass."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def who(self) -> object:
        return getcurrent()

    def wait(self, ready: Callable[[], bool]) -> bool:
        until = self._timeline.now + LOCK_TIMEOUT
        while not ready():
            if self._timeline.now > until:
                return False
            self._timeline.pause(timedelta(milliseconds=7))
            task = current_task()
            if task is not None and task.doomed:
                raise Crash
        return True

    def changed(self) -> None:
        """Whoever waits looks again by himself."""


class Process:
    """One operating-system process of the clinic: what is in it dies with it."""

    def __init__(self, timeline: Timeline, name: str) -> None:
        self.timeline, self.name = timeline, name
        self.skew = NOTHING
        self.up = True
        self.deaths = 0
        self._tasks: dict[Task, None] = {}  # in the order in which they began

    @property
    def now(self) -> datetime:
        """What this process takes for the time."""
        return self.timeline.now + self.skew

    def start(
        self, stream: str, call: Callable[[datetime], Any], then: Callable[[Any], None]
    ) -> None:
        """Run `call(now)` as a task; `then` gets its answer, or the exception it ended with."""
        if not self.up:
            self.timeline.after(NOTHING, then, Crash())
            return
        task = Task(self, stream, call, then)
        self._tasks[task] = None
        self.timeline.after(NOTHING, task.switch)

    def kill(self, down_for: timedelta) -> None:
        """End every task where it stands; the process is back after `down_for`."""
        if not self.up:
            return
        self.timeline.note(f"{self.name} is killed")
        self.up = False
        self.deaths += 1
        for task in list(self._tasks):
            task.end()
        self.timeline.after(down_for, self._back)

    def ended(self, task: Task) -> None:
        self._tasks.pop(task, None)

    def _back(self) -> None:
        self.up = True


class Task(greenlet):
    """One piece of work of one process; dead once its process was killed."""

    def __init__(
        self,
        process: Process,
        stream: str,
        call: Callable[[datetime], Any],
        then: Callable[[Any], None],
    ) -> None:
        super().__init__(parent=process.timeline.hub)
        self.process, self.stream = process, stream
        self.began = process.timeline.now
        self.doomed = False
        self.struck = 0
        """How many of its calls something befell."""
        self.befallen = False
        """Whether something befalls the call it is making now."""
        self._call, self._then = call, then

    def run(self) -> None:
        try:
            answer = Crash() if self.doomed else self._call(self.process.now)
        except (Exception, Crash) as problem:
            answer = problem
        self.process.ended(self)
        self.process.timeline.after(NOTHING, self._then, answer)

    def end(self) -> None:
        """Die where it stands; one that has not begun never will. Called by the bench only."""
        self.doomed = True
        if self:  # begun, and not over
            self.throw(Crash())


class Person(greenlet):
    """Somebody with habits: a script that asks, waits and asks again."""

    def __init__(self, timeline: Timeline, script: Callable[[], None]) -> None:
        super().__init__(parent=timeline.hub)
        self._script = script

    def run(self) -> None:
        self._script()


def current_task() -> Task | None:
    """The task that is calling; None for a person or the bench itself."""
    found = getcurrent()
    return found if isinstance(found, Task) else None
