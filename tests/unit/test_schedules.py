"""What a schedule and a visit type refuse to be."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.ids import VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import (
    LONGEST_VISIT,
    DatedException,
    Offer,
    OpeningHours,
    Schedule,
    VisitType,
)
from teleconsult_core.slots import BOTH, Mode, Slot
from teleconsult_core.times import from_minutes
from unit.agendas import DR, hours

FEE = Money(4500, "EUR")


def visit(**changed: object) -> VisitType:
    said = {"id": VisitTypeId("v"), "practitioner": DR, "name": "Visit"}
    return VisitType(**(said | {"offers": {Mode.VIDEO: Offer(20, FEE)}} | changed))


@given(st.integers(-100, 1000))
def test_a_visit_lasts_whole_five_minutes_up_to_eight_hours(minutes: int) -> None:
    if minutes % 5 == 0 and 0 < minutes <= LONGEST_VISIT:
        assert Offer(minutes, FEE).duration == minutes
    else:
        with pytest.raises(BadInput):
            Offer(minutes, FEE)


@given(st.integers(-100, 1000))
def test_a_buffer_is_whole_five_minutes_or_none(minutes: int) -> None:
    if minutes % 5 == 0 and 0 <= minutes <= LONGEST_VISIT:
        assert visit(buffer_after=minutes).buffer_after == minutes
    else:
        with pytest.raises(BadInput):
            visit(buffer_after=minutes)


@pytest.mark.parametrize("minutes", [20.0, True, "20", None])
def test_minutes_are_whole_numbers(minutes: object) -> None:
    with pytest.raises(BadInput):
        Offer(minutes, FEE)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("name", ["minimum_notice", "booking_horizon"])
def test_notice_and_horizon_are_not_negative(name: str) -> None:
    with pytest.raises(BadInput, match=name):
        visit(**{name: timedelta(seconds=-1)})


@given(st.frozensets(st.integers(-3, 12), min_size=1))
def test_weekdays_go_from_monday_1_to_sunday_7(days: frozenset[int]) -> None:
    if days <= set(range(1, 8)):
        assert OpeningHours(days, time(9), time(12), BOTH).weekdays == days
    else:
        with pytest.raises(BadInput, match="weekdays"):
            OpeningHours(days, time(9), time(12), BOTH)


def test_opening_hours_are_wall_time_without_a_zone() -> None:
    with pytest.raises(BadInput, match="opens"):
        OpeningHours(frozenset({1}), time(9, tzinfo=UTC), time(12), BOTH)
    with pytest.raises(BadInput, match="closes"):
        DatedException(date(2027, 3, 1), BOTH, time(9), time(12, tzinfo=UTC))


@pytest.mark.parametrize("walls", [(time(9), None), (None, time(9))])
def test_an_exception_says_both_of_its_times_or_neither(
    walls: tuple[time | None, time | None],
) -> None:
    with pytest.raises(BadInput, match="both"):
        DatedException(date(2027, 3, 1), BOTH, *walls)


@given(st.lists(hours(date(2027, 3, 28)), max_size=3))
def test_equal_schedules_are_interchangeable_as_keys(some: list[OpeningHours]) -> None:
    one, other = (Schedule(DR, "Europe/Brussels", tuple(some)) for _ in range(2))
    assert one == other
    assert {one: True}[other]


@pytest.mark.parametrize("name", ["/etc/localtime", "Brussels", ""])
def test_a_schedule_stands_in_a_known_zone(name: str) -> None:
    with pytest.raises(BadInput, match="zone"):
        Schedule(DR, name)


def test_a_slot_keeps_its_instants_in_utc() -> None:
    slot = Slot(from_minutes(0), from_minutes(20), BOTH)
    assert slot.start.tzinfo is UTC
    with pytest.raises(BadInput):
        Slot(from_minutes(0).replace(tzinfo=None), from_minutes(20), BOTH)
