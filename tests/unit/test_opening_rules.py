"""Laws of what opening hours may be said anew, and of what lies outside them."""

from __future__ import annotations

from datetime import date, time, timedelta

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.availability import NotOffered, Reason, outside_hours
from teleconsult_core.opening_rules import check_exceptions, check_hours, meeting
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import DatedException, OpeningHours
from teleconsult_core.slots import Mode
from teleconsult_core.times import TICK, Interval
from teleconsult_core.versions import version
from unit.agendas import Agenda, agendas, some_modes
from unit.naive_availability import Open, holds, opening, openings_of

laws = settings(max_examples=150, deadline=None)
MONDAY = date(2027, 3, 1)
ZONE = "UTC"
walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 5, 30]))
days = st.integers(0, 13).map(lambda n: MONDAY + timedelta(days=n))


@st.composite
def rows(draw: st.DrawFn) -> OpeningHours:
    since, until = draw(st.none() | days), draw(st.none() | days)
    if since and until and until < since:
        since, until = until, since
    return OpeningHours(
        draw(st.frozensets(st.integers(1, 7), min_size=1, max_size=3)),
        draw(walls),
        draw(walls),
        draw(some_modes),
        since,
        until,
    )


def open_together(one: OpeningHours, other: OpeningHours) -> bool:
    """Day by day, from a week before all bounds: is anybody let in by both at the same minute?"""
    for mode in Mode:
        found: list[list[Open]] = [[], []]
        for n in range(-9, 30):
            day = MONDAY + timedelta(days=n)
            for seen, row in zip(found, (one, other), strict=True):
                if holds(row, day, mode):
                    seen.append(opening(ZONE, day, row.opens, row.closes))
        if any(a.begin < b.end and b.begin < a.end for a in found[0] for b in found[1]):
            return True
    return False


@laws
@given(rows(), rows())
def test_two_rows_meet_exactly_when_a_day_has_both_at_once(
    one: OpeningHours, other: OpeningHours
) -> None:
    assert (meeting(one, other) is not None) == open_together(one, other)
    assert (meeting(other, one) is not None) == (meeting(one, other) is not None)


@laws
@given(st.lists(rows(), max_size=4))
def test_hours_that_are_accepted_never_meet_and_are_accepted_again(
    hours: list[OpeningHours],
) -> None:
    try:
        refusal = check_hours(hours, ())
    except BadInput:
        assert any(row.closes <= row.opens and row.closes != time() for row in hours)
        return
    pairs = [(one, other) for n, one in enumerate(hours) for other in hours[:n]]
    assert (refusal is None) == (not any(open_together(*pair) for pair in pairs))
    assert check_hours(hours, hours) is None  # what stands is not judged


@laws
@given(agendas())
def test_outside_the_hours_is_what_asking_why_not_calls_closed(agenda: Agenda) -> None:
    asked = evolve(
        agenda,
        taken=[],
        unavailable=[],
        visit=evolve(agenda.visit, minimum_notice=timedelta(0)),
        now=agenda.window.start - timedelta(hours=1),
    )
    start = agenda.window.start - timedelta(minutes=agenda.window.start.minute % 5)
    while start < agenda.window.end:
        for mode, offer in asked.visit.offers.items():
            visit = Interval(start, start + timedelta(minutes=offer.duration))
            verdict = asked.why_not(mode, start)
            closed = isinstance(verdict, NotOffered) and verdict.reason is Reason.CLOSED
            outside = outside_hours(agenda.schedule, mode, visit)
            assert outside == closed
            assert outside == (not inside(agenda, mode, visit))
        start += 7 * TICK


def inside(agenda: Agenda, mode: Mode, visit: Interval) -> bool:
    """Asked of the clock of the zone alone: whether one opening has the whole visit."""
    around = (visit.start.date() + timedelta(days=n) for n in (-2, -1, 0, 1))
    return any(
        one.begin <= visit.start and visit.end <= one.end
        for day in around
        for one in openings_of(agenda.schedule, mode, day)
    )


@laws
@given(st.lists(rows(), max_size=3), st.lists(rows(), max_size=3))
def test_the_mark_of_equal_hours_is_equal_and_of_others_another(
    one: list[OpeningHours], other: list[OpeningHours]
) -> None:
    again = tuple(evolve(row, weekdays=frozenset(sorted(row.weekdays)[::-1])) for row in one)
    assert version(again) == version(tuple(one))
    assert (version(tuple(one)) == version(tuple(other))) == (one == other)


@laws
@given(st.lists(st.tuples(days, some_modes, st.none() | walls), max_size=4))
def test_days_that_are_accepted_say_one_thing_about_each_mode(
    said: list[tuple[date, frozenset[Mode], time | None]],
) -> None:
    midnight = time()
    exceptions = [
        DatedException(day, modes, opens, None if opens is None else midnight)
        for day, modes, opens in said
    ]
    try:
        accepted = check_exceptions(exceptions, (), MONDAY) is None
    except BadInput:
        accepted = False
    words = [(one.day, mode) for one in exceptions for mode in one.modes]
    # All of them last until midnight, so two about one day always meet.
    assert accepted == (len(words) == len(set(words)))
    assert check_exceptions(exceptions, exceptions, MONDAY + timedelta(days=400)) is None
