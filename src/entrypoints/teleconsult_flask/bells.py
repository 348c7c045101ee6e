"""Who waits for something to happen in a room is woken, by one look for all of them.

    bells = Bells(look, closing, places=48)
    bells.wait(room, seen, seconds)

One thread per process asks the store every 50 ms, and only while somebody waits; any other process
may have written what it finds. Whoever waits costs a thread of the server and no work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from attrs import define, field

from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortTrouble

EVERY = 0.05
"""Seconds between two looks."""
SHARE = 10
"""A look that takes long makes the next come later: at most one part in so many is spent on it."""
AFTER_TROUBLE = 1.0

Look = Callable[[], Mapping[AppointmentId, str]]


@define(eq=False)
class _Waiter:
    room: AppointmentId
    seen: str
    mark: str
    rung: threading.Event = field(factory=threading.Event)


class Bells:
    """`look` gives the mark of each room (`Seats.marks`); `closing` sends everybody home.

    At most `places` wait at a time, so that the server has threads left for everybody else.
    """

    def __init__(self, look: Look, closing: threading.Event, *, places: int) -> None:
        self._look, self._closing, self._places = look, closing, places
        self._mutex = threading.Lock()
        self._waiting: set[_Waiter] = set()
        self._looking: threading.Thread | None = None

    def wait(self, room: AppointmentId, seen: str, seconds: float) -> str | None:
        """The mark of `room` as soon as it is another than `seen`, or `seen` after `seconds`.

        None, at once, when there is no place left to wait, or all are sent home.
        """
        waiter = _Waiter(room, seen, mark=seen)
        with self._mutex:
            if len(self._waiting) >= self._places or self._closing.is_set():
                return None
            self._waiting.add(waiter)
            if self._looking is None:
                self._looking = threading.Thread(target=self._go_on, name="bells", daemon=True)
                self._looking.start()
        waiter.rung.wait(seconds)
        with self._mutex:
            self._waiting.discard(waiter)
        return waiter.mark

    def rest(self) -> None:
        """Return once nobody looks any more; after `closing` that is soon, and for good."""
        with self._mutex:
            looking = self._looking
        if looking is not None:
            looking.join()

    def _go_on(self) -> None:
        while self._anybody():
            began = time.monotonic()
            try:
                self._ring(self._look())
                pause = max(EVERY, SHARE * (time.monotonic() - began))
            except PortTrouble:
                pause = AFTER_TROUBLE
            self._closing.wait(pause)

    def _anybody(self) -> bool:
        with self._mutex:
            if self._closing.is_set():
                for waiter in self._waiting:
                    waiter.rung.set()
            elif self._waiting:
                return True
            self._looking = None
            return False

    def _ring(self, marks: Mapping[AppointmentId, str]) -> None:
        with self._mutex:
            for waiter in self._waiting:
                waiter.mark = marks.get(waiter.room, "")
                if waiter.mark != waiter.seen:
                    waiter.rung.set()
