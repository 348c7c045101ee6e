"""A mail server without manners, for tests: drops, falls silent, dribbles, talks without end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from threading import Event, Thread
from types import TracebackType
from typing import Any

from adapters.email.post_office import LOOPBACK
from teleconsult_email import Security, SmtpSettings

Act = Callable[["Visit"], bool]
"""What is done instead of the polite answer; gives whether the conversation goes on."""

_POLITE = {
    "banner": b"220 here\r\n",
    "EHLO": b"250-here\r\n250-SIZE 99999999\r\n250 DSN\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
}


class Visit:
    """One connection to the server."""

    def __init__(self, server: RudeServer, conversation: socket.socket) -> None:
        self.server, self.socket = server, conversation

    def serve(self, acts: Mapping[str, Act]) -> None:
        with self.socket, suppress(OSError), self.socket.makefile("rb") as lines:
            verb = "banner"
            while self._answered(verb, acts):
                heard = self._body(lines) if verb == "DATA" else lines.readline()
                if not heard:
                    return
                self.server.lines.append(heard)
                verb = "dot" if verb == "DATA" else heard[:4].strip().upper().decode("latin-1")

    def _answered(self, verb: str, acts: Mapping[str, Act]) -> bool:
        self.server.heard.append(verb)
        verb = "EHLO" if verb == "HELO" else verb
        act = acts.get(verb, says(_POLITE.get(verb, b"250 fine\r\n")))
        return act(self) and verb != "QUIT"

    def _body(self, lines: Any) -> bytes:
        found = []
        while (line := lines.readline()) and line != b".\r\n":
            found.append(line)
        return b"".join(found) if line else b""


def says(answer: bytes) -> Act:
    def act(visit: Visit) -> bool:
        visit.socket.sendall(answer)
        return True

    return act


def drops(visit: Visit) -> bool:
    return False


def falls_silent(visit: Visit) -> bool:
    visit.server.over.wait()
    return False


def dribbles(visit: Visit) -> bool:
    """A byte now and then of an answer that never ends: each one in time, all of them never."""
    for byte in cycle(b"250-on and on\r\n"):
        if visit.server.over.wait(0.02):
            return False
        visit.socket.sendall(bytes([byte]))
    return False


def floods(visit: Visit) -> bool:
    while not visit.server.over.is_set():
        visit.socket.sendall(b"250-on and on and on and on and on\r\n" * 1000)
    return False


def hesitates(visit: Visit) -> bool:
    time.sleep(0.3)
    visit.socket.sendall(b"220 here at last\r\n")
    return True


def stops_reading(visit: Visit) -> bool:
    visit.socket.sendall(b"354 go on\r\n")
    return falls_silent(visit)


class RudeServer:
    """Each connection meets the next of `visits`, and every further one the last of them.

    `heard` is every verb that arrived, `lines` everything else; both may lag behind the client.
    """

    def __init__(self, *visits: Mapping[str, Act]) -> None:
        self._visits: Sequence[Mapping[str, Act]] = visits
        self.heard: list[str] = []
        self.lines: list[bytes] = []
        self.over = Event()
        self._threads: list[Thread] = []
        self._door = socket.socket()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._door.bind((LOOPBACK, 0))
        self._door.listen()

    def __enter__(self) -> RudeServer:
        self._begin(self._greet)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def settings(self, **others: Any) -> SmtpSettings:
        port = self._door.getsockname()[1]
        fields = {"host": LOOPBACK, "security": Security.NONE, "sender": "clinic@clinic.example"}
        return SmtpSettings(port=port, **{**fields, **others})

    def _greet(self) -> None:
        number = 0
        while True:
            try:
                conversation, _ = self._door.accept()
            except OSError:
                return
            acts = self._visits[min(number, len(self._visits) - 1)]
            number += 1
            self._begin(Visit(self, conversation).serve, acts)

    def _begin(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()
