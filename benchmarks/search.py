"""The first free video slot over 10,000 practitioners, and what keeping them costs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from attrs import frozen
from figures import Row, best_of, microseconds, paired

from teleconsult_core.availability import free_starts
from teleconsult_core.ids import PractitionerId, VisitTypeId
from teleconsult_core.kept import FirstFree, KeptSlots
from teleconsult_core.money import Money
from teleconsult_core.schedules import Offer, OpeningHours, Schedule, VisitType
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.times import Interval, to_minutes

PRACTITIONERS, SAMPLE, DAYS = 10_000, 200, 60
ZONES = ("Europe/Brussels", "Europe/Paris", "Europe/Lisbon", "Europe/Athens", "Europe/London")
START = datetime.combine(date(2027, 3, 1), time(), ZoneInfo("Europe/Brussels")).astimezone(UTC)
WINDOW = Interval(START, START + timedelta(days=DAYS))
VISIT = VisitType(
    id=VisitTypeId("p:visit"),
    practitioner=PractitionerId("p"),
    name="Visit",
    offers={Mode.VIDEO: Offer(20, Money(4500, "EUR"))},
    booking_horizon=timedelta(days=90),
)


@frozen(eq=False)
class Practice:
    schedule: Schedule
    taken: list[tuple[int, int]]


def practices() -> list[Practice]:
    """10,000 practitioners over 20 kinds of week in 5 zones, about 166 bookings each."""
    dice = Random(7)
    weeks = [_week(dice) for _ in range(20)]
    return [_practice(dice, weeks[number % 20], number) for number in range(PRACTITIONERS)]


def _week(dice: Random) -> tuple[OpeningHours, ...]:
    morning, evening = dice.randrange(8, 10), dice.randrange(16, 19)
    days = frozenset(dice.sample(range(1, 7), 5))
    return (
        OpeningHours(days, time(morning), time(12), BOTH),
        OpeningHours(days, time(13, 30), time(evening), BOTH),
    )


def _practice(dice: Random, week: tuple[OpeningHours, ...], number: int) -> Practice:
    schedule = Schedule(PractitionerId(f"p{number}"), ZONES[number % len(ZONES)], week)
    first = to_minutes(START)
    begins = (first + 20 * dice.randrange(DAYS * 72) for _ in range(166))
    # The first days are the fullest, as they are in life.
    begins_soon = (first + 20 * number for number in range(dice.randrange(72 * 3)))
    return Practice(schedule, [(begin, begin + 20) for begin in (*begins, *begins_soon)])


def naive(some: list[Practice]) -> tuple[int, int]:
    """Ask every practitioner for his slots and keep the soonest."""
    best = (2**62, -1)
    for place, one in enumerate(some):
        starts = free_starts(one.schedule, VISIT, Mode.VIDEO, one.taken, (), WINDOW, START)
        if starts and starts[0] < best[0]:
            best = (starts[0], place)
    return best


def rows(rounds: int) -> Iterator[Row]:
    everyone = practices()
    first, last = to_minutes(WINDOW.start), to_minutes(WINDOW.end)
    kept = [
        KeptSlots.of(
            one.schedule, VISIT, Mode.VIDEO, (first, last), taken=one.taken, unavailable=()
        )
        for one in everyone
    ]
    index = FirstFree(kept, first)
    assert FirstFree(kept[:SAMPLE], first).soonest(first) == naive(everyone[:SAMPLE])

    scale = PRACTITIONERS / SAMPLE
    ratios, mine, theirs = paired(
        rounds,
        lambda: best_of(lambda: index.soonest(first), 50),
        lambda: best_of(lambda: naive(everyone[:SAMPLE]), 1) * scale,
    )
    note = (
        f"{microseconds(mine)} against {microseconds(theirs)} (our own cold way in a loop, "
        f"extrapolated from {SAMPLE} practitioners)"
    )
    yield Row("first free video slot of 10,000 / naive loop", 1 / 1000, ratios, note=note)

    each = sum(index.size(place) for place in range(PRACTITIONERS)) / PRACTITIONERS
    grids = {id(one.grid): one.grid for one in kept}.values()
    shared = sum(sys.getsizeof(grid.starts) + 32 * len(grid.starts) for grid in grids)
    note = (
        f"its bits and its three places in the index; the {len(grids)} grids they share take "
        f"{shared / len(grids) / 1000:,.0f} kB each, and hours like nobody else's one of their own"
    )
    yield Row("memory per practitioner and mode", 200, [each] * rounds, unit=" B", note=note)
