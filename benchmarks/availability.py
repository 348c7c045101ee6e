"""W1: one practitioner's free slots, cold from stored rows and warm to JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from figures import Row, best_of, microseconds, paired
from w1 import Case, load, plain_rrule_and_bisect, rrule_and_bisect, schedule_of, visit_of

from teleconsult_core import grid
from teleconsult_core.availability import free_starts, offered
from teleconsult_core.ids import PractitionerId, UnavailabilityId
from teleconsult_core.kept import KeptPage, KeptSlots
from teleconsult_core.schedules import Unavailability
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import Interval, from_minutes, to_minutes


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


def cold_with_zone_tables(case: Case) -> list[int]:
    """The first question of a process: local midnights are looked up anew."""
    grid._midnight.cache_clear()
    return cold(case)


def face(case: Case) -> tuple[Slot, ...]:
    """What a page calls: the rows as domain objects first, `Slot` objects in the end."""
    taken = [Interval(from_minutes(begin), from_minutes(end)) for begin, end in case.taken]
    away = [
        Unavailability(
            UnavailabilityId(f"away:{number}"),
            PractitionerId("w1"),
            Mode.VIDEO,
            Interval(from_minutes(begin), from_minutes(end)),
        )
        for number, (begin, end) in enumerate(case.unavailable)
    ]
    return offered(
        schedule_of(case),
        visit_of(case),
        taken=taken,
        unavailable=away,
        window=case.window,
        now=case.now,
    )


def check(case: Case) -> None:
    """Every way measured gives the known answer."""
    slots, first, last = kept(case)
    assert cold(case) == case.expect == slots.between(first, last)
    assert [to_minutes(slot.start) for slot in face(case)] == case.expect
    assert len(json.loads(slots.as_json(first, last))) == len(case.expect)
    assert rrule_and_bisect(case) == plain_rrule_and_bisect(case) == case.expect
    assert KeptPage(slots).as_json(first, last) == slots.as_json(first, last)


def rows(rounds: int) -> Iterator[Row]:
    small, large = load("w1_d60_b200"), load("w1_d365_b5000")
    check(small)
    check(large)

    def baseline() -> float:
        return best_of(lambda: rrule_and_bisect(small), 10)

    def plain() -> float:
        return best_of(lambda: plain_rrule_and_bisect(small), 10)

    ratios, ours, theirs = paired(rounds, partial(best_of, partial(cold, small), 20), plain)
    note = f"{microseconds(ours)} against {microseconds(theirs)}; as it is first written"
    yield Row("W1 cold / rrule + bisect, plain", 1 / 10, ratios, note=note)

    for figure, way, said in (
        (
            "W1 cold / rrule + bisect, busy times merged first",
            cold,
            "both from rows of minutes to sorted starts",
        ),
        ("W1 cold, first question of a process", cold_with_zone_tables, "the same, tables cold"),
        ("W1 cold, offered(): objects in, objects out", face, "rows to objects to Slot objects"),
    ):
        mine = partial(best_of, partial(way, small), 20)
        ratios, ours, theirs = paired(rounds, mine, baseline)
        note = f"{microseconds(ours)} against {microseconds(theirs)}; {said}"
        yield Row(figure, 1 / 10, ratios, note=note)

    slots, first, last = kept(small)
    page = KeptPage(slots)
    warm = partial(best_of, partial(page.as_json, first, last), 100)
    ratios, ours, theirs = paired(rounds, warm, baseline)
    note = f"{microseconds(ours)} to JSON text against {microseconds(theirs)} to a list"
    yield Row("W1 warm to JSON text / rrule + bisect, merged", 1 / 100, ratios, note=note)

    big, begin, end = kept(large)
    warm_large = partial(best_of, partial(KeptPage(big).as_json, begin, end), 50)
    ratios, ours, theirs = paired(rounds, warm_large, warm)
    note = f"{microseconds(ours)} against {microseconds(theirs)}"
    yield Row("365 days, 5,000 bookings, warm / W1 warm", 10, ratios, note=note)
