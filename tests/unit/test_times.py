"""Laws of time: aware, in UTC, and wall times that clocks really show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import PlainDateTime, RepeatedTime, SkippedTime

from teleconsult_core.refusals import BadInput
from teleconsult_core.times import (
    TICK,
    Interval,
    aware_utc,
    from_minutes,
    is_on_tick,
    to_minutes,
    wall_to_utc,
    zone,
)

ZONES = (
    "Europe/Brussels",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
)
YEARS = {"min_value": datetime(1990, 1, 1), "max_value": datetime(2035, 12, 31)}
offsets = st.integers(-14 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))
instants = st.datetimes(**YEARS, timezones=st.just(UTC))
minute_numbers = st.integers(-(10**7), 10**8)


def as_whenever_says(day: date, wall: time, name: str) -> datetime | None:
    plain = PlainDateTime(day.year, day.month, day.day, wall.hour, wall.minute)
    try:
        there = plain.assume_tz(name, disambiguation="raise")
    except SkippedTime:
        return None
    except RepeatedTime:
        there = plain.assume_tz(name, disambiguation="earlier")
    return datetime.fromtimestamp(there.timestamp(), UTC)


@settings(max_examples=400)
@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), st.times(), st.sampled_from(ZONES))
def test_a_wall_time_is_the_instant_an_independent_library_finds(
    day: date, wall: time, name: str
) -> None:
    wall = wall.replace(second=0, microsecond=0)
    assert wall_to_utc(day, wall, zone(name)) == as_whenever_says(day, wall, name)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Europe/Brussels", date(2027, 3, 28)),
        ("Europe/Brussels", date(2027, 10, 31)),
        ("America/New_York", date(2027, 3, 14)),
        ("America/New_York", date(2027, 11, 7)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("Australia/Lord_Howe", date(2027, 10, 3)),
        ("Africa/Casablanca", date(2027, 2, 7)),
        ("Africa/Casablanca", date(2027, 3, 14)),
        ("Africa/Cairo", date(2027, 4, 30)),
        ("Africa/Cairo", date(2027, 10, 28)),
        ("Pacific/Apia", date(2011, 12, 30)),
    ],
)
def test_every_five_minutes_of_a_day_on_which_clocks_change(name: str, day: date) -> None:
    for number in range(288):
        wall = time(number // 12, number % 12 * 5)
        assert wall_to_utc(day, wall, zone(name)) == as_whenever_says(day, wall, name)


@given(instants, st.sampled_from(ZONES))
def test_what_clocks_show_leads_back_to_the_instant_or_to_its_first_showing(
    instant: datetime, name: str
) -> None:
    local = instant.astimezone(zone(name))
    back = wall_to_utc(local.date(), local.time(), zone(name))
    assert back is not None
    assert back == instant if not local.fold else back < instant


@given(st.datetimes(**YEARS, timezones=offsets))
def test_an_aware_time_becomes_the_same_instant_in_utc(moment: datetime) -> None:
    assert aware_utc(moment) == moment
    assert aware_utc(moment).tzinfo is UTC
    assert aware_utc(aware_utc(moment)) == aware_utc(moment)


@given(st.datetimes(**YEARS))
def test_a_naive_time_is_refused(moment: datetime) -> None:
    with pytest.raises(BadInput):
        aware_utc(moment)


@pytest.mark.parametrize("value", [None, "2027-03-01T09:00:00Z", 0, date(2027, 3, 1)])
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        aware_utc(value)  # type: ignore[arg-type]  # the point of the test


@given(minute_numbers)
def test_minutes_since_1970_lead_there_and_back(minutes: int) -> None:
    assert to_minutes(from_minutes(minutes)) == minutes
    assert is_on_tick(from_minutes(minutes)) == (minutes % 5 == 0)


@given(instants)
def test_minutes_are_rounded_down(instant: datetime) -> None:
    there = from_minutes(to_minutes(instant))
    assert timedelta() <= instant - there < timedelta(minutes=1)


@given(instants, st.integers(0, 10_000))
def test_only_whole_five_minutes_are_on_the_tick(instant: datetime, ticks: int) -> None:
    base = from_minutes(0) + ticks * TICK
    assert is_on_tick(base)
    assert not is_on_tick(base + timedelta(seconds=1))
    assert is_on_tick(instant) == (instant.minute % 5 == instant.second == instant.microsecond == 0)


small = st.integers(0, 20)
stretches = st.tuples(small, small).filter(lambda pair: pair[0] < pair[1])


@given(stretches, stretches)
def test_two_stretches_overlap_exactly_when_they_share_a_minute(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    a = Interval(from_minutes(one[0]), from_minutes(one[1]))
    b = Interval(from_minutes(other[0]), from_minutes(other[1]))
    shared = set(range(*one)) & set(range(*other))
    assert a.overlaps(b) == b.overlaps(a) == bool(shared)
    assert {n for n in range(20) if a.contains(from_minutes(n))} == set(range(*one))
    assert a.minutes == one[1] - one[0]


@given(instants, st.integers(-1000, 0))
def test_an_empty_or_backward_stretch_is_refused(start: datetime, minutes: int) -> None:
    with pytest.raises(BadInput):
        Interval(start, start + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/localtime",
        "../UTC",
        "Europe/../UTC",
        "Mars/Base",
        "europe/brussels ",
        "CEST",
        None,
        1,
    ],
)
def test_a_zone_is_a_name_from_the_iana_list_never_a_path(name: object) -> None:
    with pytest.raises(BadInput):
        zone(name)  # type: ignore[arg-type]  # the point of the test
