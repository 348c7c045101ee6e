"""Laws of what is offered, held against a reference that asks minute by minute."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.availability import still_open_elsewhere
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import TICK, Interval, is_on_tick
from unit.agendas import Agenda, agendas, intervals
from unit.naive_availability import naive_offered

laws = settings(max_examples=120, deadline=None)


def in_mode(slots: tuple[Slot, ...], mode: Mode) -> list[tuple[object, object]]:
    return [(slot.start, slot.end) for slot in slots if mode in slot.modes]


@settings(max_examples=250, deadline=None)
@given(agendas())
def test_what_is_offered_is_what_asking_minute_by_minute_finds(agenda: Agenda) -> None:
    expected = naive_offered(
        agenda.schedule, agenda.visit, agenda.taken, agenda.away, agenda.window, agenda.now
    )
    assert agenda.offered() == expected


@laws
@given(agendas())
def test_a_start_is_offered_exactly_when_there_is_no_reason_why_not(agenda: Agenda) -> None:
    slots = {(slot.start, mode) for slot in agenda.offered() for mode in slot.modes}
    start = agenda.window.start - timedelta(minutes=agenda.window.start.minute % 5)
    while start < agenda.window.end:
        if agenda.window.contains(start):
            for mode in Mode:
                assert (agenda.why_not(mode, start) is None) == ((start, mode) in slots)
        start += TICK


@laws
@given(agendas(), st.integers(1, 299))
def test_a_start_off_the_five_minutes_is_never_offered(agenda: Agenda, seconds: int) -> None:
    for slot in agenda.offered():
        assert is_on_tick(slot.start)
        assert is_on_tick(slot.end)
        for mode in slot.modes:
            assert agenda.why_not(mode, slot.start + timedelta(seconds=seconds)) is not None


@laws
@given(agendas())
def test_slots_come_sorted_each_once_and_start_inside_the_window(agenda: Agenda) -> None:
    slots = agenda.offered()
    keys = [(slot.start, slot.end) for slot in slots]
    assert keys == sorted(set(keys))
    assert all(agenda.window.contains(slot.start) and slot.modes for slot in slots)


@laws
@given(agendas())
def test_a_slot_lasts_what_its_mode_lasts(agenda: Agenda) -> None:
    for slot in agenda.offered():
        for mode in slot.modes:
            lasts = timedelta(minutes=agenda.visit.offers[mode].duration)
            assert slot.end - slot.start == lasts


@laws
@given(agendas())
def test_no_slot_meets_what_is_taken_in_either_mode_buffer_included(agenda: Agenda) -> None:
    buffer = timedelta(minutes=agenda.visit.buffer_after)
    for slot in agenda.offered():
        blocked = Interval(slot.start, slot.end + buffer)
        assert not any(blocked.overlaps(other) for other in agenda.taken)


@laws
@given(agendas())
def test_an_unavailability_closes_its_own_mode_and_leaves_the_other_open(agenda: Agenda) -> None:
    free = agenda.offered(unavailable=[])
    kept = agenda.offered()
    for mode in Mode:
        away = [one.interval for one in agenda.unavailable if one.mode is mode]
        expected = [
            (start, end)
            for start, end in in_mode(free, mode)
            if not any(interval.overlaps(Interval(start, end)) for interval in away)
        ]
        assert in_mode(kept, mode) == expected


@laws
@given(agendas(), st.data())
def test_taking_more_time_never_opens_a_slot(agenda: Agenda, data: st.DataObject) -> None:
    more = data.draw(intervals(agenda.window.start))
    fewer = agenda.offered(taken=[*agenda.taken, more])
    for mode in Mode:
        assert set(in_mode(fewer, mode)) <= set(in_mode(agenda.offered(), mode))


@laws
@given(agendas(), st.data())
def test_after_a_booking_nothing_that_overlaps_it_is_offered(
    agenda: Agenda, data: st.DataObject
) -> None:
    slots = agenda.offered()
    if not slots:
        return
    slot = data.draw(st.sampled_from(slots))
    buffer = timedelta(minutes=agenda.visit.buffer_after)
    booked = Interval(slot.start, slot.end + buffer)
    for left in agenda.offered(taken=[*agenda.taken, booked]):
        assert not booked.overlaps(Interval(left.start, left.end + buffer))


@laws
@given(agendas())
def test_freeing_a_booking_gives_back_exactly_what_was_there_before(agenda: Agenda) -> None:
    for slot in agenda.offered()[:3]:
        booked = [*agenda.taken, Interval(slot.start, slot.end)]
        assert slot not in agenda.offered(taken=booked)
        assert agenda.offered(taken=booked[:-1]) == agenda.offered()


@laws
@given(agendas(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_stored_changes_nothing(agenda: Agenda, dice: object) -> None:
    def shuffled(items: object) -> list[object]:
        return sorted(items, key=lambda _: dice.random())

    schedule = evolve(
        agenda.schedule,
        hours=tuple(shuffled(agenda.schedule.hours)),
        exceptions=tuple(shuffled(agenda.schedule.exceptions)),
    )
    other = evolve(
        agenda,
        schedule=schedule,
        taken=shuffled(agenda.taken),
        unavailable=shuffled(agenda.unavailable),
    )
    assert other.offered() == agenda.offered()


@laws
@given(agendas(), st.integers(1, 2000))
def test_two_windows_that_meet_offer_what_their_union_offers(agenda: Agenda, minutes: int) -> None:
    whole = agenda.window
    cut = whole.start + min(timedelta(minutes=minutes), (whole.end - whole.start) / 2)
    first, second = Interval(whole.start, cut), Interval(cut, whole.end)
    assert agenda.offered(window=first) + agenda.offered(window=second) == agenda.offered()


@laws
@given(agendas())
def test_asking_for_one_mode_gives_the_slots_of_that_mode(agenda: Agenda) -> None:
    for mode in Mode:
        alone = agenda.offered(modes=frozenset({mode}))
        assert in_mode(alone, mode) == in_mode(agenda.offered(), mode)
        assert all(slot.modes == {mode} for slot in alone)


@laws
@given(agendas())
def test_asking_for_no_mode_gives_no_slot(agenda: Agenda) -> None:
    assert agenda.offered(modes=frozenset()) == ()


@laws
@given(agendas())
def test_notice_and_horizon_bound_every_slot(agenda: Agenda) -> None:
    soonest = agenda.now + agenda.visit.minimum_notice
    furthest = agenda.now + agenda.visit.booking_horizon
    assert all(soonest <= slot.start <= furthest for slot in agenda.offered())


@laws
@given(agendas())
def test_the_preview_shows_what_an_unavailability_leaves_open_in_the_other_mode(
    agenda: Agenda,
) -> None:
    free = agenda.offered(unavailable=[])
    for one in agenda.unavailable:
        touched = [s for s in free if one.interval.overlaps(Interval(s.start, s.end))]
        left = still_open_elsewhere(free, one)
        other = next(mode for mode in Mode if mode is not one.mode)
        assert in_mode(left, other) == in_mode(tuple(touched), other)
        assert in_mode(left, one.mode) == []
