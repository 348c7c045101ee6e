"""When nobody is woken."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.quiet_hours import QuietHours
from teleconsult_core.times import wall_to_utc

BRUSSELS = ZoneInfo("Europe/Brussels")
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
HOURS = st.times().map(lambda one: one.replace(microsecond=0))


def at(day: date, wall: time) -> datetime:
    found = wall_to_utc(day, wall, BRUSSELS)
    assert found is not None
    return found


def test_over_midnight() -> None:
    quiet, day = QuietHours(), date(2027, 3, 4)
    morning = at(day, time(8))
    assert quiet.until(at(day, time(7, 59)), BRUSSELS) == morning
    assert quiet.until(morning, BRUSSELS) is None
    assert quiet.until(at(day, time(20, 59)), BRUSSELS) is None
    assert quiet.until(at(day, time(21)), BRUSSELS) == morning + timedelta(days=1)


def test_an_hour_that_the_clocks_leave_out_is_over_when_they_have_jumped() -> None:
    quiet = QuietHours(time(22), time(2, 30))
    night = at(date(2027, 3, 28), time(0, 30))  # clocks go from 2:00 to 3:00
    assert quiet.until(night, BRUSSELS) == at(date(2027, 3, 28), time(3, 30))


def test_an_hour_that_comes_twice_is_over_the_second_time() -> None:
    quiet = QuietHours(time(21), time(2, 30))
    first = datetime(2026, 10, 25, 0, 29, tzinfo=UTC)  # 2:29 in summer time; 2:30 comes again
    again = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 2:10 in winter time
    assert quiet.until(first, BRUSSELS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert quiet.until(again, BRUSSELS) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(st.builds(QuietHours, HOURS, HOURS), INSTANTS)
def test_they_end_within_a_day_and_it_is_quiet_until_then(quiet: QuietHours, now: datetime) -> None:
    until = quiet.until(now, BRUSSELS)
    if until is None:
        wall = now.astimezone(BRUSSELS).time()
        assert not _within(quiet, wall)
        return
    assert now < until <= now + timedelta(hours=26)
    assert until.tzinfo is UTC
    after = quiet.until(until, BRUSSELS)
    assert after is None or after > until  # quiet again, when the clocks go back


@given(HOURS, INSTANTS)
def test_the_same_hour_twice_is_never(hour: time, now: datetime) -> None:
    assert QuietHours(hour, hour).until(now, BRUSSELS) is None


def _within(quiet: QuietHours, wall: time) -> bool:
    """Counted in seconds from the beginning, around the clock."""

    def seconds(one: time) -> int:
        return one.hour * 3600 + one.minute * 60 + one.second

    length = (seconds(quiet.end) - seconds(quiet.begin)) % 86_400
    return (seconds(wall) - seconds(quiet.begin)) % 86_400 < length
