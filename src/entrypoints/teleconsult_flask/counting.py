"""Who asked how often in this process: a moving window for each key, forgotten when it is over.

May import limits. Its own storage in memory keeps every key for ever, and looks through all of them
after each question.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from threading import Lock

from attrs import field, frozen
from limits.storage import MovingWindowSupport, Storage

SWEEP = 60.0
"""Seconds between two rounds in which windows that are over are forgotten."""


@frozen(eq=False)
class _Window:
    """When it was asked, the newest last, and for how long that counts."""

    expiry: float
    asked: deque[float] = field(factory=deque)

    def at(self, now: float) -> deque[float]:
        while self.asked and self.asked[0] <= now - self.expiry:
            self.asked.popleft()
        return self.asked


class InThisProcess(Storage, MovingWindowSupport):
    """A storage of the package limits."""

    STORAGE_SCHEME = ["in-this-process"]  # noqa: RUF012 # as the package declares it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._windows: dict[str, _Window] = {}
        self._lock = Lock()
        self._swept = time.monotonic()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.time()
        with self._lock:
            self._sweep(now)
            asked = self._windows.setdefault(key, _Window(expiry)).at(now)
            if len(asked) + amount > limit:
                return False
            asked.extend([now] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = time.time()
        with self._lock:
            window = self._windows.get(key)
            asked = window.at(now) if window else None
            return (asked[0], len(asked)) if asked else (now, 0)

    def _sweep(self, now: float) -> None:
        if time.monotonic() - self._swept < SWEEP:
            return
        self._swept = time.monotonic()
        over = [key for key, window in self._windows.items() if not window.at(now)]
        for key in over:
            del self._windows[key]

    def __len__(self) -> int:
        return len(self._windows)

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self.acquire_entry(key, sys.maxsize, expiry, amount)
        return self.get(key)

    def get(self, key: str) -> int:
        return self.get_moving_window(key, 0, 0)[1]

    def get_expiry(self, key: str) -> float:
        window = self._windows.get(key)
        return time.time() + (window.expiry if window else 0)
