"""The command line as a process: pipes, bare environments, signals, no terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Clinic

COMMAND = [sys.executable, "-m", "teleconsult_cli"]


def process(clinic: Clinic, *words: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    asked = [*COMMAND, "--home", str(clinic.home), *words]
    return subprocess.run(asked, check=False, capture_output=True, timeout=60, **more)  # type: ignore[call-overload,no-any-return] # options of run


def test_a_bare_environment_still_speaks_utf_8(clinic: Clinic) -> None:
    clinic.booked()
    answer = process(clinic, "messages", "--inbox", env={})
    assert answer.returncode == 0
    answer = process(clinic, "terms", *TERMS, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert answer.returncode == 0
    assert "réserver 30,00" in answer.stdout.decode()


TERMS = (
    *("--practitioner", "dupont", "--visit", "consultation", "--mode", "video"),
    "2027-03-04T10:20",
)


def test_whoever_reads_may_leave(clinic: Clinic) -> None:
    """More than a pipe holds, and a reader who takes one line."""
    asked = ["--practitioner", "dupont", "--visit", "prescription", "--days", "366", "--json"]
    words = [*COMMAND, "--home", str(clinic.home), "slots", *asked]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"[\n"
        running.stdout.close()
        complaint = running.stderr.read()
        assert running.wait(timeout=30) == 0
    assert complaint == b""


def test_without_stdin_nothing_is_waited_for(clinic: Clinic) -> None:
    clinic.booked()
    answer = process(clinic, "erase", "ann", stdin=subprocess.DEVNULL)
    assert answer.returncode == 2
    assert b"--yes" in answer.stderr


def on_a_terminal(clinic: Clinic, *words: str, **environment: str) -> str:
    """What a command writes on a terminal."""
    ours, theirs = pty.openpty()
    asked = [*COMMAND, "--home", str(clinic.home), *words]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80", **environment}
    with subprocess.Popen(asked, stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        shown = b""
        while True:
            try:
                read = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not read:
                break
            shown += read
        assert running.wait(timeout=60) == 0
    os.close(ours)
    return shown.decode()


def test_tables_are_framed_on_a_terminal_only(clinic: Clinic) -> None:
    clinic.booked()
    agenda = ("agenda", "--practitioner", "dupont", "--week")
    assert "─" in on_a_terminal(clinic, *agenda)
    assert "─" not in process(clinic, *agenda).stdout.decode()
    assert "\x1b[3" not in on_a_terminal(clinic, *agenda, NO_COLOR="1").replace("\x1b[3m", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_running_worker_delivers_and_ends_when_told(
    clinic: Clinic, tmp_path: Path, number: signal.Signals
) -> None:
    clinic.booked()
    words = [*COMMAND, "--home", str(clinic.home), "worker", "--every", "60"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        assert running.stdout is not None
        first = running.stdout.readline().decode()
        running.send_signal(number)
        rest = running.stdout.read().decode()
        assert running.wait(timeout=30) == 0
    assert "1 messages sent" in first
    assert "Traceback" not in rest
    assert "SMS" in clinic.done("messages", "--inbox") or "mail to" in clinic.done(
        "messages", "--inbox"
    )
