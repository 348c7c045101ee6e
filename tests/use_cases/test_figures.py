"""Weeks in figures: how full, how many did not come, what was charged."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.money import Money
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.use_cases.show_figures import Figures, WeekFigures
from world import ANN, DR, THE_DOCTOR, THURSDAY_10, World, patient_of


def of(world: World, **more: object) -> Figures:
    found = world.desk.show_figures(practitioner=DR, by=THE_DOCTOR, now=world.now, **more)  # type: ignore[arg-type]
    assert isinstance(found, Figures), found
    return found


def test_a_week_is_as_full_as_what_was_booked_over_what_was_open(world: World) -> None:
    before = of(world)
    assert len(before.weeks) == 8
    assert before.weeks[-1].booked_minutes == 0
    booked = world.booked()
    world.at(THURSDAY_10)
    week = of(world).weeks[-1]
    terms = booked.terms
    assert week.booked_minutes == (terms.end - terms.start) // timedelta(minutes=1)
    assert week.monday == date(THURSDAY_10.year, THURSDAY_10.month, THURSDAY_10.day) - timedelta(
        days=3
    )
    assert week.open_minutes > 0
    assert week.occupancy == week.booked_minutes / week.open_minutes


def test_what_is_cancelled_fills_nothing_and_is_no_absence(world: World) -> None:
    booked = world.booked()
    world.desk.cancel(appointment=booked.terms.id, by=THE_DOCTOR, now=world.now)
    world.at(THURSDAY_10)
    found = of(world)
    assert found.weeks[-1].booked_minutes == 0
    assert found.decided == 0
    assert found.no_show_rate is None


def test_figures_are_for_the_practitioner_and_staff_alone(world: World) -> None:
    asked = world.desk.show_figures(practitioner=DR, by=patient_of(ANN), now=world.now)
    assert isinstance(asked, NotYours)
    from teleconsult_core.ids import PractitionerId
    from world import SUPPORT

    nobody = PractitionerId("nobody")
    assert isinstance(
        world.desk.show_figures(practitioner=nobody, by=SUPPORT, now=world.now), NotFound
    )


WEEKS = st.builds(
    WeekFigures,
    monday=st.dates(),
    open_minutes=st.integers(0, 10_000),
    booked_minutes=st.integers(0, 10_000),
    came=st.integers(0, 100),
    missed=st.integers(0, 100),
    charged=st.integers(0, 10**6).map(lambda minor: Money(minor, "EUR")),
)


@given(st.lists(WEEKS, max_size=10))
def test_a_rate_is_a_share_of_its_n(weeks: list[WeekFigures]) -> None:
    found = Figures(tuple(weeks))
    assert (found.no_show_rate is None) == (found.decided == 0)
    if found.no_show_rate is not None:
        assert 0 <= found.no_show_rate <= 1
        assert round(found.no_show_rate * found.decided) == sum(week.missed for week in weeks)
    for week in weeks:
        assert (week.occupancy is None) == (week.open_minutes == 0)
