"""What is offered on days one can check by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from teleconsult_core.availability import LONGEST_WINDOW, NotOffered, Reason, free_starts
from teleconsult_core.ids import UnavailabilityId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import (
    DatedException,
    Offer,
    OpeningHours,
    Schedule,
    Unavailability,
    VisitType,
)
from teleconsult_core.slots import BOTH, Mode, Modes
from teleconsult_core.times import Interval
from unit.agendas import DR, Agenda

FEE = Money(4500, "EUR")
EVERY_DAY = frozenset(range(1, 8))
W1 = Path(__file__).parents[2] / "benchmarks" / "data" / "w1_d60_b200.json"


def day_in(
    zone: str, day: date, opens: time, closes: time, *, minutes: int = 30, modes: Modes = BOTH
) -> Agenda:
    begin = datetime.combine(day, time(), ZoneInfo(zone))
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    hours = OpeningHours(frozenset({day.isoweekday()}), opens, closes, modes)
    return Agenda(
        schedule=Schedule(DR, zone, (hours,)),
        visit=VisitType(
            id=VisitTypeId("dupont:visit"),
            practitioner=DR,
            name="Visit",
            offers={mode: Offer(minutes, FEE) for mode in Mode},
        ),
        taken=[],
        unavailable=[],
        window=Interval(begin, end),
        now=datetime.combine(day, time(), UTC) - timedelta(days=3),
    )


def walls(agenda: Agenda, **changed: object) -> list[str]:
    tz = ZoneInfo(agenda.schedule.zone)
    return [f"{slot.start.astimezone(tz):%H:%M%z}" for slot in agenda.offered(**changed)]


def at(agenda: Agenda, wall: str, minutes: int = 30) -> Interval:
    hour, minute = map(int, wall.split(":"))
    start = agenda.window.start + timedelta(hours=hour, minutes=minute)
    return Interval(start, start + timedelta(minutes=minutes))


MONDAY = day_in("Europe/Brussels", date(2027, 3, 1), time(9), time(11))


def test_a_plain_morning_is_cut_into_slots_of_the_visit() -> None:
    assert walls(MONDAY) == ["09:00+0100", "09:30+0100", "10:00+0100", "10:30+0100"]


def test_a_slot_that_would_end_after_closing_is_not_offered() -> None:
    visit = evolve(MONDAY.visit, offers={Mode.VIDEO: Offer(45, FEE)})
    assert walls(evolve(MONDAY, visit=visit)) == ["09:00+0100", "09:45+0100"]


def test_slots_that_touch_what_is_taken_stay_open() -> None:
    left = walls(MONDAY, taken=[at(MONDAY, "9:30")])
    assert left == ["09:00+0100", "10:00+0100", "10:30+0100"]


def test_the_buffer_after_a_visit_must_be_free_of_the_next_one() -> None:
    buffered = evolve(MONDAY, visit=evolve(MONDAY.visit, buffer_after=5))
    assert walls(buffered, taken=[at(MONDAY, "9:30")]) == ["10:00+0100", "10:30+0100"]


def test_the_buffer_may_run_beyond_closing_and_into_an_unavailability() -> None:
    away = Unavailability(UnavailabilityId("u"), DR, Mode.VIDEO, at(MONDAY, "10:30"))
    buffered = evolve(MONDAY, visit=evolve(MONDAY.visit, buffer_after=60), unavailable=[away])
    slots = {f"{slot.start:%H:%M}": slot.modes for slot in buffered.offered()}
    assert slots["09:00"] == BOTH
    assert slots["09:30"] == {Mode.IN_PERSON}


def test_modes_of_unequal_length_have_slots_of_their_own() -> None:
    offers = {Mode.VIDEO: Offer(60, FEE), Mode.IN_PERSON: Offer(40, FEE)}
    agenda = evolve(MONDAY, visit=evolve(MONDAY.visit, offers=offers))
    found = [
        (f"{slot.start:%H:%M}", {mode.value for mode in slot.modes}) for slot in agenda.offered()
    ]
    assert found == [
        ("08:00", {"in-person"}),
        ("08:00", {"video"}),
        ("08:40", {"in-person"}),
        ("09:00", {"video"}),
        ("09:20", {"in-person"}),
    ]


def test_openings_off_the_five_minutes_begin_at_the_next_whole_five() -> None:
    assert walls(day_in("Europe/Brussels", date(2027, 3, 1), time(9, 3), time(10, 5))) == [
        "09:05+0100",
        "09:35+0100",
    ]


def test_openings_until_midnight_and_beyond() -> None:
    until = day_in("Europe/Brussels", date(2027, 3, 1), time(23), time(0))
    assert walls(until) == ["23:00+0100", "23:30+0100"]
    beyond = day_in("Europe/Brussels", date(2027, 3, 1), time(23), time(1))
    later = Interval(beyond.window.start, beyond.window.end + timedelta(hours=6))
    assert walls(beyond, window=later) == ["23:00+0100", "23:30+0100", "00:00+0100", "00:30+0100"]


def test_an_opening_of_two_days_before_in_utc_still_counts_far_in_the_west() -> None:
    long = day_in("America/New_York", date(2027, 6, 14), time(20), time(19, 30))
    begin = datetime(2027, 6, 15, 22, 30, tzinfo=UTC)
    assert walls(long, window=Interval(begin, begin + timedelta(hours=3))) == [
        "18:30-0400",
        "19:00-0400",
    ]
    late = day_in("Pacific/Honolulu", date(2027, 6, 14), time(20), time(19, 30))
    begin = datetime(2027, 6, 16, 3, 0, tzinfo=UTC)
    assert walls(late, window=Interval(begin, begin + timedelta(hours=3))) == [
        "17:00-1000",
        "17:30-1000",
        "18:00-1000",
        "18:30-1000",
        "19:00-1000",
    ]


def test_openings_that_overlap_offer_a_start_once() -> None:
    twice = evolve(MONDAY, schedule=evolve(MONDAY.schedule, hours=MONDAY.schedule.hours * 2))
    assert walls(twice) == walls(MONDAY)


def test_an_exception_replaces_the_hours_of_that_day_in_its_modes_only() -> None:
    other = DatedException(date(2027, 3, 1), frozenset({Mode.VIDEO}), time(14), time(15))
    agenda = evolve(MONDAY, schedule=evolve(MONDAY.schedule, exceptions=(other,)))
    assert walls(agenda, modes=frozenset({Mode.VIDEO})) == ["14:00+0100", "14:30+0100"]
    assert walls(agenda, modes=frozenset({Mode.IN_PERSON})) == walls(MONDAY)


def test_a_closed_day_is_closed_in_the_modes_it_names() -> None:
    closed = DatedException(date(2027, 3, 1), frozenset({Mode.VIDEO}))
    agenda = evolve(MONDAY, schedule=evolve(MONDAY.schedule, exceptions=(closed,)))
    assert walls(agenda, modes=frozenset({Mode.VIDEO})) == []
    assert len(walls(agenda)) == 4


def test_hours_hold_from_their_first_day_to_their_last() -> None:
    for day, count in ((date(2027, 3, 1), 4), (date(2027, 3, 2), 0), (date(2027, 2, 28), 0)):
        hours = evolve(
            MONDAY.schedule.hours[0],
            weekdays=EVERY_DAY,
            valid_from=date(2027, 3, 1),
            valid_until=date(2027, 3, 1),
        )
        agenda = day_in("Europe/Brussels", day, time(9), time(11))
        agenda = evolve(agenda, schedule=evolve(agenda.schedule, hours=(hours,)))
        assert len(agenda.offered()) == count


def test_hours_keep_their_wall_time_when_summer_comes() -> None:
    for day, offset in ((date(2027, 3, 27), "+0100"), (date(2027, 3, 28), "+0200")):
        assert walls(day_in("Europe/Brussels", day, time(9), time(10))) == [
            f"09:00{offset}",
            f"09:30{offset}",
        ]


def test_a_start_that_summer_time_skips_is_not_offered() -> None:
    night = day_in("Europe/Brussels", date(2027, 3, 28), time(1), time(4))
    assert walls(night) == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]


def test_a_start_that_comes_twice_is_offered_once_the_first_time() -> None:
    night = day_in("Europe/Brussels", date(2027, 10, 31), time(1), time(4))
    assert walls(night) == [
        "01:00+0200",
        "01:30+0200",
        "02:00+0200",
        "02:30+0200",
        "03:00+0100",
        "03:30+0100",
    ]


def test_a_change_of_half_an_hour_skips_half_an_hour() -> None:
    night = day_in("Australia/Lord_Howe", date(2027, 10, 3), time(1, 30), time(3))
    assert walls(night) == ["01:30+1030", "02:30+1100"]


def test_a_visit_across_the_change_lasts_its_real_minutes() -> None:
    night = day_in("Europe/Brussels", date(2027, 3, 28), time(1), time(4), minutes=60)
    assert all(slot.end - slot.start == timedelta(hours=1) for slot in night.offered())
    assert walls(night) == ["01:00+0100", "03:00+0200"]


def test_notice_and_horizon_are_met_to_the_second() -> None:
    start = MONDAY.offered()[0].start
    visit = evolve(
        MONDAY.visit, minimum_notice=timedelta(hours=2), booking_horizon=timedelta(days=1)
    )
    agenda = evolve(MONDAY, visit=visit)
    second = timedelta(seconds=1)
    for now, open_then in (
        (start - timedelta(hours=2), True),
        (start - timedelta(hours=2) + second, False),
        (start - timedelta(days=1), True),
        (start - timedelta(days=1) - second, False),
    ):
        assert (start in {slot.start for slot in agenda.offered(now=now)}) is open_then
        assert (evolve(agenda, now=now).why_not(Mode.VIDEO, start) is None) is open_then


def test_every_reason_why_a_start_is_not_offered() -> None:
    away = Unavailability(UnavailabilityId("u"), DR, Mode.VIDEO, at(MONDAY, "10:00"))
    agenda = evolve(
        MONDAY,
        visit=evolve(
            MONDAY.visit,
            offers={Mode.VIDEO: Offer(30, FEE)},
            minimum_notice=timedelta(hours=1),
            booking_horizon=timedelta(days=10),
        ),
        taken=[at(MONDAY, "9:30")],
        unavailable=[away],
    )

    def reason(start: datetime, mode: Mode = Mode.VIDEO) -> Reason | None:
        verdict = agenda.why_not(mode, start)
        return verdict.reason if isinstance(verdict, NotOffered) else None

    nine = at(MONDAY, "9:00").start
    assert reason(nine) is None
    assert reason(nine, Mode.IN_PERSON) is Reason.MODE_NOT_OFFERED
    assert reason(at(MONDAY, "9:30").start) is Reason.TAKEN
    assert reason(at(MONDAY, "10:00").start) is Reason.UNAVAILABLE
    assert reason(at(MONDAY, "9:10").start) is Reason.NOT_ON_GRID
    assert reason(at(MONDAY, "12:00").start) is Reason.CLOSED
    assert reason(agenda.now) is Reason.TOO_SOON
    assert reason(agenda.now + timedelta(days=11)) is Reason.TOO_FAR


def test_a_window_of_more_than_a_year_is_refused() -> None:
    start = MONDAY.window.start
    with pytest.raises(BadInput, match="at most 400 days"):
        MONDAY.offered(window=Interval(start, start + LONGEST_WINDOW + timedelta(seconds=1)))


def test_the_known_case_of_sixty_days_gives_its_known_answer() -> None:
    case = json.loads(W1.read_text())
    tz, first = ZoneInfo(case["tz"]), date.fromisoformat(case["d0"])
    begin = datetime.combine(first, time(), tz)
    end = datetime.combine(first + timedelta(days=case["days"]), time(), tz)
    hours = tuple(
        OpeningHours(
            frozenset(one["weekdays"]), time(one["from"] // 60), time(one["to"] // 60), BOTH
        )
        for one in case["opening"]
    )
    starts = free_starts(
        Schedule(DR, case["tz"], hours),
        evolve(MONDAY.visit, offers={Mode.VIDEO: Offer(case["slot"], FEE)}),
        Mode.VIDEO,
        [(a, b) for a, b in case["bookings"]],
        [(a, b) for a, b in case["unavail"]],
        Interval(begin, end),
        begin.astimezone(UTC),
    )
    assert starts == sorted(case["expect"])
    assert len(starts) == 657
