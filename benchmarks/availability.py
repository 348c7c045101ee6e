"""W1: one practitioner's free slots, cold from stored rows and warm to JSON text."""

from __future__ import annotations

from collections.abc import Iterator

from figures import Row, best_of, microseconds, paired
from w1 import Case, load, rrule_and_bisect, schedule_of, visit_of

from teleconsult_core.availability import free_starts
from teleconsult_core.kept import KeptSlots
from teleconsult_core.slots import Mode
from teleconsult_core.times import to_minutes


def cold(case: Case) -> list[int]:
    """From the rows, every rule on: zone, daylight saving, notice, horizon, buffer, both kinds."""
    return free_starts(
        schedule_of(case),
        visit_of(case),
        Mode.VIDEO,
        case.taken,
        case.unavailable,
        case.window,
        case.now,
    )


def kept(case: Case) -> tuple[KeptSlots, int, int]:
    first, last = to_minutes(case.window.start), to_minutes(case.window.end)
    slots = KeptSlots.of(
        schedule_of(case),
        visit_of(case),
        Mode.VIDEO,
        (first, last),
        taken=case.taken,
        unavailable=case.unavailable,
    )
    return slots, first, last


def rows(rounds: int) -> Iterator[Row]:
    small, large = load("w1_d60_b200"), load("w1_d365_b5000")
    for case in (small, large):
        slots, first, last = kept(case)
        assert cold(case) == case.expect == slots.between(first, last)
    assert rrule_and_bisect(small) == small.expect
    baseline = lambda: best_of(lambda: rrule_and_bisect(small), 5)  # noqa: E731  # read once, below

    ratios, mine, theirs = paired(rounds, lambda: best_of(lambda: cold(small), 20), baseline)
    note = f"{microseconds(mine)} against {microseconds(theirs)}; both from rows to sorted starts, zone tables warm"
    yield Row("W1 cold, all rules / rrule + bisect", 1 / 10, ratios, note=note)

    slots, first, last = kept(small)
    ratios, mine, theirs = paired(
        rounds, lambda: best_of(lambda: slots.as_json(first, last), 100), baseline
    )
    note = f"{microseconds(mine)} to JSON text against {microseconds(theirs)} to a list"
    yield Row("W1 warm to JSON text / rrule + bisect", 1 / 100, ratios, note=note)

    big, begin, end = kept(large)
    ratios, mine, theirs = paired(
        rounds,
        lambda: best_of(lambda: big.as_json(begin, end), 50),
        lambda: best_of(lambda: slots.as_json(first, last), 100),
    )
    note = f"{microseconds(mine)} against {microseconds(theirs)}"
    yield Row("365 days, 5,000 bookings, warm / W1 warm", 10, ratios, note=note)
