"""Processes of their own that all work on one database, from the same moment on; see `racer.py`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RACER = Path(__file__).parent / "adapters" / "sql" / "racer.py"
Racer = subprocess.Popen[str]


@contextmanager
def racers(
    database: str, how_many: int, rounds: int, *more: str, program: Path = RACER
) -> Iterator[list[Racer]]:
    """Processes of `program` that all stand at the line."""
    started = [
        subprocess.Popen(
            [sys.executable, str(program), database, f"racer{n}", str(rounds), str(n), *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(how_many)
    ]  # fmt: skip
    try:
        for racer in started:
            assert said(racer) == "ready"
        yield started
    finally:
        for racer in started:
            racer.kill()
            racer.communicate()


def said(racer: Racer) -> str:
    assert racer.stdout
    return racer.stdout.readline().strip()


def go(racer: Racer) -> None:
    assert racer.stdin
    racer.stdin.write("go\n")
    racer.stdin.flush()
