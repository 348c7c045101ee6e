"""The hours of a day that patients can still book, for the agenda. May import the core."""

from __future__ import annotations

from datetime import date, datetime

from attrs import evolve, frozen

from teleconsult_core.ids import PractitionerId
from teleconsult_core.refusals import NotFound
from teleconsult_core.slots import Mode
from teleconsult_flask.practice.asker import days
from teleconsult_flask.web import at_hand, now


@frozen
class Free:
    """A stretch without a gap, and how it can be booked."""

    start: datetime
    until: datetime
    modes: frozenset[Mode]


def free_on(day: date, practitioner: PractitionerId) -> list[Free]:
    """As the profile offers it for the first reason of a visit."""
    desk = at_hand().desk
    with desk.open_work(writing=False) as work:
        kind = next(iter(work.clinic.visit_types(practitioner)), None)
    if kind is None:
        return []
    slots = desk.offer_slots(
        practitioner=practitioner, visit_type=kind.id, window=days(day, 1), now=now()
    )
    stretches: list[Free] = []
    for slot in () if isinstance(slots, NotFound) else slots:
        last = stretches[-1] if stretches else None
        # Starts follow each other without a gap; where one is, somebody or something lies in it.
        if last and slot.start <= last.until and slot.modes == last.modes:
            stretches[-1] = evolve(last, until=max(last.until, slot.end))
        else:
            stretches.append(Free(slot.start, slot.end, slot.modes))
    return stretches
