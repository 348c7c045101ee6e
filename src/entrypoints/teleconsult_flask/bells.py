"""Who waits for something to happen in a room is woken: at once if it happened in this process.

    bells = Bells(look, look_at, closing, places=48)
    bells.wait(room, seen, seconds)          # keeps its thread
    bells.tell(room, seen, seconds, wake)    # keeps none: `wake` is called
    bells.ring(room)                         # something has happened there

Any other process may have changed a room too: one thread asks the store about all of them, every
50 ms, and only while somebody waits. While two browsers look for each other it asks more often.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping

from attrs import define

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortTrouble

EVERY = 0.05
"""Seconds between two looks."""
SOON = 0.01
"""The same, for `LIVELY` after something has happened: more of it is on the way."""
LIVELY = 3.0
SHARE = 10
"""A look that takes long makes the next come later: at most one part in so many is spent on it."""
AFTER_TROUBLE = 1.0
EACH = 3
"""How many wait for one room in one role: a page that was loaded again left one behind."""

PLACE = "teleconsult.place"
"""Where in a request's environment stands that it may be set aside; see `serving.parking`."""


class SetAside(BaseException):
    """Not answered now: whoever serves asks again once it was woken. Nobody's to catch."""


Look = Callable[[], Mapping[AppointmentId, str]]
LookAt = Callable[[AppointmentId], str]


@define(eq=False)
class _Waiter:
    room: AppointmentId
    seen: str
    until: float
    wake: Callable[[], None]
    role: Role | None


class Bells:
    """`look` and `look_at` give marks (`Seats.marks`, `mark`); `closing` sends everybody home.

    At most `places` wait at a time, so that the server has something left for everybody else; and
    at most `EACH` of them for one room in one role, so that nobody takes them all.
    """

    def __init__(
        self, look: Look, look_at: LookAt, closing: threading.Event, *, places: int
    ) -> None:
        self._look, self._look_at = look, look_at
        self._closing, self._places = closing, places
        self._mutex = threading.Lock()
        self._waiting: dict[AppointmentId, set[_Waiter]] = {}
        self._count = 0
        self._looking: threading.Thread | None = None
        self._lively_until = 0.0

    def wait(
        self, room: AppointmentId, seen: str, seconds: float, role: Role | None = None
    ) -> str | None:
        """The mark of `room` as soon as it is another than `seen`, or after `seconds`.

        None, at once, when there is no place left to wait, or all are sent home.
        """
        rung = threading.Event()
        waiter = self._come(_Waiter(room, seen, time.monotonic() + seconds, rung.set, role))
        if waiter is None:
            return None
        if not self._already(waiter):
            rung.wait(seconds)
        self._dismiss(waiter)
        return self._look_at(room)

    def tell(
        self,
        room: AppointmentId,
        seen: str,
        seconds: float,
        wake: Callable[[], None],
        role: Role | None = None,
    ) -> bool | None:
        """Whether `wake` will be called, once, from any thread, perhaps before this returns.

        False when there is something new already; None as `wait` does.
        """
        waiter = self._come(_Waiter(room, seen, time.monotonic() + seconds, wake, role))
        if waiter is None:
            return None
        return not (self._already(waiter) and self._dismiss(waiter))

    def mark(self, room: AppointmentId) -> str:
        """How `room` looks now."""
        return self._look_at(room)

    def ring(self, room: AppointmentId) -> None:
        """Wake whoever waits for `room`."""
        self._lively_until = time.monotonic() + LIVELY
        with self._mutex:
            woken = self._waiting.pop(room, set())
            self._count -= len(woken)
        _wake(woken)

    def rest(self) -> None:
        """Return once nobody looks any more; after `closing` that is soon, and for good."""
        with self._mutex:
            looking = self._looking
        if looking is not None:
            looking.join()

    def _come(self, waiter: _Waiter) -> _Waiter | None:
        with self._mutex:
            if self._full(waiter) or self._closing.is_set():
                return None
            self._waiting.setdefault(waiter.room, set()).add(waiter)
            self._count += 1
            if self._looking is None:
                self._looking = threading.Thread(target=self._go_on, name="bells", daemon=True)
                self._looking.start()
            return waiter

    def _full(self, waiter: _Waiter) -> bool:
        """Whether there is no place left for him."""
        if self._count >= self._places:
            return True
        alike = [one for one in self._waiting.get(waiter.room, ()) if one.role is waiter.role]
        return waiter.role is not None and len(alike) >= EACH

    def _already(self, waiter: _Waiter) -> bool:
        """Whether it happened before he came; he is on the list, so nothing falls in between."""
        try:
            return self._look_at(waiter.room) != waiter.seen
        except BaseException:
            self._dismiss(waiter)
            raise

    def _dismiss(self, waiter: _Waiter) -> bool:
        """Whether he was still waiting."""
        with self._mutex:
            others = self._waiting.get(waiter.room, set())
            if waiter not in others:
                return False
            others.remove(waiter)
            self._count -= 1
            if not others:
                del self._waiting[waiter.room]
            return True

    def _go_on(self) -> None:
        try:
            while self._anybody():
                self._closing.wait(self._look_around())
        finally:  # whatever ends it: nobody is left waiting for a look that never comes
            self._send_home()

    def _look_around(self) -> float:
        """Wake whom it concerns; gives the seconds until the next look."""
        began = time.monotonic()
        try:
            marks = self._look()
        except PortTrouble:
            return AFTER_TROUBLE
        if self._wake_whom(marks):
            self._lively_until = began + LIVELY
        now = time.monotonic()
        return max(SOON if now < self._lively_until else EVERY, SHARE * (now - began))

    def _wake_whom(self, marks: Mapping[AppointmentId, str]) -> bool:
        """Whose room has changed, and whose time is over; whether any room has changed."""
        now = time.monotonic()
        with self._mutex:
            all_of_them = [one for those in self._waiting.values() for one in those]
        changed = [one for one in all_of_them if marks.get(one.room, "") != one.seen]
        over = [one for one in all_of_them if one.until <= now]
        _wake(one for one in {*changed, *over} if self._dismiss(one))
        return bool(changed)

    def _anybody(self) -> bool:
        with self._mutex:
            return bool(self._waiting) and not self._closing.is_set()

    def _send_home(self) -> None:
        with self._mutex:
            self._looking = None
            everybody = [one for those in self._waiting.values() for one in those]
            self._waiting.clear()
            self._count = 0
        _wake(everybody)


def _wake(waiters: Iterable[_Waiter]) -> None:
    for waiter in waiters:
        waiter.wake()
