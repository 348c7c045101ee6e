"""Trouble around the program: closed streams, full disks, locked and read-only files."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from command_line import ANN, ANN_WRITES, BY_VIDEO, THURSDAY, Clinic
from teleconsult_cli.exit_codes import Exit

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
