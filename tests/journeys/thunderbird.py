"""A real Thunderbird without a window, spoken to by its own remote protocol (Marionette)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define, frozen

PROGRAM = shutil.which("thunderbird")
HINT = "Thunderbird: apt-get install thunderbird, or the like"
PATIENCE = 180.0
_SCRIPT = (Path(__file__).parent / "thunderbird.js").read_text()
_PREFERENCES = {
    "marionette.port": 0,  # any that is free
    "mail.provider.suppress_dialog_on_startup": True,
    "mailnews.start_page.enabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "app.update.enabled": False,
    "network.proxy.type": 1,  # it is to reach nobody
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}


@frozen
class Seen:
    """An event as Thunderbird has it."""

    uid: str
    start: datetime
    end: datetime
    status: str
    sequence: int
    summary: str


@define
class _Wire:
    """Messages of JSON with their length before them."""

    socket: socket.socket
    _rest: bytes = b""
    _count: int = 0

    def ask(self, name: str, **parameters: Any) -> Any:
        self._count += 1
        asked = json.dumps([0, self._count, name, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(asked), asked))
        _, _, error, answer = self.receive()
        assert error is None, error
        return answer

    def receive(self) -> Any:
        while b":" not in self._rest:
            self._more()
        length, _, self._rest = self._rest.partition(b":")
        while len(self._rest) < int(length):
            self._more()
        message, self._rest = self._rest[: int(length)], self._rest[int(length) :]
        return json.loads(message)

    def _more(self) -> None:
        got = self.socket.recv(65536)
        assert got, "Thunderbird has hung up"
        self._rest += got


@define
class Thunderbird:
    """The calendar of one patient in it."""

    _wire: _Wire
    _address: str
    _calendar: str
    version: str

    def open(self, letter: str) -> str:
        """What the patient does: open a letter, and take up what is offered."""
        answer = _run(self._wire, "take", self._calendar, letter, self._address)
        return str(answer)

    @property
    def events(self) -> list[Seen]:
        return self._read(self._calendar)

    def subscribed(self, address: str) -> list[Seen]:
        """What is read at an address, by somebody who subscribes to it now."""
        return self._read(_run(self._wire, "subscribe", address))

    def _read(self, calendar: str) -> list[Seen]:
        found = _run(self._wire, "read", calendar)
        return [
            Seen(uid, _instant(start), _instant(end), *rest) for uid, start, end, *rest in found
        ]


@contextmanager
def a_thunderbird(home: Path, address: str) -> Iterator[Thunderbird]:
    """Started with an empty profile in `home`, for the patient with `address`; ended afterwards."""
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in _PREFERENCES.items())
    (home / "user.js").write_text("".join(lines))
    program = subprocess.Popen(
        [str(PROGRAM), "--headless", "--marionette", "-remote-allow-system-access",
         "--no-remote", "--profile", str(home)],
        env={**os.environ, "HOME": str(home)}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with socket.create_connection(("127.0.0.1", _port(home, program)), PATIENCE) as line:
            wire = _Wire(line)
            wire.receive()  # who it is
            wire.ask("WebDriver:NewSession")
            wire.ask("WebDriver:SetTimeouts", script=int(PATIENCE * 800))
            wire.ask("Marionette:SetContext", value="chrome")
            calendar, version = _run(wire, "begin", address)
            yield Thunderbird(wire, address, calendar, version)
    finally:
        program.terminate()
        program.wait(PATIENCE)


def _port(home: Path, program: subprocess.Popen[bytes]) -> int:
    told, until = home / "MarionetteActivePort", time.monotonic() + PATIENCE
    while not (told.exists() and told.read_text().strip()):
        assert program.poll() is None, "Thunderbird has ended"
        assert time.monotonic() < until, "Thunderbird does not answer"
        time.sleep(0.05)
    return int(told.read_text())


def _run(wire: _Wire, *asked: str) -> Any:
    ran = wire.ask("WebDriver:ExecuteAsyncScript", script=_SCRIPT, args=list(asked))["value"]
    assert "error" not in ran, ran
    return ran["answer"]


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
