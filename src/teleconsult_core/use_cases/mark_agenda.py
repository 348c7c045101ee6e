"""Whether what was made of a profile and its free slots still stands. Reading only.

Whoever draws pages is asked far more often than anything changes: he keeps what he drew with the
mark that was read before it, and shows it again for as long as the mark is the same.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.ids import PractitionerId
from teleconsult_core.ports import Ports
from teleconsult_core.schedules import VisitType
from teleconsult_core.times import Interval, aware_utc, ticks_before, ticks_until
from teleconsult_core.use_cases.agenda import AROUND


@frozen
class AgendaMark:
    """What is stored, and which starts notice, horizon and the present let through."""

    stored: Hashable
    bounds: tuple[int, ...]


def mark_agenda(
    ports: Ports, *, practitioner: PractitionerId, ahead: timedelta, now: datetime
) -> AgendaMark:
    """A mark of everything that a profile says, and offers from `now` until `ahead` of it.

    Equal marks mean equal profiles, and equal slots in every window that begins and ends at `now`
    plus the same whole number of five minutes, up to `ahead`. An unknown practitioner has one, too.
    """
    now = aware_utc(now)
    with ports.open_work(writing=False) as work:
        stored = work.agendas.mark(practitioner, Interval(now - AROUND, now + ahead + AROUND), now)
        visits = work.clinic.visit_types(practitioner)
    bounds = [bound for visit in visits for bound in _bounds(visit, now)]
    return AgendaMark(stored, (ticks_until(now), *bounds))


def _bounds(visit: VisitType, now: datetime) -> tuple[int, int]:
    """The first tick that is not too soon, and the last that is not too far."""
    return ticks_until(now + visit.minimum_notice), ticks_before(now + visit.booking_horizon)
