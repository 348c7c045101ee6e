"""When nobody is woken by a reminder. May import times."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from teleconsult_core.times import wall_to_utc


@frozen
class QuietHours:
    """Wall time of the reader, from `begin` until `end`, usually over midnight.

    The same hour twice means that no hour is quiet.
    """

    begin: time = time(21)
    end: time = time(8)

    def until(self, now: datetime, tz: ZoneInfo) -> datetime | None:
        """When they are over, or None when it is not quiet at `now`."""
        local = now.astimezone(tz)
        over_midnight = self.end < self.begin
        tonight = local.time() >= self.begin
        morning = local.time() < self.end
        if not ((tonight or morning) if over_midnight else (tonight and morning)):
            return None
        day = local.date() + timedelta(days=1 if over_midnight and tonight else 0)
        # An hour that the clocks leave out is over when they have jumped across it; one that they
        # show twice, the second time.
        ends = wall_to_utc(day, self.end, tz) or wall_to_utc(day, _an_hour_later(self.end), tz)
        return ends + timedelta(hours=1) if ends is not None and ends <= now else ends


DEFAULT_QUIET_HOURS = QuietHours()


def _an_hour_later(wall: time) -> time:
    return wall.replace(hour=(wall.hour + 1) % 24)
