"""A clock that stands still until it is moved. May import times.

clock = MovableClock(datetime(2030, 1, 7, 9, tzinfo=UTC))
clock.forward(timedelta(minutes=20))
desk.sweep(now=clock())
"""

from __future__ import annotations

from datetime import datetime, timedelta

from teleconsult_core.times import aware_utc


class MovableClock:
    """Called, it gives the instant it stands at, in UTC. Raises `ValueError` for going back."""

    def __init__(self, now: datetime) -> None:
        self._now = aware_utc(now)

    def __call__(self) -> datetime:
        return self._now

    def forward(self, by: timedelta) -> datetime:
        """Let `by` pass; gives the new instant."""
        return self.to(self._now + by)

    def to(self, instant: datetime, *, back: bool = False) -> datetime:
        """Move to `instant`; with `back`, it may lie in the past, as after a wrong setting."""
        instant = aware_utc(instant)
        if instant < self._now and not back:
            raise ValueError(f"the clock stands at {self._now.isoformat()}; {instant} is before it")
        self._now = instant
        return instant
