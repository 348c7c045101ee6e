"""Free times as pages show them: a week at a time, by day, kept while they are the same.

May import the core.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar

from teleconsult_core.ids import PractitionerId, VisitTypeId
from teleconsult_core.refusals import NotFound
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.mark_agenda import AgendaMark
from teleconsult_flask.kept_views import Made
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now

T = TypeVar("T")

WEEK = timedelta(days=7)
"""How much of an agenda one page shows."""
WEEKS = 13
"""How far ahead patients look, and the first free time is looked for."""


def week_of(text: str) -> int:
    """The week that an address names, counted from now; what it names wrongly is this one."""
    counted = text.isascii() and text.isdigit() and len(text) < 4
    return min(int(text), WEEKS - 1) if counted else 0


def free_in(whose: PractitionerId, visit: VisitTypeId, mode: Mode, week: int) -> tuple[Slot, ...]:
    """The free times of a week."""
    found = at_hand().desk.offer_slots(
        practitioner=whose,
        visit_type=visit,
        window=Interval(now() + week * WEEK, now() + (week + 1) * WEEK),
        now=now(),
        modes=frozenset({mode}),
    )
    return () if isinstance(found, NotFound) else found


def first_free(whose: PractitionerId, visit: VisitTypeId, mode: Mode) -> tuple[Slot | None, int]:
    """The first free time, and in how many weeks it was looked for; most are near."""
    for week in range(WEEKS):
        if slots := free_in(whose, visit, mode, week):
            return slots[0], week + 1
    return None, WEEKS


def by_day(slots: Iterable[Slot]) -> list[tuple[date, list[Slot]]]:
    """Slots under the local day on which they begin."""
    return [(day, list(its)) for day, its in groupby(slots, key=lambda one: local_day(one.start))]


def kept(whose: PractitionerId, key: Hashable, make: Callable[[], Made[T]], weeks: int = 1) -> T:
    """What `make` makes of somebody's agenda, from what is kept if the agenda is the same."""
    web, at = at_hand(), now()
    views, desk = web.kept_views, web.desk
    if views is None:
        return make().view

    def mark(weeks: int) -> AgendaMark:
        return desk.mark_agenda(practitioner=whose, ahead=weeks * WEEK, now=at)

    def stands(mark: AgendaMark) -> bool:
        return desk.mark_stands(mark=mark, now=at)

    return views.get(key, make, stands=stands, mark=mark, weeks=weeks)
