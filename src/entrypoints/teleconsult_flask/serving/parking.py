"""Whoever waits for news keeps no thread: his question is set aside, and answered when it is time.

A view that would wait looks for `PLACE` in the request's environment. If it is there and was not
`used` yet, it may see to it that `wake` is called later, by anybody, and raise `SetAside`: nothing
is answered, and the thread is free. Once woken, the same request runs again from its beginning,
with `used` set; it must be answered then. May import waitress.
"""

from __future__ import annotations

import threading
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from teleconsult_flask.bells import PLACE, SetAside


class Place:
    """Of one question, on one connection."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._mutex = threading.Lock()
        self._aside = self._woken = False
        self.used = False

    def wake(self) -> None:
        """Have it answered; once is enough, and it need not be set aside yet."""
        with self._mutex:
            first, self._woken = not self._woken, True
            if not first or not self._aside:
                return
        self._answer()

    def settle(self) -> None:
        """The view is left; from now on nothing is there but the connection."""
        with self._mutex:
            self.used = True
            self._aside = not self._woken
            if self._aside:
                # Out of the loop's sight: it looks at each of its connections at each turn.
                self._channel._map.pop(self._channel._fileno, None)
                return
        self._answer()

    def _answer(self) -> None:
        channel = self._channel
        channel._map[channel._fileno] = channel
        channel.server.add_task(channel)


class _Task(WSGITask):  # type: ignore[misc] # waitress has no types
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[PLACE] = self.request.place
        return environ


class ParkingChannel(HTTPChannel):  # type: ignore[misc]
    """One connection, whose question may be set aside."""

    task_class = _Task

    def service(self) -> None:
        request = self.requests[0]  # this thread's: the next comes after its answer
        place = vars(request).setdefault("place", Place(self))
        try:
            super().service()
        except SetAside:
            place.settle()
