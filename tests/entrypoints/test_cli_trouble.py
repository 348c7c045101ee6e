"""Trouble around the program: closed streams, full disks, locked and read-only files."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from command_line import ANN, ANN_WRITES, BY_VIDEO, THURSDAY, Clinic
from teleconsult_cli.exit_codes import Exit
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind
from teleconsult_sandbox.rooms import SandboxRooms

FULL = Path("/dev/full")
BOOK = ("book", "--id", "a1", *BY_VIDEO, *ANN, *ANN_WRITES, THURSDAY)


def shell(clinic: Clinic, command: str) -> tuple[int, str, str]:
    """What a shell does with `command`, in which $T stands for the program on this clinic."""
    env = {"PATH": os.defpath, "T": f"{sys.executable} -m teleconsult_cli --home {clinic.home}"}
    words = ["bash", "-c", f"set -o pipefail; {command}"]
    done = subprocess.run(words, env=env, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_first_line_is_enough_for_some(clinic: Clinic) -> None:
    listed = "$T slots --practitioner dupont --visit prescription --days 366 | head -1"
    assert shell(clinic, listed) == (0, "Free slots\n", "")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("$T clock show >&-", Exit.OK),
        ("$T clock show 2>&-", Exit.OK),
        ("$T erase ann <&-", Exit.USAGE),
        ("$T profile nobody 2>&-", Exit.REFUSED),
        ("$T profile $'\\xff'", Exit.USAGE),
    ],
)
def test_closed_streams_and_foreign_bytes_are_no_bug(
    clinic: Clinic, command: str, code: Exit
) -> None:
    returned, _, complaint = shell(clinic, command)
    assert returned == code
    assert "[bug]" not in complaint
    assert "Traceback" not in complaint


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_nowhere_to_write_is_temporary(clinic: Clinic) -> None:
    code, _, complaint = shell(clinic, f"$T clock show >{FULL}")
    assert code == Exit.TEMPORARY
    assert "No space left on device" in complaint
    assert complaint.count("\n") == 1


def test_no_file_may_grow_any_more(clinic: Clinic) -> None:
    """As on a full disk: told as temporary, nothing half-written, and well again afterwards."""
    # The command is asked in a process of its own, and SQLite's log may hold one page only.
    asked = [sys.executable, "-m", "teleconsult_cli", "--home", str(clinic.home), *BOOK]
    done = subprocess.run(
        asked, check=False, capture_output=True, timeout=60, preexec_fn=_small_files
    )
    complaint = done.stderr.decode()
    assert done.returncode == Exit.TEMPORARY, complaint
    assert "Traceback" not in complaint
    assert clinic("appointment", "a1").code == Exit.REFUSED
    assert "a1 is reserved" in clinic.done(*BOOK)


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


def test_a_locked_database_is_temporary(clinic: Clinic) -> None:
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3", isolation_level=None)) as other:
        other.execute("begin immediate")
        answer = clinic(*BOOK)
        other.execute("rollback")
    assert answer.code == Exit.TEMPORARY
    assert "locked by another process" in answer.err
    assert "a1 is reserved" in clinic.done(*BOOK)


def test_tables_of_an_earlier_version_ask_for_the_upgrade(clinic: Clinic) -> None:
    with closing(sqlite3.connect(clinic.home / "clinic.sqlite3")) as database:
        database.execute("update teleconsult_version set version_num = '0000'")
        database.commit()
    answer = clinic("clock", "show")
    assert answer.code == Exit.CONFIGURATION
    assert "Traceback" not in answer.err


@pytest.fixture
def nobodys(prepared: Path) -> Iterator[Clinic]:
    """A clinic that belongs to a user to whom a file can be read-only, which root is not."""
    folder, nobody, root = Path(tempfile.mkdtemp()), 65534, os.geteuid() == 0
    shutil.copytree(prepared, folder / "home")
    shutil.copytree(prepared, folder / "before")
    # What a command loads late is loaded now: nobody may read the folder it is installed in, and
    # phonenumbers never again lets go of its lock when loading fails.
    Clinic(folder / "before").done(*BOOK)
    if root:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody, -1)
        os.seteuid(nobody)
    try:
        yield Clinic(folder / "home")
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_a_read_only_database_needs_a_person(nobodys: Clinic) -> None:
    database = nobodys.home / "clinic.sqlite3"
    database.chmod(0o444)
    answer = nobodys(*BOOK)
    assert answer.code == Exit.CONFIGURATION
    assert "is read-only" in answer.err
    assert "Traceback" not in answer.err
    for path in nobodys.home.glob("clinic.sqlite3*"):  # SQLite's log takes the mode of its file
        path.chmod(0o600)
    assert "a1 is reserved" in nobodys.done(*BOOK)


def test_video_outside_europe_must_be_accepted_by_name(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SandboxRooms, "region", "US")
    answer = clinic("clock", "show")
    assert answer.code == Exit.CONFIGURATION
    assert 'accept_region = "US"' in answer.err
    (clinic.home / "teleconsult.toml").write_text('accept_region = "US"\n')
    assert clinic("clock", "show").code == Exit.OK


def test_a_lost_answer_of_the_card_network_holds_once(clinic: Clinic) -> None:
    """The patient is told not to pay again; the worker finds out, and there is one hold."""
    sandbox = Sandbox.open(clinic.home / "sandbox")
    sandbox.cards.trouble.plan(Trouble("authorise", TroubleKind.ANSWER_LOST))
    sandbox.close()
    assert "Do not pay again" in clinic.booked()
    clinic.done("worker", "--once")
    shown = clinic("appointment", "a1", "--json").json
    assert shown["appointment"]["state"] == "confirmed"
    assert [one["state"] for one in shown["holds"]] == ["held"]
    assert "The books agree." in clinic.done("reconcile")
