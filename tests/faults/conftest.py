"""Clinics to be killed, on a file and on a server; `TELECONSULT_FAULTS=long` kills more of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import frozen

from databases import Server, none_found, programs, running
from faults.day import described
from teleconsult_core.ids import AppointmentId
from teleconsult_wiring import App, Settings, open_app

LONG = os.environ.get("TELECONSULT_FAULTS") == "long"
MEMORY = "/dev/shm"  # noqa: S108 # a folder of our own is made in it
TESTS = Path(__file__).parents[1]


class Warm:
    """The process that forks the others; see `warm`."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [*sys.path, str(TESTS)]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.warm"], env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, what: str, settings: Settings, die_at: str = "") -> int:
        home, url = str(settings.home), settings.database_url
        return self._told({"start": what, "home": home, "database_url": url, "die_at": die_at})

    def wait(self, process: int) -> int:
        """How it ended; -9 when it was killed."""
        return self._told({"wait": process})

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def _told(self, order: dict[str, Any]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@frozen
class Clinic:
    """One installation, on the Monday morning before it is struck."""

    settings: Settings
    warm: Warm

    def lives(self, die_at: str = "") -> int:
        """A process that lives through the rest of the day, or dies; how it ended."""
        ended = self.warm.wait(self.warm.start("day", self.settings, die_at))
        self.must_be_well()
        return ended

    def must_be_well(self) -> None:
        trouble = self.settings.home / "trouble"
        assert not trouble.exists(), trouble.read_text()

    def moments(self) -> list[str]:
        """Every moment so far, in order."""
        return (self.settings.home / "moments").read_text().splitlines()

    def opened(self) -> closing[App]:
        return closing(open_app(self.settings))


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    process = Warm()
    yield process
    process.close()


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: what is killed is a process, not the machine."""
    with tempfile.TemporaryDirectory(
        prefix="tc-faults-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    ) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def as_described(memory: Path) -> Path:
    """The example clinic's home with all its files, made once; tests take copies."""
    with closing(described(Settings(home=memory / "described"))) as app:
        app.sandbox.phone.messages(), app.sandbox.mailbox.messages(), app.sandbox.cards.books()
        app.sandbox.rooms.close(appointment=AppointmentId("a"))
    return memory / "described"


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may crash: nobody else uses it, and it keeps what it has committed."""
    yield from _running("-c synchronous_commit=on")


@pytest.fixture
def small_server() -> Iterator[Server]:
    """A server with eight connections."""
    yield from _running("-c max_connections=8 -c max_wal_senders=0")


def _running(options: str) -> Iterator[Server]:
    found = programs()
    if not found:
        none_found()
    with running(found[0], options) as server:
        yield server
        server.forget()


@pytest.fixture
def on_a_server(as_described: Path, memory: Path) -> Iterator[Callable[[Server], Settings]]:
    """Makes the example clinic in a new database of a server."""
    likes: dict[Server, str] = {}
    with ExitStack() as made:

        def make(server: Server) -> Settings:
            home = Path(tempfile.mkdtemp(dir=memory)) / "home"
            shutil.copytree(as_described, home)
            if server not in likes:
                like = made.enter_context(server.database())
                described(Settings(home=home, database_url=written(like))).close()
                likes[server] = str(like.database)
            address = made.enter_context(server.database(like=likes[server]))
            return Settings(home=home, database_url=written(address))

        yield make


def written(address: sa.URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def clinics(
    request: pytest.FixtureRequest,
    as_described: Path,
    warm: Warm,
    memory: Path,
    on_a_server: Callable[[Server], Settings],
) -> Callable[[], Clinic]:
    """Gives a new clinic at each call."""
    server = request.getfixturevalue("newest") if request.param == "postgresql" else None

    def another() -> Clinic:
        if server is not None:
            return Clinic(on_a_server(server), warm)
        home = Path(tempfile.mkdtemp(dir=memory)) / "home"
        shutil.copytree(as_described, home)
        return Clinic(Settings(home=home), warm)

    return another


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
