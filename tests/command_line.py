"""The example clinic on the command line, its clock standing at a Monday morning.

`clinic("book", …)` runs one command in this process, exactly as the console script does.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from attrs import frozen

from teleconsult_cli.main import main

EXAMPLES = Path(__file__).parents[1] / "examples"
MONDAY = "2027-03-01T09:00"
THURSDAY = "2027-03-04T10:20"
BY_VIDEO = ("--practitioner", "dupont", "--visit", "consultation", "--mode", "video")
ANN = ("--patient", "ann", "--name", "Ann Peeters", "--phone", "0475 12 34 56")
ANN_WRITES = ("--email", "ann@example.org", "--language", "nl")


@frozen
class Answer:
    """What a command said, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*words: object, typed: str = "") -> Answer:
    """One command, without a terminal; `typed` is what it finds on stdin."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(typed)
    code = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main([str(word) for word in words])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdin = before
    return Answer(code, out.getvalue(), err.getvalue())


class Clinic:
    """The command line of one installation, and a few sentences that many tests begin with."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: object, typed: str = "") -> Answer:
        return run("--home", self.home, *words, typed=typed)

    def done(self, *words: object, typed: str = "") -> str:
        """A command that must succeed, and what it said."""
        answer = self(*words, typed=typed)
        assert answer.code == 0, answer
        return answer.out

    def booked(self, id: str = "a1", start: str = THURSDAY, card: str = "visa-ok") -> str:
        who = (*ANN, *ANN_WRITES, "--consent", "--card", card)
        return self.done("book", "--id", id, *BY_VIDEO, *who, start)

    def at(self, time: str) -> None:
        self.done("clock", "set", time)

    def met(self, id: str = "a1", start: str = THURSDAY) -> None:
        """Both come at the start; a quarter of an hour passes."""
        self.at(start)
        for role in ("practitioner", "patient"):
            self.done("join", id, "--role", role)
        self.done("clock", "forward", "15m")
