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
    """One thing seen; a record may hold them in the order in which they became known."""

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

PROVIDER = "the provider of video"
"""Whose word it is that somebody came or left, where the record names a device."""


@frozen
class Stay:
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def in_order(record: Sequence[Attendance]) -> list[Attendance]:
    """By when it happened: a provider's news overtake each other."""
    return sorted(record, key=lambda event: event.at)


def stays(record: Sequence[Attendance], role: Role, now: datetime) -> tuple[Stay, ...]:
    """When `role` was in the room; a stay that has not ended lasts until `now`.

    Entering again while inside, or a moment after leaving (a page loaded again says goodbye first),
    continues the stay.
    """
    found: list[Stay] = []
    since: datetime | None = None
    for event in in_order(record):
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
    """What was seen since the door opened, in order: who came before a move has not come to the
    new time."""
    opens_at = terms.start - join_early
    return tuple(event for event in in_order(record) if event.at >= opens_at)


def judge(
    record: Sequence[Attendance], terms: Terms, *, grace: timedelta, now: datetime
) -> Judgement:
    """What the record says about a patient's no-show. Pure; `now` ends stays still open."""
    patient = sum((stay.length for stay in stays(record, Role.PATIENT, now)), timedelta())
    if patient >= MET:
        return Judgement.PRESENT
    if any(event.role is Role.PATIENT for event in record):
        return Judgement.TECHNICAL
    sure = stays(_sure(record, Role.PRACTITIONER), Role.PRACTITIONER, now)
    waited = waited_from_start(sure, terms)
    return Judgement.ABSENT if waited >= grace else Judgement.INCONCLUSIVE


def _sure(record: Sequence[Attendance], role: Role) -> list[Attendance]:
    """What is known of `role` without a gap.

    A provider that says twice that he came has still to say when he left in between: what came
    before the second time proves nothing.
    """
    sure: list[Attendance] = []
    told: Seen | None = None
    for event in in_order(record):
        if event.role is not role:
            continue
        if event.device == PROVIDER and event.seen is told is Seen.ENTERED:
            while sure and sure[-1].seen is not Seen.LEFT:
                sure.pop()
        if event.device == PROVIDER or event.seen is Seen.LEFT:
            told = event.seen
        sure.append(event)
    return sure


def waited_from_start(present: Sequence[Stay], terms: Terms) -> timedelta:
    """How long somebody was in the room between the start and the planned end."""
    inside = (min(stay.end, terms.end) - max(stay.start, terms.start) for stay in present)
    return sum((length for length in inside if length > timedelta()), timedelta())


def inside(record: Sequence[Attendance], role: Role) -> str | None:
    """The device by which `role` is in the room now, or None."""
    device: str | None = None
    for event in in_order(record):
        if event.role is role:
            device = event.device if event.seen is Seen.ENTERED else None
    return device
