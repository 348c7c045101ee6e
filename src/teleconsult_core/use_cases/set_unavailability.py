"""Say when a practitioner is not there (S8c): by hand, or from a calendar, per mode.

An unavailability in one mode leaves the other open. Appointments already made stand; the answer
names those it overlaps, so that a person can move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment
from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PractitionerId, UnavailabilityId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.schedules import Unavailability
from teleconsult_core.slots import Mode, Modes
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.permissions import not_their_practitioner


@frozen
class UnavailabilitySet:
    """What is kept now, how much of the same source it replaced, and what it overlaps."""

    kept: tuple[Unavailability, ...]
    replaced: int
    overlapping: tuple[Appointment, ...]


def set_unavailability(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    modes: Modes,
    intervals: Sequence[Interval],
    source: str,
    by: Actor,
    now: datetime,
    replace: bool = False,
) -> UnavailabilitySet | NotFound | NotYours:
    """Keep one unavailability per mode and interval.

    With `replace`, everything kept from `source` before is forgotten: a calendar imported again
    says the whole truth about itself.
    """
    if refusal := not_their_practitioner(practitioner, by):
        return refusal
    with ports.open_work() as work:
        if work.clinic.practitioner(practitioner) is None:
            return NotFound(what="practitioner", id=practitioner)
        replaced = work.unavailabilities.remove_source(practitioner, source) if replace else 0
        kept = tuple(
            _unavailability(practitioner, mode, interval, source)
            for mode in sorted(modes)
            for interval in intervals
        )
        for unavailability in kept:
            work.unavailabilities.put(unavailability)
        overlapping = _overlapping(work, practitioner, modes, intervals)
        detail = f"{len(kept)} from {source}"
        work.audit.add(AuditEntry(now, by, "unavailability", practitioner, detail=detail))
        work.commit()
    return UnavailabilitySet(kept, replaced, overlapping)


def remove_unavailability(
    ports: Ports, *, id: UnavailabilityId, by: Actor, now: datetime
) -> Unavailability | NotFound | NotYours:
    """Be there again."""
    with ports.open_work() as work:
        found = work.unavailabilities.get(id)
        if found is None:
            return NotFound(what="unavailability", id=id)
        if refusal := not_their_practitioner(found.practitioner, by):
            return refusal
        work.unavailabilities.remove(id)
        work.audit.add(AuditEntry(now, by, "available again", found.practitioner))
        work.commit()
    return found


def _unavailability(
    practitioner: PractitionerId, mode: Mode, interval: Interval, source: str
) -> Unavailability:
    starts, ends = (f"{instant:%Y%m%dT%H%M%SZ}" for instant in (interval.start, interval.end))
    id = UnavailabilityId(f"{practitioner}:{mode.value}:{starts}-{ends}")
    return Unavailability(id, practitioner, mode, interval, source)


def _overlapping(
    work: Work, practitioner: PractitionerId, modes: Modes, intervals: Sequence[Interval]
) -> tuple[Appointment, ...]:
    found: dict[str, Appointment] = {}
    for interval in intervals:
        for appointment in work.appointments.blocking(practitioner, interval):
            if appointment.terms.mode in modes:
                found[appointment.terms.id] = appointment
    return tuple(found.values())
