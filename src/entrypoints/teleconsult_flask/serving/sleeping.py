"""Connections on which nothing happens are out of the loop's sight. May import waitress.

waitress looks at every connection at every turn of its loop; with a thousand that only wait for
their next beat, that is most of what it does. Here they lie down, in a set of the operating
system's that itself is one thing to look at: whoever stirs is awake again. On Linux only; elsewhere
everybody stays awake.
"""

from __future__ import annotations

import select
import time
from typing import Any

from waitress.channel import HTTPChannel

AFTER = 1.0
"""Seconds without anything after which a connection lies down."""


def bedroom(awake: dict[int, Any]) -> Sleepers | None:
    """For the connections of the loop over `awake`; None where the system has no such set."""
    return Sleepers(awake) if hasattr(select, "epoll") else None


class Sleepers:
    """One more thing in the loop, which it asks as it asks each connection."""

    accepting = False

    def __init__(self, awake: dict[int, Any]) -> None:
        self._awake = awake
        self._asleep: dict[int, Any] = {}
        self._stirring = select.epoll()
        self._looked = 0.0
        awake[self._stirring.fileno()] = self

    def __len__(self) -> int:
        return len(self._asleep)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        for one, _ in self._stirring.poll(0):
            self._wake(one)

    def lay_down(self) -> None:
        """Whoever is idle; who is to be closed must be awake for it. Once in `AFTER` seconds."""
        now = time.time()
        if now - self._looked < AFTER:
            return
        self._looked = now
        for one, channel in list(self._awake.items()):
            if isinstance(channel, HTTPChannel) and idle(channel, now):
                self._stirring.register(one, select.EPOLLIN)
                self._asleep[one] = self._awake.pop(one)
        for one in [one for one, channel in self._asleep.items() if channel.will_close]:
            self._wake(one)

    def wake_all(self) -> None:
        for one in list(self._asleep):
            self._wake(one)

    def close(self) -> None:
        self._awake.pop(self._stirring.fileno(), None)
        self._stirring.close()

    def _wake(self, one: int) -> None:
        self._stirring.unregister(one)
        self._awake[one] = self._asleep.pop(one)


def idle(channel: HTTPChannel, now: float) -> bool:
    """Whether it has asked nothing, is owed nothing, and was quiet for a while."""
    busy = channel.requests or channel.request is not None or channel.total_outbufs_len
    leaving = channel.will_close or channel.close_when_flushed or not channel.connected
    return not busy and not leaving and now - channel.last_activity > AFTER
