"""One run from a seed or a tape: chaos, then calm, then the questions that only calm can answer."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from time import perf_counter
from typing import Any

from attrs import define, evolve, field

from simulation.broken import Broken
from simulation.calm import no_money_left_over, questions
from simulation.choices import Choices, Tape
from simulation.faults import Kind, Mix
from simulation.meeting import Meeting
from simulation.patients import APatient
from simulation.reports import reports_on_messages
from simulation.staff import erases, goes_away, hires, is_stopped
from simulation.timeline import Process
from simulation.world import BEGIN, CLINIC_IS_PAID, PRACTITIONERS_ARE_PAID, World
from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.policies import PaidTo
from teleconsult_core.quiet_hours import QuietHours

DAYS = 3
SETTLED = timedelta(hours=26)
"""After this much calm no hold is left where none should be: a day and a reconciliation."""
CALM = timedelta(days=9)
"""Long enough for every hold to lapse and every question to be asked for the last time."""


@define
class Run:
    """What came of one run."""

    seed: int
    scenario: str
    appointments: int = 0
    fingerprint: int = 0
    calls: int = 0
    seconds: float = 0.0
    struck: Counter[tuple[str, str]] = field(factory=Counter)
    outcomes: Counter[str] = field(factory=Counter)
    broken: str = ""
    invariant: str = ""
    tape: Tape = field(factory=dict, repr=False)

    @property
    def faults(self) -> int:
        return sum(self.struck.values())


def scenario_of(choices: Choices, one_in: int | None) -> tuple[str, Mix]:
    """First of all a run draws what can go wrong in it: a swarm, not an average."""
    name = choices.pick(tuple(SCENARIOS), "scenario")
    if one_in is None:
        return name, Mix(one_in=None)
    how = choices.n(8, "scenario")
    if how == 0:
        return name, Mix(one_in=None)
    if how < 4:
        return name, Mix(one_in, frozenset({choices.pick(tuple(Kind), "scenario")}))
    on = frozenset(kind for kind in Kind if choices.n(3, "scenario"))
    return name, Mix(one_in, on or frozenset(Kind))


def run(
    seed: int, *, tape: Tape | None = None, patients: int = 130, one_in: int | None = 30,
    prepare: Any = None, **world: Any,
) -> Run:  # fmt: skip
    """Live through one season; never raises for a broken invariant, which is in the answer."""
    choices = Choices.from_tape(tape) if tape is not None else Choices(seed)
    name, mix = scenario_of(choices, one_in)
    begun = perf_counter()
    himself = choices.n(2, "who is paid") == 1
    policies = PRACTITIONERS_ARE_PAID if himself else CLINIC_IS_PAID
    if choices.n(2, "quiet hours"):
        policies = evolve(policies, quiet_hours=QuietHours())
    world = {"policies": policies} | world
    w = World(choices, mix, **world)
    told = Run(seed, name, tape=choices.tape)
    try:
        if prepare:
            prepare(w)
        _lives(w, name, patients)
        questions(w)
    except Broken as broken:
        told.broken, told.invariant = str(broken), broken.invariant
    except Exception as bug:
        told.broken = f"{type(bug).__name__}: {bug}"
        told.invariant = type(bug).__name__
    told.seconds = perf_counter() - begun
    told.fingerprint, told.calls = w.timeline.fingerprint, w.faults.calls
    told.struck, told.appointments = w.faults.struck, len(w.safety.appointments)
    told.outcomes = Counter(one.state for one in w.safety.appointments.values())
    return told


def _lives(w: World, name: str, patients: int) -> None:
    hires(w)
    reports_on_messages(w)
    w.safety.changed = lambda old, new: _somebody_will_meet(w, old, new)
    for number in range(patients):
        minute = w.choices.n(DAYS * 24 * 60, f"patient {number}")
        patient = APatient(w, number, returns=max(1, patients * 3 // 4))
        w.person(BEGIN + timedelta(minutes=minute), patient.lives)
    for number in range(patients // 20):
        w.person(BEGIN + timedelta(days=DAYS + 1 + number % 3), erases, w, f"p{number}")
    for number, practitioner in enumerate(w.practitioners):
        w.person(BEGIN + timedelta(hours=5 * number), goes_away, w, practitioner)
        if w.policies.paid_to is PaidTo.PRACTITIONER:
            w.person(BEGIN + timedelta(hours=number), is_stopped, w, practitioner)
    SCENARIOS[name](w)
    w.timeline.run(BEGIN + timedelta(days=DAYS + 10))
    _calms_down(w)
    w.timeline.run(w.timeline.now + SETTLED)
    no_money_left_over(w)
    w.timeline.run(w.timeline.now + CALM)


def _somebody_will_meet(w: World, old: Appointment | None, new: Appointment) -> None:
    """An appointment that has just been confirmed is in two agendas."""
    if isinstance(new, Confirmed) and not isinstance(old, Confirmed):
        w.person(w.timeline.now, Meeting(w, new.terms.id).begins)


def _calms_down(w: World) -> None:
    w.faults.mix = Mix(one_in=None)
    w.faults.down.clear()
    w.calm = True
    for process in (*w.webs, *w.workers):
        process.skew = timedelta(0)


# --- scenarios -----------------------------------------------------------------------------------


def _quiet(w: World) -> None:
    """Nothing but the mix."""


def _clocks_are_wrong(w: World) -> None:
    """Every process has its own idea of the time, and one clock is set back in between."""
    for process in (*w.webs, *w.workers):
        process.skew = timedelta(seconds=w.choices.n(181, f"clock {process.name}") - 90)
    back = w.webs[0].skew - timedelta(seconds=60)
    w.timeline.at(BEGIN + timedelta(days=2), _set_clock, w.webs[0], back)


def _set_clock(process: Process, skew: timedelta) -> None:
    process.skew = max(skew, timedelta(seconds=-90))


def _away(w: World, port: str, hours: int) -> None:
    begin = BEGIN + timedelta(hours=6 + w.choices.n(60, "scenario"))
    w.troubled = True
    w.timeline.at(begin, w.faults.down.add, port)
    w.timeline.at(begin + timedelta(hours=hours), w.faults.down.discard, port)


def _gateway_down(w: World) -> None:
    _away(w, "cards", 6)


def _forgotten_keys(w: World) -> None:
    """The card network is away for longer than it remembers keys."""
    _away(w, "cards", 30)


def _phones_down(w: World) -> None:
    _away(w, "texts", 5)
    _away(w, "letters", 2)


def _expiry_wave(w: World) -> None:
    """Every hold that stands ends at the same moment, before most of the consultations."""
    w.timeline.at(BEGIN + timedelta(hours=24 + w.choices.n(72, "scenario")), w.network.ends_all)


def _restart_storm(w: World) -> None:
    """Some process is killed every few minutes, for hours."""
    for number in range(40):
        process = w.choices.pick((*w.webs, *w.workers), "scenario")
        moment = BEGIN + timedelta(hours=20, minutes=9 * number)
        w.timeline.at(moment, process.kill, timedelta(seconds=20))
    w.faults.struck["process", "killed"] += 40
    w.troubled = True


SCENARIOS = {
    "quiet": _quiet,
    "wrong clocks": _clocks_are_wrong,
    "card network down": _gateway_down,
    "phone and mail down": _phones_down,
    "restart storm": _restart_storm,
    "expiry wave": _expiry_wave,
    "forgotten keys": _forgotten_keys,
}
