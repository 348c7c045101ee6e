"""The simulation in small: it repeats itself exactly, it is green, and it would have been red."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from databases import Server
from simulation.campaign import hunted, replayed_with_bug
from simulation.choices import Choices
from simulation.faults import POSSIBLE, Kind
from simulation.planting import changed, every_bug
from simulation.season import run
from simulation.shrink import shrunk
from simulation.systematic import STORIES, differs, tell
from teleconsult_sqlalchemy import SqlStore, engine_for, upgrade

TAPES = sorted((Path(__file__).parent / "tapes").glob("*.json"))
HERE = Path(__file__).parents[1]


def test_a_seed_repeats_itself() -> None:
    first, again = run(11, patients=25), run(11, patients=25)
    assert first.fingerprint == again.fingerprint
    assert first.outcomes == again.outcomes
    assert run(12, patients=25).fingerprint != first.fingerprint


def test_a_tape_repeats_its_seed() -> None:
    first = run(11, patients=25)
    again = run(0, tape=first.tape, patients=25)
    assert again.fingerprint == first.fingerprint


def test_neither_hashes_nor_addresses_in_memory_matter() -> None:
    script = "from simulation.season import run; print(run(5, patients=20).fingerprint)"
    told = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=HERE,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


def test_a_quiet_season() -> None:
    told = run(3, patients=60, one_in=None)
    assert not told.broken
    assert not sum(n for (port, _), n in told.struck.items() if port in POSSIBLE)
    assert told.outcomes["completed"] > 20


@pytest.mark.parametrize("seed", range(1, 9))
def test_seasons_of_chaos(seed: int) -> None:
    told = run(seed, patients=60, by_row=bool(seed % 2))
    assert not told.broken, told.broken


@pytest.mark.parametrize("name", STORIES)
def test_every_story_comes_out(name: str) -> None:
    told = tell(name)
    assert not told.broken, told.broken
    assert set(told.ports) <= set(POSSIBLE)


@pytest.mark.parametrize("kind", [Kind.BEFORE, Kind.LOST, Kind.LATE, Kind.CRASH_AFTER])
def test_a_capture_that_is_struck_is_neither_lost_nor_doubled(kind: Kind) -> None:
    name = "booked met and paid"
    plain = tell(name)
    call = plain.ports.index("cards.capture")
    assert differs(name, call, kind, plain.outcome) == ""


@pytest.mark.parametrize("bug", every_bug(), ids=lambda bug: bug.name)
def test_every_planted_bug_fits_the_code(bug: object) -> None:
    for change in bug.changes:  # type: ignore[attr-defined]
        spec = find_spec(change.module)
        assert spec is not None
        source = Path(str(spec.origin)).read_text()
        assert changed(source, bug, change.module) != source  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["entered and not written down", "the whole hold is captured"])
def test_a_planted_bug_is_found(name: str) -> None:
    assert hunted(name, "{}")["invariant"]


def test_there_are_enough_planted_bugs() -> None:
    names = [bug.name for bug in every_bug()]
    assert len(set(names)) == len(names) >= 40


def test_shrinking_leaves_what_matters() -> None:
    tape = {"a": [3, 1, 4, 1, 5], "b": [9, 2, 6], "c": [5, 3]}
    small = shrunk(tape, lambda tried: tried.get("a", [0] * 5)[2] == 4, seconds=5)
    assert small == {"a": [0, 0, 4]}


def test_choices_are_simple_where_a_tape_has_ended() -> None:
    choices = Choices.from_tape({"ann": [7, 1]})
    assert [choices.n(5, "ann"), choices.n(5, "ann"), choices.n(5, "ann")] == [4, 1, 0]
    assert choices.n(5, "bob") == 0


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_a_kept_tape_is_red_with_its_bug_and_green_without(path: Path) -> None:
    kept = json.loads(path.read_text())
    told = run(0, tape=kept["tape"], patients=kept["patients"], by_row=kept["by_row"])
    assert not told.broken, told.broken
    if kept.get("bug"):
        assert replayed_with_bug(path)["invariant"] == kept["invariant"]


@pytest.mark.parametrize("seed", [2, 4, 21])
def test_the_same_seasons_on_sqlite(tmp_path: Path, seed: int) -> None:
    engine = engine_for(tmp_path / "clinic.sqlite3", "NORMAL")
    upgrade(engine)
    told = run(seed, patients=20, store=lambda clock: SqlStore(engine, clock=clock).open_work)
    engine.dispose()
    assert not told.broken, told.broken
    assert told.appointments > 8


@pytest.mark.parametrize("seed", [2, 4])
def test_the_same_seasons_on_postgresql(newest: Server, seed: int) -> None:
    with newest.database() as address:
        engine = engine_for(address)
        told = run(seed, patients=20, store=lambda clock: SqlStore(engine, clock=clock).open_work)
        engine.dispose()
    assert not told.broken, told.broken
    assert told.appointments > 8
