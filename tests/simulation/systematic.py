"""Every story again and again, with exactly one call struck in exactly one way, for every call.

The claim: no single fault at any port call loses or doubles anything. After the fault people
insist, workers recover, and in the end the story must have come out as it does without a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from attrs import define, evolve

from simulation import stories as _stories  # noqa: F401 # they fill STORIES
from simulation import stories_after as _stories_after  # noqa: F401 # and so do these
from simulation import stories_post as _stories_post  # noqa: F401 # and these
from simulation.broken import Broken
from simulation.calm import questions
from simulation.choices import Choices
from simulation.faults import POSSIBLE, Kind, Mix
from simulation.golden import STORIES, Story
from simulation.staff import hires
from simulation.world import BEGIN, PRACTITIONERS_ARE_PAID, World
from teleconsult_core.people import SYSTEM
from teleconsult_core.quiet_hours import QuietHours

LASTS = timedelta(days=20)
KINDS = tuple(Kind)
WITH_QUIET_HOURS = evolve(PRACTITIONERS_ARE_PAID, quiet_hours=QuietHours())


@define
class Told:
    """How a story came out: by appointment its state, and by hold what became of the money."""

    outcome: dict[str, Any]
    ports: list[str]
    broken: str = ""
    invariant: str = ""

    @property
    def summary(self) -> list[str]:
        """The outcome in words, as it can be written down and compared."""
        return [f"{name}: {what}" for name, what in sorted(self.outcome.items())]


def tell(name: str, strike: dict[int, Kind] | None = None, **world: Any) -> Told:
    """Tell the story `name`; `strike` says which calls are struck, and how."""
    mix = Mix(one_in=None, strike=strike or {})
    world = {"policies": WITH_QUIET_HOURS} | world
    w = World(Choices.from_tape({}), mix, practitioners=1, **world)
    told = Told({}, w.faults.ports)
    try:
        w.heartbeat = timedelta(days=3)
        w.between_reconciliations = timedelta(days=4)
        del w.workers[1:]  # one is enough to recover, and half as many calls to strike
        hires(w)
        w.person(BEGIN, STORIES[name], Story(w))
        w.timeline.run(BEGIN + LASTS)
        questions(w)
    except Broken as broken:
        told.broken, told.invariant = str(broken), broken.invariant
    except Exception as bug:
        told.broken = f"{type(bug).__name__}: {bug}"
        told.invariant = type(bug).__name__
    told.outcome = _outcome(w)
    return told


def every_strike(name: str) -> Iterator[tuple[int, str, Kind]]:
    """Every call of the story with every way in which it can go wrong."""
    for number, port in enumerate(tell(name).ports):
        for kind in POSSIBLE[port]:
            yield number, port, kind


def differs(name: str, number: int, kind: Kind, expected: dict[str, Any]) -> str:
    """What was lost or doubled when that call was struck; empty when nothing was."""
    told = tell(name, {number: kind})
    if told.broken:
        return told.broken
    if told.outcome != expected:
        return f"came out as {told.outcome}, without the fault as {expected}"
    return ""


def every_pair(name: str, money: str = "cards.") -> Iterator[tuple[dict[int, Kind], str]]:
    """Every two faults at calls that move money, the second where the first has led to.

    With each what broke, if anything did. How the story comes out may differ: who is refused twice
    may give up.
    """
    for first, port, kind in every_strike(name):
        if not port.startswith(money):
            continue
        for second, later in enumerate(tell(name, {first: kind}).ports):
            if second <= first or not later.startswith(money):
                continue
            for other in POSSIBLE[later]:
                strike = {first: kind, second: other}
                yield strike, tell(name, strike).broken


def _outcome(w: World) -> dict[str, Any]:
    found: dict[str, Any] = {
        id: (one.state, getattr(one, "amount", getattr(one, "fee", None)))
        for id, one in w.safety.appointments.items()
    }
    for id, captured in w.safety.money.captures.items():
        found[f"taken for {id}"] = (captured.fact, captured.captured, captured.refunded)
    kinds = sorted((one.kind.value, one.amount.minor) for one in w.safety.money.receipts.values())
    return found | {"documents": kinds, "by": SYSTEM.role}
