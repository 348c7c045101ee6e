"""Whether what was made of a profile and its free slots still stands. Reading only.

Whoever draws pages is asked far more often than anything changes: he keeps what he drew with the
mark that was read before it, and shows it again for as long as that stands.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.ids import PractitionerId
from teleconsult_core.ports import Ports
from teleconsult_core.schedules import VisitType
from teleconsult_core.stores import Work
from teleconsult_core.times import (
    Interval,
    aware_utc,
    last_tick,
    next_tick,
    ticks_before,
    ticks_until,
)
from teleconsult_core.use_cases.agenda import AROUND


@frozen
class AgendaMark:
    """An agenda as it was stored, and which starts the present, notice and horizon let through."""

    practitioner: PractitionerId
    ahead: timedelta
    stored: Hashable
    visits: tuple[VisitType, ...]
    bounds: tuple[int, ...]


def mark_agenda(
    ports: Ports, *, practitioner: PractitionerId, ahead: timedelta, now: datetime
) -> AgendaMark:
    """A mark of all that a profile says, and offers from `now` until `ahead` of it.

    Equal marks mean equal profiles, and equal slots in every window that begins and ends at `now`
    plus the same whole number of five minutes, up to `ahead`. An unknown practitioner has one, too.
    """
    now = aware_utc(now)
    with ports.open_work(writing=False) as work:
        visits = tuple(work.clinic.visit_types(practitioner))
        stored = _stored(work, practitioner, ahead, now)
    return AgendaMark(practitioner, ahead, stored, visits, _bounds(visits, now))


def mark_stands(ports: Ports, *, mark: AgendaMark, now: datetime) -> bool:
    """Whether `mark_agenda` would give the same now."""
    now = aware_utc(now)
    if _bounds(mark.visits, now) != mark.bounds:
        return False
    with ports.open_work(writing=False) as work:
        return _stored(work, mark.practitioner, mark.ahead, now) == mark.stored


def _stored(work: Work, practitioner: PractitionerId, ahead: timedelta, now: datetime) -> Hashable:
    """In a window that stays the same between two ticks: who asks again asks for the same."""
    window = Interval(last_tick(now) - AROUND, next_tick(now) + ahead + AROUND)
    return work.agendas.mark(practitioner, window, now)


def _bounds(visits: Iterable[VisitType], now: datetime) -> tuple[int, ...]:
    """The present, and for each visit the first tick not too soon and the last not too far."""
    bounds = [ticks_until(now)]
    for visit in visits:
        bounds.append(ticks_until(now + visit.minimum_notice))
        bounds.append(ticks_before(now + visit.booking_horizon))
    return tuple(bounds)
