"""The waiting room with real transactions at the same instant, on a file and on a server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import TypeVar

import pytest
import sqlalchemy as sa

from databases import Server
from racing import A1
from teleconsult_core.refusals import SeatTaken
from teleconsult_core.seats import Signal
from teleconsult_core.use_cases.take_seat import Seated
from teleconsult_sqlalchemy import SqlStore
from world import ANN, THE_DOCTOR, THURSDAY_10, World, patient_of

PATIENT = patient_of(ANN)
AT_ONCE, EACH, PATIENCE = 4, 10, 60
T = TypeVar("T")


@pytest.fixture(params=["file", "server"])
def world(request: pytest.FixtureRequest, newest: Server) -> World:
    """Booked, and it is time."""
    on_server = request.param == "server"
    engine: sa.Engine = newest.emptied() if on_server else request.getfixturevalue("engine")
    world = World(SqlStore(engine))
    world.booked()
    world.at(THURSDAY_10)
    return world


def at_once(run: Callable[[int], T], runners: int) -> Sequence[T]:
    start = Barrier(runners)

    def begin(number: int) -> T:
        start.wait(timeout=PATIENCE)
        return run(number)

    with ThreadPoolExecutor(runners) as pool:
        return list(pool.map(begin, range(runners)))


def test_of_many_devices_one_has_the_seat(world: World) -> None:
    def sit(number: int) -> object:
        return world.desk.take_seat(appointment=A1, by=PATIENT, device=str(number), now=THURSDAY_10)

    answers = at_once(sit, AT_ONCE)
    (seated,) = [answer for answer in answers if isinstance(answer, Seated)]
    assert seated.seat.epoch == 1
    assert sum(isinstance(answer, SeatTaken) for answer in answers) == AT_ONCE - 1
    with world.store.open_work(writing=False) as work:
        assert list(work.seats.of(A1)) == [seated.seat]
        assert len(work.attendance.of(A1)) == 1


def test_a_reader_who_asks_again_and_again_misses_nothing(world: World) -> None:
    for by in (THE_DOCTOR, PATIENT):
        world.desk.take_seat(appointment=A1, by=by, device=by.id, now=THURSDAY_10)
    world.desk.admit_patient(appointment=A1, by=THE_DOCTOR, now=THURSDAY_10)
    senders = AT_ONCE - 1

    def read() -> list[Signal]:
        heard: list[Signal] = []
        until = monotonic() + PATIENCE
        while len(heard) < senders * EACH and monotonic() < until:
            new = world.desk.read_signals(
                appointment=A1, by=THE_DOCTOR, epoch=1,
                after=heard[-1].number if heard else 0, now=THURSDAY_10,
            )  # fmt: skip
            assert isinstance(new, tuple)
            heard += new
        return heard

    def run(number: int) -> list[Signal]:
        if number == 0:
            return read()
        said = [
            world.desk.send_signal(
                appointment=A1, by=PATIENT, epoch=1, to_epoch=1, body=f"{number}:{turn}",
                now=THURSDAY_10,
            )
            for turn in range(EACH)
        ]  # fmt: skip
        return [one for one in said if isinstance(one, Signal)]

    heard, *said = at_once(run, AT_ONCE)
    assert [one.number for one in heard] == list(range(1, senders * EACH + 1))
    assert heard == sorted((one for each in said for one in each), key=lambda one: one.number)
