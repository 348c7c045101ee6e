"""Several processes on one file: who comes second is refused, who is killed leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import PractitionerId
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy import SqlStore, UpToDate, check, engine_for
from teleconsult_sqlalchemy.schema import CURRENT

RACER = Path(__file__).with_name("racer.py")
Racer = subprocess.Popen[str]
Count = Callable[[str], int]


@contextmanager
def racers(path: Path, how_many: int, rounds: int, *more: str) -> Iterator[list[Racer]]:
    """Processes that all stand at the line."""
    started = [
        subprocess.Popen(
            [sys.executable, str(RACER), str(path), f"racer{n}", str(rounds), str(n), *more],
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


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("processes", "rounds"), [(2, 60), (8, 30)])
def test_no_two_of_them_overlap_and_every_other_was_told_so(
    path: Path, store: SqlStore, confirmed: Callable[..., Confirmed], processes: int, rounds: int
) -> None:
    with racers(path, processes, rounds) as running:
        for racer in running:
            go(racer)
        results = [tuple(map(int, said(racer).split())) for racer in running]
    day = Interval(confirmed("day").terms.start, confirmed("end", at=1000).terms.start)
    with store.open_work(writing=False) as work:
        booked = work.appointments.blocking(PractitionerId("dr-peeters"), day)
    assert len(booked) == sum(given for given, _ in results)
    assert all(given + refused == rounds for given, refused in results)
    assert all(a.terms.blocks_until <= b.terms.start for a, b in pairwise(booked))
    assert sum(refused for _, refused in results) > 0


def test_killed_in_the_middle_of_a_work_it_leaves_nothing_and_holds_nothing_up(
    path: Path, store: SqlStore, confirmed: Callable[..., Confirmed], count: Count
) -> None:
    with racers(path, 1, 1, "stop") as (racer,):
        go(racer)
        assert said(racer) == "written"
        racer.kill()
        racer.wait()
    assert (count("appointments"), count("appointment_ticks"), count("holds")) == (0, 0, 0)
    with store.open_work() as work:
        work.appointments.put(confirmed("next"))
        work.commit()


def test_killed_while_booking_every_appointment_has_its_hold(
    path: Path, engine: sa.Engine, count: Count
) -> None:
    with racers(path, 2, 100_000) as running:
        for racer in running:
            go(racer)
        while count("appointments") < 3:
            assert all(racer.poll() is None for racer in running)
        for racer in running:
            racer.kill()
            racer.wait()
    assert count("appointments") == count("holds")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


UPGRADE = "import sys; from teleconsult_sqlalchemy import *; upgrade(engine_for(sys.argv[1]))"


def test_several_programs_may_start_on_an_empty_file_at_once(path: Path) -> None:
    starting = [subprocess.Popen([sys.executable, "-c", UPGRADE, str(path)]) for _ in range(4)]
    assert [one.wait(timeout=60) for one in starting] == [0, 0, 0, 0]
    engine = engine_for(path)
    assert check(engine) == UpToDate(CURRENT)
    engine.dispose()
