"""Many seasons, the stories struck everywhere, and the hunt for planted bugs, over all cores.

What goes over to another process and comes back is plain: names, numbers, tapes.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from attrs import define, evolve, field

from simulation.choices import Tape
from simulation.faults import POSSIBLE
from simulation.season import Run, run
from simulation.shrink import shrunk
from simulation.systematic import STORIES, differs, every_pair, every_strike, tell

CLINIC_YEAR = 13_200
"""Appointments of five practitioners in a year."""

ONE_IN = 30
PATIENTS = 200
CORES = os.cpu_count() or 1
RENEWED_AFTER = 8
"""Seasons after which a process makes room for another; each leaves some fifty megabytes."""


def season(seed: int) -> Run:
    """One season as campaigns run it: every other one on a store where works run side by side."""
    gc.disable()  # what seasons throw away goes with their process, see RENEWED_AFTER
    told = run(seed, patients=PATIENTS, one_in=ONE_IN, by_row=bool(seed % 2))
    return told if told.broken else evolve(told, tape={})


@define
class Seasons:
    """What came of many seasons."""

    runs: int = 0
    appointments: int = 0
    calls: int = 0
    seconds: float = 0.0
    """Of one core."""
    struck: Counter[tuple[str, str]] = field(factory=Counter)
    broken: list[Run] = field(factory=list)

    def add(self, told: Run) -> None:
        self.runs += 1
        self.appointments += told.appointments
        self.calls += told.calls
        self.seconds += told.seconds
        self.struck.update({(port, str(kind)): n for (port, kind), n in told.struck.items()})
        if told.broken:
            self.broken.append(told)

    @property
    def faults(self) -> int:
        return sum(self.struck.values())

    def too_rare(self, least: int) -> list[str]:
        """Cells of the table of ports and faults that were struck too rarely."""
        cells = [(port, kind.value) for port, kinds in POSSIBLE.items() for kind in kinds]
        return [f"{port} {kind}" for port, kind in cells if self.struck[port, kind] < least]


def seasons(first: int, minutes: float, most: int | None = None) -> Iterator[Run]:
    """Seasons from the seed `first` on, over all cores: `most`, or what fits into `minutes`."""
    begun = perf_counter()
    seeds = iter(range(first, first + most)) if most else count(first)
    with ProcessPoolExecutor(CORES, max_tasks_per_child=RENEWED_AFTER) as pool:
        waiting = {pool.submit(season, seed) for _, seed in zip(range(CORES * 2), seeds)}  # noqa: B905 # as many as there are
        while waiting:
            done = next(as_completed(waiting))
            waiting.discard(done)
            yield done.result()
            seed = next(seeds, None)
            if seed is not None and (most or perf_counter() - begun < minutes * 60):
                waiting.add(pool.submit(season, seed))


def story_struck(name: str, one_in: int = 1) -> tuple[str, int, list[str]]:
    """A story with every call struck in every way: how often, and what was lost or doubled.

    With `one_in`, only so many of the calls to the store are struck; all of the others are.
    """
    expected = tell(name).outcome
    problems, strikes = [], 0
    for number, port, kind in every_strike(name):
        if port.startswith("store.") and number % one_in:
            continue
        strikes += 1
        if what := differs(name, number, kind, expected):
            problems.append(f"{name}, call {number} ({port}, {kind.value}): {what}")
    return name, strikes, problems


def story_struck_twice(name: str, _: int = 1) -> tuple[str, int, list[str]]:
    """A story with every two faults at calls that move money: how many, and what broke."""
    problems, pairs = [], 0
    for strike, broken in every_pair(name):
        pairs += 1
        if broken:
            problems.append(f"{name}, calls {strike}: {broken}")
    return name, pairs, problems


def all_stories(one_in: int = 1, pairs: bool = False) -> Iterator[tuple[str, int, list[str]]]:
    struck = story_struck_twice if pairs else story_struck
    with ProcessPoolExecutor(CORES) as pool:
        for done in as_completed([pool.submit(struck, name, one_in) for name in STORIES]):
            yield done.result()


def hunts(names: list[str]) -> Iterator[dict[str, Any]]:
    """Every planted bug, each in a process of its own."""
    expected = json.dumps({name: tell(name).summary for name in STORIES})
    with ThreadPoolExecutor(CORES) as pool:
        for done in as_completed([pool.submit(hunted, name, expected) for name in names]):
            yield done.result()


def hunted(name: str, expected: str) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "simulation.hunt", name],
        input=expected, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    if ended.returncode:
        return {"bug": name, "invariant": "", "by": "", "story": ended.stderr[-300:]}
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def replayed_with_bug(path: Path) -> dict[str, Any]:
    """What a kept tape says when the bug it is kept for is planted."""
    ended = subprocess.run(
        [sys.executable, "-m", "simulation.hunt", "--tape", str(path)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def keep_small(told: Run, folder: Path) -> Path:
    """Shrink the tape of a broken season, and keep it as a regression."""
    by_row = bool(told.seed % 2)

    def fails(tape: Tape) -> bool:
        again = run(0, tape=tape, patients=PATIENTS, one_in=ONE_IN, by_row=by_row)
        return again.invariant == told.invariant

    kept = {
        "seed": told.seed, "invariant": told.invariant, "story": told.broken,
        "patients": PATIENTS, "by_row": by_row, "tape": shrunk(told.tape, fails),
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    path = folder / f"{told.invariant.replace(' ', '-')}-{told.seed}.json"
    path.write_text(json.dumps(kept, indent=1))
    return path
