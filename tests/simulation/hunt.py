"""Hunts one planted bug: stories first, then seasons; says what found it, and how fast.

python -m simulation.hunt "a cancellation keeps the hold"
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from simulation.planting import every_bug, plant

LONGEST = 60.0
"""Seconds a hunt may take."""


def hunt(name: str, longest: float = LONGEST) -> dict[str, object]:
    """What went wrong first with the bug in place; `invariant` is empty if nothing did."""
    bug = next(bug for bug in every_bug() if bug.name == name)
    plant(bug)
    from simulation.season import run  # the core is loaded now, with the bug in it
    from simulation.systematic import STORIES, tell

    begun, appointments = perf_counter(), 0
    found = {"bug": name, "invariant": "", "by": "", "story": ""}
    expected = json.loads(sys.stdin.read() or "{}")
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
        told_run = run(seed, patients=80, one_in=None if seed % 4 == 1 else 30)
        appointments += told_run.appointments
        if told_run.broken:
            found |= {
                "invariant": told_run.invariant, "by": f"seed {seed}", "story": told_run.broken
            }  # fmt: skip
    seconds = perf_counter() - begun
    return found | {"appointments": appointments, "seconds": round(seconds, 2)}


def _differs(expected: object, told: object) -> str:
    return f"came out as {told}" if expected is not None and expected != told else ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(hunt(sys.argv[1])))
