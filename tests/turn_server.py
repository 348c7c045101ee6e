"""A real TURN server on this machine: coturn, for as long as a test wants it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from browsers import missing

SECRET = "a secret of the clinic and its TURN server"


@frozen
class TurnServer:
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    def written(self) -> str:
        return self.log.read_text()


@contextmanager
def coturn(directory: Path) -> Iterator[TurnServer]:
    """Started in `directory`, ended afterwards; without the program: skipped, in CI a failure."""
    program = shutil.which("turnserver")
    if program is None:
        missing("turnserver: apt-get install coturn")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = directory / "turn.log"
    options = {
        "listening-ip": "127.0.0.1", "relay-ip": "127.0.0.1", "listening-port": str(port),
        "realm": "clinic.example", "static-auth-secret": SECRET,
        "log-file": str(log), "pidfile": str(directory / "turn.pid"),
    }  # fmt: skip
    flags = ["use-auth-secret", "fingerprint", "no-tls", "no-dtls", "no-cli", "simple-log"]
    (directory / "turn.conf").write_text(
        "".join(f"{name}={value}\n" for name, value in options.items())
        + "".join(f"{flag}\n" for flag in [*flags, "verbose", "allow-loopback-peers"])
    )
    with subprocess.Popen(
        [str(program), "-c", str(directory / "turn.conf")],
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        _until_it_answers(port)
        yield TurnServer(port, log)
        running.terminate()


def _until_it_answers(port: int) -> None:
    """A question of STUN (RFC 8489, 5), asked until there is an answer."""
    question = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + b"are you here"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        asking.connect(("127.0.0.1", port))
        for _ in range(150):
            try:
                asking.send(question)
                asking.recv(2048)
                return
            except OSError:
                time.sleep(0.1)
    raise AssertionError("coturn does not answer")
