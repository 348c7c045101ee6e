"""A process that has loaded everything and forks those that are to be killed.

Run as `python -m faults.warm`: it is told one order a line, and answers each with a line.

    {"start": "day", "home": …, "database_url": …, "die_at": …}   -> the process's id
    {"wait": 123}                                                 -> how it ended; -9 when killed

A forked process is a process like any other, without the second that loading takes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faults.day import described, live, work_on
from faults.moments import Befall
from teleconsult_wiring import Settings

LIVES: dict[str, Callable[[Settings, Befall], None]] = {"day": live, "worker": work_on}


def dying_at(moment: str, heard: Path) -> Befall:
    """Note every moment; at the one called `moment` the process is gone, and nothing after it."""

    def befall(name: str) -> None:
        with heard.open("a") as moments:
            moments.write(f"{name}\n")
        if name == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    return befall


def born(order: dict[str, Any]) -> int:
    """The forked process, from its first to its last moment."""
    settings = Settings(home=Path(order["home"]), database_url=order["database_url"])
    try:
        LIVES[order["start"]](settings, dying_at(order["die_at"], settings.home / "moments"))
    except BaseException:
        (settings.home / "trouble").write_text(traceback.format_exc())
        return 1
    return 0


def warm_up() -> None:
    """Live through a day, so that nothing is left to be loaded."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", synchronous="NORMAL")
        described(settings).close()
        live(settings, lambda _: None)


def main() -> None:
    warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        if "start" in order:
            child = os.fork()
            if not child:
                os._exit(born(order))
            answer = child
        else:
            _, status = os.waitpid(order["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
