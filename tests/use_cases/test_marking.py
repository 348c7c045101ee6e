"""Whether what was made of an agenda still stands: equal marks, equal offers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.policies import Policies
from teleconsult_core.ratings import Rating
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from world import DR, MONDAY, THE_DOCTOR, THURSDAY_10, VISIT, World

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def mark(world: World, ahead: timedelta = WEEK, whose: PractitionerId = DR) -> Any:
    return world.desk.mark_agenda(practitioner=whose, ahead=ahead, now=world.now)


def offers(world: World, now: datetime) -> object:
    """All that a page says: the profile, and the slots of a week."""
    window = Interval(now, now + WEEK)
    return world.desk.show_profile(practitioner=DR), world.desk.offer_slots(
        practitioner=DR, visit_type=VISIT, window=window, now=now
    )


def away(world: World) -> None:
    world.desk.set_unavailability(
        practitioner=DR,
        modes=frozenset({Mode.VIDEO}),
        intervals=[Interval(THURSDAY_10, THURSDAY_10 + WEEK / 7)],
        source="by hand",
        by=THE_DOCTOR,
        now=world.now,
    )


def rated(world: World) -> None:
    with world.store.open_work() as work:
        work.ratings.put(Rating(AppointmentId("old"), DR, 5, MONDAY - WEEK))
        work.commit()


CHANGES: dict[str, Callable[[World], object]] = {
    "booked": lambda world: world.booked(),
    "reserved": lambda world: world.book(card=None),
    "away": away,
    "rated": rated,
    "another fee for late cancellations": lambda world: world.describe(Policies()),
    "another allowance": lambda world: world.describe(Policies(), allowance=7),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_the_page_changes_the_mark(
    world: World, change: Callable[[World], object]
) -> None:
    before = mark(world)
    assert world.desk.mark_stands(mark=before, now=world.now)
    change(world)
    assert not world.desk.mark_stands(mark=before, now=world.now)
    assert mark(world) != before


def test_what_is_given_back_is_as_it_was(world: World) -> None:
    before = mark(world)
    held = world.booked()
    world.desk.cancel(appointment=held.terms.id, by=THE_DOCTOR, now=world.now)
    assert mark(world) == before


def test_a_reservation_that_lapses_changes_the_mark_although_nobody_has_swept(
    world: World,
) -> None:
    world.book(card=None)
    reserved = mark(world)
    world.at(world.now + timedelta(minutes=14))
    assert mark(world).stored == reserved.stored
    world.at(world.now + MINUTE)
    assert mark(world).stored != reserved.stored


def test_what_lies_beyond_and_what_is_another_s_change_nothing(world: World) -> None:
    before = mark(world), mark(world, whose=PractitionerId("nobody"))
    world.booked(start=THURSDAY_10 + 2 * WEEK)
    assert (mark(world), mark(world, whose=PractitionerId("nobody"))) == before
    assert mark(world, 3 * WEEK) != before[0]


def bound_by(world: World, notice: timedelta, horizon: timedelta) -> None:
    with world.store.open_work() as work:
        visit = work.clinic.visit_type(VISIT)
        work.clinic.put_visit_type(evolve(visit, minimum_notice=notice, booking_horizon=horizon))
        work.commit()


ACTS = st.sampled_from(["book", "reserve", "cancel", "away", "wait", "wait"])


@settings(max_examples=150, deadline=None)
@given(acts=st.lists(st.tuples(ACTS, st.integers(0, 40), st.integers(0, 1500)), max_size=8))
def test_equal_marks_mean_equal_offers(acts: list[tuple[str, int, int]]) -> None:
    """The law: whatever happens, a page with its mark is the page."""
    world, seen = World(), list[tuple[Any, object]]()
    booked: list[AppointmentId] = []
    for number, (act, place, seconds) in enumerate(acts):
        start = THURSDAY_10 + timedelta(minutes=20 * place)
        if act in {"book", "reserve"}:
            world.book(f"a{number}", start, card="visa" if act == "book" else None)
            booked.append(AppointmentId(f"a{number}"))
        elif act == "cancel" and booked:
            id = booked.pop(place % len(booked))
            world.desk.cancel(appointment=id, by=THE_DOCTOR, now=world.now)
        elif act == "away":
            away(world)
        world.at(world.now + timedelta(seconds=seconds))
        page = offers(world, world.now)
        for before, then in seen:
            if world.desk.mark_stands(mark=before, now=world.now):
                assert then == page
        seen.append((mark(world), page))


@settings(max_examples=60, deadline=None)
@given(
    notice=st.integers(0, 120),
    horizon=st.integers(4400, 4500) | st.just(20_000),
    began=st.integers(0, 120),
    passing=st.lists(st.sampled_from([0.5, 1, 2]), min_size=10, max_size=30),
)
def test_as_time_passes_the_mark_changes_no_later_than_the_offers(
    notice: int, horizon: int, began: int, passing: list[float]
) -> None:
    """Notice, horizon and the window itself move on, each at odds with the others."""
    world, seen = World(), list[tuple[Any, object]]()
    bound_by(world, notice * MINUTE, horizon * MINUTE)
    world.at(MONDAY + began * MINUTE)
    for minutes in passing:
        world.at(world.now + minutes * MINUTE)
        page = offers(world, world.now)
        for before, then in seen:
            if world.desk.mark_stands(mark=before, now=world.now):
                assert then == page
        seen.append((mark(world), page))
    assert len({mark.bounds for mark, _ in seen}) < len(passing), "some of it stands"
