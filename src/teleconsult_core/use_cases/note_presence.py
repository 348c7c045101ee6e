"""What a provider of video says of who came into its room and who left: evidence, as at our door.

News comes late, twice and out of order. Each piece is kept, once, with the instant of which it
speaks; what it means is read in that order (`attendance`). Of two pieces about one instant one says
nothing: who came again has not left. It is noted in one commit, so that its sender may be told that
it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment
from teleconsult_core.attendance import PROVIDER, Attendance, Seen, inside
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import SYSTEM, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound
from teleconsult_core.slots import Mode
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.door import SEATED
from teleconsult_core.use_cases.record import note


@frozen
class Presence:
    """`role` came in or left at `at`; None for everybody who was inside when the room closed."""

    news: str
    """The provider's own id of this piece of news."""
    appointment: AppointmentId
    role: Role | None
    seen: Seen
    at: datetime


def note_presence(
    ports: Ports, *, presence: Presence, now: datetime
) -> tuple[Attendance, ...] | NotFound:
    """What was added to the record: nothing when it was known, or says nothing new."""
    with ports.open_work() as work:
        found = work.appointments.get(presence.appointment)
        if found is None or found.terms.mode is not Mode.VIDEO:
            return NotFound(what="appointment", id=presence.appointment)
        news = f"video {presence.news}"
        if work.inbox.knows(news):
            return ()
        added = tuple(_new(presence, work.attendance.of(presence.appointment), now))
        _keep(work, found, added, now)
        work.inbox.note(news, now)
        work.commit()
    return added


def _new(said: Presence, record: Sequence[Attendance], now: datetime) -> Iterable[Attendance]:
    at = min(said.at, now)  # a clock that is ahead of ours
    for role in sorted(SEATED if said.role is None else {said.role}):
        before = inside([one for one in record if one.at < at], role)
        known = {one.seen for one in record if one.role is role and one.at == at}
        if said.seen in known or _reloaded_or_passing(said.seen, known, before):
            continue
        if said.role is None and before is None and Seen.ENTERED not in known:
            continue
        yield Attendance(said.appointment, at, role, said.seen, PROVIDER)


def _reloaded_or_passing(seen: Seen, known: Set[Seen], before: str | None) -> bool:
    """Whether `seen` adds nothing to what is `known` of the same instant.

    Who was inside before it left and came again: he is inside. Who was not came and left.
    """
    last = Seen.LEFT if before is None else Seen.ENTERED
    return bool(known & {Seen.ENTERED, Seen.LEFT}) and seen is not last


def _keep(work: Work, found: Appointment, added: Iterable[Attendance], now: datetime) -> None:
    for event in added:
        work.attendance.add(event)
        detail = f"{event.role.value} {event.seen.value} {event.at.isoformat()}"
        note(work, found, action="presence", actor=SYSTEM, now=now, detail=detail)
