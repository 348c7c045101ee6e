"""Instants, intervals and wall time. Instants are aware and UTC; zones are IANA names.

May import refusals. Wall time becomes an instant in one place, `wall_to_utc`, which knows that
some wall times do not exist on the day the clocks go forward and some exist twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from attrs import field, frozen

from teleconsult_core.refusals import BadInput

TICK = timedelta(minutes=5)
"""Appointments start on whole ticks and last whole multiples of them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def aware_utc(value: datetime) -> datetime:
    """`value` in UTC. Raises `BadInput` for a naive time, which means nothing by itself."""
    if not isinstance(value, datetime):
        raise BadInput("time", value, "a date and time")
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise BadInput("time", value.isoformat(), "a time with its zone or offset")
    return value.astimezone(UTC)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone `name`. Raises `BadInput` for anything else, paths included."""
    if not isinstance(name, str) or name not in available_timezones():
        raise BadInput("zone", name, "an IANA zone name such as Europe/Brussels")
    return ZoneInfo(name)


@frozen(order=True)
class Interval:
    """A half-open stretch of time: `start` is inside, `end` is not; never empty."""

    start: datetime = field(converter=aware_utc)
    end: datetime = field(converter=aware_utc)

    @end.validator
    def _after_start(self, _: object, value: datetime) -> None:
        if value <= self.start:
            raise BadInput("end", value.isoformat(), f"after the start, {self.start.isoformat()}")

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    @property
    def minutes(self) -> int:
        """Whole minutes from start to end."""
        return (self.end - self.start) // _MINUTE


def to_minutes(instant: datetime) -> int:
    """Whole minutes since 1970-01-01T00:00Z, rounded down."""
    return (instant - _EPOCH) // _MINUTE


def from_minutes(minutes: int) -> datetime:
    return _EPOCH + minutes * _MINUTE


def ticks_before(instant: datetime) -> int:
    """The last whole tick at or before `instant`, counted from 1970-01-01T00:00Z."""
    return (instant - _EPOCH) // TICK


def ticks_until(instant: datetime) -> int:
    """The first whole tick at or after `instant`."""
    return -((_EPOCH - instant) // TICK)


def last_tick(instant: datetime) -> datetime:
    """The instant of `ticks_before`."""
    return instant - (instant - _EPOCH) % TICK


def next_tick(instant: datetime) -> datetime:
    """The instant of `ticks_until`."""
    return instant + (_EPOCH - instant) % TICK


def is_on_tick(instant: datetime) -> bool:
    return not (instant - _EPOCH) % TICK


def wall_to_utc(day: date, wall: time, tz: ZoneInfo) -> datetime | None:
    """The instant at which clocks in `tz` show `wall` on `day`.

    None when they never do (the hour that summer time skips); the first of the two when they do
    so twice.
    """
    local = datetime.combine(day, wall.replace(tzinfo=None, fold=0), tzinfo=tz)
    instant = local.astimezone(UTC)
    shown = instant.astimezone(tz).replace(tzinfo=None)
    return instant if shown == local.replace(tzinfo=None) else None
