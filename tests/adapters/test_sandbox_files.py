"""The sandbox's files: for their owner alone, shared by processes, clear about a bad disk."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import pytest

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import AppointmentId, CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise, PortMisused, PortTrouble
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind

Hold = Callable[..., HoldView]
NOBODY = 65534

resource = pytest.importorskip("resource", reason="modes, limits and forks are Unix's")

# Forked children open no connection of their parent's, which is part of what is tested here; a
# spawned child could not run as another user from where the tests happen to be kept.
PROCESSES = multiprocessing.get_context("fork")

# Newer Pythons warn of forks beside threads, such as those of a test runner that runs in parallel.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def authorise(sandbox: Sandbox, key: str, minor: int = 40_00) -> HoldView:
    request = Authorise(
        AppointmentId("a"), PractitionerId("p"), Money(minor, "EUR"), CardToken("visa-ok")
    )
    return sandbox.cards.authorise(key=OperationId(key), request=request)


def in_children(number: int, work: Callable[[int], object]) -> list[str]:
    """What `work` gives or raises in each of `number` processes that start together."""
    start = PROCESSES.Barrier(number)
    answers: SimpleQueue[str] = PROCESSES.SimpleQueue()

    def child(which: int) -> None:
        start.wait()
        try:
            answers.put(str(work(which)))
        except Exception as problem:
            answers.put(f"{type(problem).__name__}: {problem}")

    children = [PROCESSES.Process(target=child, args=(which,)) for which in range(number)]
    for process in children:
        process.start()
    found = [answers.get() for _ in children]
    for process in children:
        process.join()
    return sorted(found)


# --- modes ---------------------------------------------------------------------------------------


def test_a_sandbox_is_for_its_owner_alone(tmp_path: Path, noon: datetime) -> None:
    before = os.umask(0)
    try:
        sandbox = Sandbox.open(tmp_path / "far" / "sandbox")
        sandbox.clock.set(noon, force=True)
        authorise(sandbox, "k")
        sandbox.phone.send(key="m", to="+32475550101", text="one")
        files = list(sandbox.directory.iterdir())
        modes = {stat.S_IMODE(file.stat().st_mode) for file in files}
        sandbox.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "far" / "sandbox").stat().st_mode) == 0o700
    assert any(file.name.endswith("-wal") for file in files)
    assert modes == {0o600}


def test_an_open_directory_is_closed_to_others(tmp_path: Path) -> None:
    directory = tmp_path / "sandbox"
    directory.mkdir(mode=0o755)
    Sandbox.open(directory).close()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


# --- memory --------------------------------------------------------------------------------------


def test_a_sandbox_remembers_after_it_was_closed(sandbox: Sandbox, noon: datetime) -> None:
    placed = authorise(sandbox, "k")
    sandbox.phone.send(key="m", to="+32475550101", text="one")
    sandbox.phone.trouble.plan(Trouble("send", TroubleKind.BUSY))
    sandbox.close()

    again = Sandbox.open(sandbox.directory)
    assert again.clock.now() == noon
    assert again.cards.look(ref=placed.ref) == placed
    assert len(again.phone.messages()) == 1
    assert len(again.phone.trouble.planned()) == 1
    again.close()


def test_a_closed_sandbox_opens_again_when_used(sandbox: Sandbox) -> None:
    placed = authorise(sandbox, "k")
    sandbox.close()
    assert sandbox.cards.look(ref=placed.ref) == placed


def test_all_parts_can_go_by_another_clock(tmp_path: Path, noon: datetime) -> None:
    sandbox = Sandbox.open(tmp_path / "sandbox", clock=lambda: noon)
    assert authorise(sandbox, "k").news.until == noon + timedelta(days=7)
    sandbox.close()


# --- several at once -----------------------------------------------------------------------------


def test_processes_that_begin_a_sandbox_together_share_it(tmp_path: Path) -> None:
    def work(which: int) -> str:
        sandbox = Sandbox.open(tmp_path / "sandbox")
        refs = [authorise(sandbox, f"{which}-{number}").ref for number in range(10)]
        sandbox.close()
        return f"{len(set(refs))} holds"

    assert in_children(4, work) == ["10 holds"] * 4
    sandbox = Sandbox.open(tmp_path / "sandbox")
    assert len({book.ref for book in sandbox.cards.books()}) == 40
    assert sum(sandbox.cards.balances().values()) == 0
    sandbox.close()


def test_processes_that_ask_under_one_key_act_once(sandbox: Sandbox) -> None:
    placed = authorise(sandbox, "k")  # opened before the fork: each child must open its own

    def work(_: int) -> str:
        amount = Money(40_00, "EUR")
        return sandbox.cards.capture(key=OperationId("c"), ref=placed.ref, amount=amount).news.fact

    assert in_children(4, work) == [HoldFact.CAPTURED] * 4
    (book,) = sandbox.cards.books()
    assert book.captured == Money(40_00, "EUR")
    assert [news.fact for news in sandbox.cards.news()] == [
        HoldFact.AUTHORISED,
        HoldFact.CAPTURED,
    ]


def test_of_captures_and_releases_at_once_one_stands(sandbox: Sandbox) -> None:
    placed = authorise(sandbox, "k")

    def work(which: int) -> str:
        key = OperationId(f"key-{which}")
        if which % 2:
            return sandbox.cards.release(key=key, ref=placed.ref).news.fact
        amount = Money(10_00 + which, "EUR")
        return sandbox.cards.capture(key=key, ref=placed.ref, amount=amount).news.fact

    assert len(set(in_children(4, work))) == 1
    assert len(sandbox.cards.news()) == 2


def test_another_process_sets_trouble_and_the_clock(sandbox: Sandbox, noon: datetime) -> None:
    authorise(sandbox, "k")

    def work(_: int) -> None:
        other = Sandbox.open(sandbox.directory)
        other.clock.forward(timedelta(hours=1))
        other.cards.trouble.plan(Trouble("look", TroubleKind.BUSY))
        other.close()

    in_children(1, work)
    assert sandbox.clock.now() == noon + timedelta(hours=1)
    with pytest.raises(PortTrouble, match="told to refuse cards look"):
        sandbox.cards.look(ref=HoldRef("hold_000001"))


def test_threads_share_a_sandbox(sandbox: Sandbox) -> None:
    def work(which: int) -> None:
        for number in range(10):
            authorise(sandbox, f"{which}-{number}")

    threads = [threading.Thread(target=work, args=(which,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sandbox.cards.books()) == 40


# --- a disk that fails ---------------------------------------------------------------------------


def test_a_full_disk_is_trouble_and_leaves_everything_as_it_was(sandbox: Sandbox) -> None:
    placed = authorise(sandbox, "before")
    sandbox.close()

    def work(_: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000))
        for number in range(1000):
            authorise(sandbox, f"{number}")

    (said,) = in_children(1, work)
    assert said.startswith(f"PortTrouble: the sandbox file {sandbox.directory}/cards.sqlite3")
    assert "cannot be used: " in said
    assert sandbox.cards.look(ref=placed.ref) == placed
    assert sum(sandbox.cards.balances().values()) == 0


def test_a_file_that_may_only_be_read_is_trouble(noon: datetime) -> None:
    def work(_: int) -> None:
        if os.geteuid() == 0:
            os.setuid(NOBODY)  # nothing is read-only for root
        authorise(sandbox, "another")

    with tempfile.TemporaryDirectory() as parent:  # where a stranger may look, unlike tmp_path
        Path(parent).chmod(0o755)
        sandbox = Sandbox.open(Path(parent) / "sandbox")
        sandbox.clock.set(noon, force=True)
        placed = authorise(sandbox, "k")
        sandbox.close()
        _set_modes(sandbox.directory, directory=0o555, files=0o444)
        (said,) = in_children(1, work)
        _set_modes(sandbox.directory, directory=0o700, files=0o600)
        assert said.startswith(f"PortTrouble: the sandbox file {sandbox.directory}/cards.sqlite3")
        assert [book.ref for book in sandbox.cards.books()] == [placed.ref]
        sandbox.close()


def _set_modes(path: Path, *, directory: int, files: int) -> None:
    path.chmod(directory)
    for file in path.iterdir():
        file.chmod(files)


def test_a_directory_that_cannot_be_made_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PortTrouble, match=r"the sandbox .* cannot be used"):
        Sandbox.open(tmp_path / "file" / "sandbox")


def test_a_file_that_is_no_database_needs_a_person(sandbox: Sandbox) -> None:
    (sandbox.directory / "phone.sqlite3").write_text("no database at all " * 100)
    with pytest.raises(PortMisused, match=r"phone\.sqlite3 cannot be used"):
        sandbox.phone.messages()


def test_a_database_that_is_no_sandbox_is_left_alone(sandbox: Sandbox) -> None:
    path = sandbox.directory / "phone.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("create table precious (thing)")
    other.close()
    with pytest.raises(PortMisused, match="is no sandbox file"):
        sandbox.phone.messages()
    with sqlite3.connect(path) as other:
        assert [name for (name,) in other.execute("select name from sqlite_schema")] == ["precious"]
    other.close()


def test_a_file_that_vanishes_while_unopened_is_begun_anew(sandbox: Sandbox) -> None:
    authorise(sandbox, "k")
    sandbox.close()
    (sandbox.directory / "cards.sqlite3").unlink()
    assert sandbox.cards.books() == ()
