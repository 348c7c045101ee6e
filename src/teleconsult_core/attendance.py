"""Who was in the room, from when to when, and what that says about a no-show.

May import ids, people, appointments. Attendance is evidence: it decides what is offered; a person
decides what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import frozen

from teleconsult_core.appointments import Terms
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role


class Seen(StrEnum):
    """What was seen of somebody at the door of the room."""

    ENTERED = "entered"
    LEFT = "left"
    TROUBLE = "trouble"
    """Tried to enter and could not: camera, microphone, network."""


@frozen
class Attendance:
    """One thing seen, in the order in which it was seen."""

    appointment: AppointmentId
    at: datetime
    role: Role
    seen: Seen
    device: str


class Judgement(StrEnum):
    PRESENT = "present"
    """The patient came."""
    ABSENT = "absent"
    """The practitioner waited through the grace period, and the patient never came."""
    TECHNICAL = "technical"
    """The patient tried to come and could not."""
    INCONCLUSIVE = "inconclusive"
    """The practitioner was not there long enough to say so."""


MET = timedelta(minutes=1)
"""From this long on a patient in the room counts as having come."""

RELOAD = timedelta(seconds=15)
"""Who comes back sooner than this was not away."""


@frozen
class Stay:
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def stays(record: Sequence[Attendance], role: Role, now: datetime) -> tuple[Stay, ...]:
    """When `role` was in the room; a stay that has not ended lasts until `now`.

    Entering again while inside, or a moment after leaving (a page loaded again says goodbye first),
    continues the stay.
    """
    found: list[Stay] = []
    since: datetime | None = None
    for event in record:
        if event.role is not role:
            continue
        if event.seen is Seen.ENTERED and since is None:
            again = found and event.at - found[-1].end < RELOAD
            since = found.pop().start if again else event.at
        elif event.seen is Seen.LEFT and since is not None:
            found.append(Stay(since, event.at))
            since = None
    if since is not None:
        found.append(Stay(since, max(since, now)))
    return tuple(found)


def of_this_time(
    record: Sequence[Attendance], terms: Terms, join_early: timedelta
) -> tuple[Attendance, ...]:
    """What was seen since the door opened: who came before a move has not come to the new time."""
    opens_at = terms.start - join_early
    return tuple(event for event in record if event.at >= opens_at)


def judge(
    record: Sequence[Attendance], terms: Terms, *, grace: timedelta, now: datetime
) -> Judgement:
    """What the record says about a patient's no-show. Pure; `now` ends stays still open."""
    patient = sum((stay.length for stay in stays(record, Role.PATIENT, now)), timedelta())
    if patient >= MET:
        return Judgement.PRESENT
    if any(event.role is Role.PATIENT for event in record):
        return Judgement.TECHNICAL
    waited = waited_from_start(stays(record, Role.PRACTITIONER, now), terms)
    return Judgement.ABSENT if waited >= grace else Judgement.INCONCLUSIVE


def waited_from_start(present: Sequence[Stay], terms: Terms) -> timedelta:
    """How long somebody was in the room between the start and the planned end."""
    inside = (min(stay.end, terms.end) - max(stay.start, terms.start) for stay in present)
    return sum((length for length in inside if length > timedelta()), timedelta())


def inside(record: Sequence[Attendance], role: Role) -> str | None:
    """The device by which `role` is in the room now, or None."""
    device: str | None = None
    for event in record:
        if event.role is role:
            device = event.device if event.seen is Seen.ENTERED else None
    return device
