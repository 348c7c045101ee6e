"""Connections that are kept open between letters. May import wire, settings, trouble.

Every letter has a connection to itself while it is handed over, so any number of threads may send.
A server that has closed one meanwhile is no trouble: another is opened.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from teleconsult_email.settings import SmtpSettings
from teleconsult_email.trouble import spoken
from teleconsult_email.wire import Wire


class Pool:
    """As many connections as letters were ever sent at once; `close` ends them."""

    def __init__(self, settings: SmtpSettings, context: ssl.SSLContext) -> None:
        self._settings, self._context = settings, context
        self._idle: list[Wire] = []
        self._lock = Lock()
        self._closed = False

    @property
    def server(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    @contextmanager
    def wire(self, by: float) -> Iterator[Wire]:
        """A connection that answers, until `by` on the clock of `time.monotonic`.

        After an exception it is not used again: nobody knows what it would say next.
        """
        taken = self._take(by)
        try:
            yield taken
        except BaseException:
            taken.close()  # without a word: it might be taken for a part of the letter
            raise
        self._put_back(taken)

    def close(self) -> None:
        """Letters in hand are finished, and their connections closed then."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for wire in idle:
            wire.leave()

    def _take(self, by: float) -> Wire:
        while (idle := self._pop()) is not None:
            if idle.answers(by):
                return idle
            idle.leave()
        with spoken(self.server):
            return Wire(self._settings, self._context, by)

    def _pop(self) -> Wire | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _put_back(self, wire: Wire) -> None:
        wire.rest()
        with self._lock:
            if not self._closed:
                self._idle.append(wire)
                return
        wire.leave()
