"""Laws of what is kept in memory: it never says anything else than the calculation itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.availability import Minutes, free_starts, outwards
from teleconsult_core.ids import PractitionerId
from teleconsult_core.kept import FirstFree, KeptPage, KeptSlots
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval, from_minutes, to_minutes
from unit.agendas import Agenda, agendas, intervals
from unit.test_availability import MONDAY

laws = settings(max_examples=120, deadline=None)


def within(agenda: Agenda) -> Minutes:
    return to_minutes(agenda.window.start), to_minutes(agenda.window.end)


def reach(agenda: Agenda) -> Minutes:
    """The first and last minute that may be answered: window, notice and horizon."""
    soonest = agenda.now + agenda.visit.minimum_notice + timedelta(minutes=1, microseconds=-1)
    furthest = agenda.now + agenda.visit.booking_horizon
    begin, end = within(agenda)
    return max(begin, to_minutes(soonest)), min(end - 1, to_minutes(furthest))


def busy(agenda: Agenda) -> tuple[list[Minutes], list[Minutes]]:
    away = [outwards(one.interval) for one in agenda.unavailable if one.mode is Mode.VIDEO]
    return [outwards(one) for one in agenda.taken], away


def kept_of(agenda: Agenda, taken: list[Minutes], away: list[Minutes]) -> KeptSlots:
    return KeptSlots.of(
        agenda.schedule,
        agenda.visit,
        Mode.VIDEO,
        within(agenda),
        taken=taken,
        unavailable=away,
    )


def calculated(agenda: Agenda, taken: list[Minutes], away: list[Minutes]) -> list[int]:
    return free_starts(
        agenda.schedule, agenda.visit, Mode.VIDEO, taken, away, agenda.window, agenda.now
    )


def video_agendas() -> st.SearchStrategy[Agenda]:
    def aligned(agenda: Agenda) -> Agenda:
        start = from_minutes(to_minutes(agenda.window.start))
        return evolve(agenda, window=Interval(start, agenda.window.end))

    return agendas().filter(lambda agenda: Mode.VIDEO in agenda.visit.offers).map(aligned)


@laws
@given(video_agendas())
def test_what_is_kept_is_what_is_calculated(agenda: Agenda) -> None:
    taken, away = busy(agenda)
    assert kept_of(agenda, taken, away).between(*reach(agenda)) == calculated(agenda, taken, away)


@laws
@given(video_agendas(), st.data())
def test_what_is_kept_stays_right_through_any_bookings_and_cancellations(
    agenda: Agenda, data: st.DataObject
) -> None:
    taken, away = busy(agenda)
    kept = kept_of(agenda, taken, away)
    page = KeptPage(kept)
    for _ in range(data.draw(st.integers(1, 8))):
        kind = data.draw(st.sampled_from(["book", "free", "block", "unblock"]))
        stretch = outwards(data.draw(intervals(agenda.window.start + timedelta(hours=12))))
        if kind == "book":
            taken.append(stretch)
            kept = kept.block(taken=[stretch])
        elif kind == "block":
            away.append(stretch)
            kept = kept.block(unavailable=[stretch])
        elif given_up := taken if kind == "free" else away:
            freed = given_up.pop(data.draw(st.integers(0, len(given_up) - 1)))
            kept = kept.release(freed, taken=taken, unavailable=away)
        assert kept.between(*reach(agenda)) == calculated(agenda, taken, away)
        page.update(kept)
        assert page.as_json(*reach(agenda)) == kept.as_json(*reach(agenda))


@laws
@given(video_agendas(), st.integers(-3000, 3000), st.integers(0, 90 * 24 * 60))
def test_a_page_kept_in_pieces_says_the_same_for_any_part(
    agenda: Agenda, later: int, width: int
) -> None:
    kept = kept_of(agenda, *busy(agenda))
    first = within(agenda)[0] + later
    assert KeptPage(kept).as_json(first, first + width) == kept.as_json(first, first + width)


@laws
@given(video_agendas())
def test_releasing_needs_only_what_lies_within_a_visit_and_its_buffer(agenda: Agenda) -> None:
    taken, away = busy(agenda)
    visit = agenda.visit
    reach_of_one = visit.offers[Mode.VIDEO].duration + visit.buffer_after
    for place, (begin, end) in enumerate(taken):
        rest = taken[:place] + taken[place + 1 :]
        near = (begin - reach_of_one, end + reach_of_one)
        released = kept_of(agenda, taken, away).release(
            (begin, end),
            taken=[one for one in rest if one[0] < near[1] and near[0] < one[1]],
            unavailable=[one for one in away if one[0] < near[1] and near[0] < one[1]],
        )
        assert released.between(*reach(agenda)) == calculated(agenda, rest, away)


@laws
@given(video_agendas())
def test_the_json_text_says_the_same_as_the_list(agenda: Agenda) -> None:
    kept = kept_of(agenda, *busy(agenda))
    written = [
        from_minutes(start).strftime("%Y-%m-%dT%H:%M:%SZ") for start in kept.between(*reach(agenda))
    ]
    assert json.loads(kept.as_json(*reach(agenda))) == written


@laws
@given(video_agendas(), st.integers(0, 3000))
def test_the_soonest_start_is_the_first_of_the_list(agenda: Agenda, later: int) -> None:
    kept = kept_of(agenda, *busy(agenda))
    begin, end = within(agenda)
    free = kept.between(begin + later, end)
    assert kept.first_from(begin + later) == (free[0] if free else None)


def test_equal_hours_share_one_grid_whoever_keeps_them() -> None:
    other = evolve(MONDAY, schedule=evolve(MONDAY.schedule, practitioner=PractitionerId("other")))
    assert kept_of(MONDAY, [], []).grid is kept_of(other, [], []).grid


def test_a_cancellation_gives_back_the_slots_whose_buffer_it_stood_in() -> None:
    agenda = evolve(MONDAY, visit=evolve(MONDAY.visit, buffer_after=30))
    begin, _ = outwards(MONDAY.window)
    ten = (begin + 600, begin + 630)
    kept = kept_of(agenda, [ten], [])
    assert kept.between(*within(agenda)) == [begin + 540, begin + 630]
    freed = kept.release(ten, taken=[], unavailable=[])
    assert freed.between(*within(agenda)) == [begin + n for n in (540, 570, 600, 630)]


def test_a_mode_that_is_not_offered_has_nothing_to_keep() -> None:
    none = evolve(MONDAY, visit=evolve(MONDAY.visit, offers={}))
    with pytest.raises(KeyError):
        kept_of(none, [], [])


def test_nobody_is_free_where_there_is_nobody() -> None:
    assert FirstFree([], 0).soonest(0) is None


@laws
@given(st.lists(video_agendas(), min_size=1, max_size=4), st.data())
def test_the_search_finds_whoever_a_look_at_everyone_finds(
    some: list[Agenda], data: st.DataObject
) -> None:
    kept = [kept_of(agenda, *busy(agenda)) for agenda in some]
    now = min(within(agenda)[0] for agenda in some)
    index = FirstFree(kept, now)
    for _ in range(data.draw(st.integers(1, 5))):
        now += data.draw(st.sampled_from([0, 1, 20, 720, 1440]))
        place = data.draw(st.integers(0, len(kept) - 1))
        begin = now + 5 * data.draw(st.integers(0, 200))
        kept[place] = kept[place].block(taken=[(begin, begin + 240)])
        index.update(place, kept[place], now)
        looked = [(one.first_from(now), n) for n, one in enumerate(kept)]
        free = [(start, n) for start, n in looked if start is not None]
        assert index.soonest(now) == (min(free) if free else None)
