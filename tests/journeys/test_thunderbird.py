"""What letters do to the calendar of a real Thunderbird: the right event, once, at its time.

The letters are written by the product: its use cases, its worker, its words, its calendar part.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from journeys.test_calendar_of_a_patient import A1, TIMES, enter, take, written
from journeys.thunderbird import HINT, PROGRAM, Seen, Thunderbird, a_thunderbird
from teleconsult_core.times import TICK
from world import ANN, THE_DOCTOR, THURSDAY_10, World

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=HINT)
UID = f"{A1}@clinic.example"
LATER = TIMES[3]
DELIVER = ("deliver",)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def thunderbird(tmp_path: Path) -> Iterator[Thunderbird]:
    with a_thunderbird(tmp_path, ANN.email) as started:
        yield started


def stands(thunderbird: Thunderbird) -> list[tuple[str, datetime, str, int]]:
    return [(one.uid, one.start, one.status, one.sequence) for one in thunderbird.events]


def test_booked_moved_and_cancelled(world: World, thunderbird: Thunderbird) -> None:
    world.booked()
    for step in (DELIVER, ("move", LATER, THE_DOCTOR), DELIVER, ("cancel", THE_DOCTOR), DELIVER):
        take(world, step)
    first, second, last = written(world)

    thunderbird.open(first)
    assert stands(thunderbird) == [(UID, THURSDAY_10, "CONFIRMED", 0)]
    thunderbird.open(first)
    assert stands(thunderbird) == [(UID, THURSDAY_10, "CONFIRMED", 0)]
    thunderbird.open(second)
    assert stands(thunderbird) == [(UID, LATER, "CONFIRMED", 1)]
    thunderbird.open(first)  # a letter that comes late
    assert stands(thunderbird) == [(UID, LATER, "CONFIRMED", 1)]
    thunderbird.open(last)
    assert stands(thunderbird) == []
    thunderbird.open(last)
    assert stands(thunderbird) == []


def test_entered_confirmed_moved_back_and_forth(world: World, thunderbird: Thunderbird) -> None:
    enter(world)
    steps = (
        DELIVER, ("confirm",), DELIVER, ("move", LATER, THE_DOCTOR), DELIVER,
        ("move", THURSDAY_10, THE_DOCTOR), DELIVER,
    )  # fmt: skip
    for step in steps:
        take(world, step)
    letters = written(world)
    said = []
    for letter in letters:
        thunderbird.open(letter)
        said += stands(thunderbird)
    assert said == [
        (UID, THURSDAY_10, "TENTATIVE", 0),
        (UID, THURSDAY_10, "CONFIRMED", 0),
        (UID, LATER, "CONFIRMED", 1),
        (UID, THURSDAY_10, "CONFIRMED", 2),
    ]
    for letter in letters:  # all of them once more, as after a restored mailbox
        thunderbird.open(letter)
    assert stands(thunderbird) == [(UID, THURSDAY_10, "CONFIRMED", 2)]


def test_entered_and_never_confirmed_it_goes(world: World, thunderbird: Thunderbird) -> None:
    enter(world)
    take(world, DELIVER)
    world.at(THURSDAY_10 + timedelta(hours=1))
    world.work()
    first, last = written(world)
    thunderbird.open(first)
    (seen,) = thunderbird.events
    assert isinstance(seen, Seen)
    assert seen.end - seen.start == 4 * TICK
    thunderbird.open(last)
    assert thunderbird.events == []
