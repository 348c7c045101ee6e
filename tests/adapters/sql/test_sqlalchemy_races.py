"""Several processes on one file: who comes second is refused, who is killed leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking_processes import go, racers, said
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import PractitionerId
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy import SqlStore, UpToDate, check, engine_for
from teleconsult_sqlalchemy.schema import CURRENT

Count = Callable[[str], int]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("processes", "rounds"), [(2, 60), (8, 30)])
def test_no_two_of_them_overlap_and_every_other_was_told_so(
    path: Path, store: SqlStore, confirmed: Callable[..., Confirmed], processes: int, rounds: int
) -> None:
    with racers(str(path), processes, rounds) as running:
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
    with racers(str(path), 1, 1, "stop") as (racer,):
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
    with racers(str(path), 2, 100_000) as running:
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
