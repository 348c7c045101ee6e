"""Hunts one planted bug: stories first, then seasons; says what found it, and how fast.

    python -m simulation.hunt "a cancellation keeps the hold"
    python -m simulation.hunt --tape tests/simulation/tapes/refunds.json
    python -m simulation.hunt --keep "refunds under way are not counted" refunds.json

The last makes such a tape: the shortest season found in which the bug shows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from simulation.planting import every_bug, plant

LONGEST = 60.0
"""Seconds a hunt may take."""
PATIENTS = 80


def hunt(name: str, expected: dict[str, Any], longest: float = LONGEST) -> dict[str, Any]:
    """What went wrong first with the bug in place; `invariant` is empty if nothing did."""
    _plant(name)
    from simulation.season import run  # the core is loaded now, with the bug in it
    from simulation.systematic import STORIES, tell

    begun, appointments = perf_counter(), 0
    found = {"bug": name, "invariant": "", "by": "", "story": ""}
    for story in STORIES:
        appointments += 1
        told = tell(story)
        said = told.broken or _differs(expected.get(story), told.summary)
        if said:
            found |= {"invariant": told.invariant or "outcome", "by": story, "story": said}
            break
    seed = 0
    while not found["invariant"] and perf_counter() - begun < longest:
        seed += 1
        season = run(seed, patients=PATIENTS, one_in=None if seed % 4 == 1 else 30)
        appointments += season.appointments
        if season.broken:
            found |= {
                "invariant": season.invariant, "by": f"seed {seed}", "story": season.broken
            }  # fmt: skip
    seconds = perf_counter() - begun
    return found | {"appointments": appointments, "seconds": round(seconds, 2)}


def replay(path: Path) -> dict[str, Any]:
    """A kept tape, with the bug it was kept for."""
    kept = json.loads(path.read_text())
    _plant(kept["bug"])
    from simulation.season import run

    told = run(0, tape=kept["tape"], patients=kept["patients"], by_row=kept["by_row"])
    return {"invariant": told.invariant, "story": told.broken}


def keep(name: str, path: Path) -> dict[str, Any]:
    """Find a season in which the bug shows, shrink its tape, and write it down."""
    _plant(name)
    from simulation.season import run
    from simulation.shrink import shrunk

    for seed in range(1, 200):
        told = run(seed, patients=PATIENTS)
        if told.broken:
            break
    else:
        raise SystemExit(f"{name} does not show in 200 seasons")
    people = {"patients": PATIENTS, "by_row": False}

    def fails(tape: Any) -> bool:
        return run(0, tape=tape, **people).invariant == told.invariant

    small = shrunk(told.tape, fails)
    kept = {"bug": name, "invariant": told.invariant, "story": told.broken, **people,
            "tape": small}  # fmt: skip
    path.write_text(json.dumps(kept, indent=1) + "\n")
    return {"seed": seed, "choices": sum(len(drawn) for drawn in small.values())}


def _plant(name: str) -> None:
    plant(next(bug for bug in every_bug() if bug.name == name))


def _differs(expected: object, told: object) -> str:
    return f"came out as {told}" if expected is not None and expected != told else ""


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--tape", path]:
            answer = replay(Path(path))
        case ["--keep", bug, path]:
            answer = keep(bug, Path(path))
        case [bug]:
            answer = hunt(bug, json.loads(sys.stdin.read() or "{}"))
        case _:
            raise SystemExit(__doc__)
    sys.stdout.write(json.dumps(answer))
