"""Join the consultation (S2, S3, S18, S19): into the room of a provider of video.

`door` says who may come in. There are two places; the same person coming back takes his own again.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Confirmed
from teleconsult_core.attendance import Attendance, Seen, inside, of_this_time
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports, RoomPass
from teleconsult_core.refusals import LinkDead
from teleconsult_core.use_cases.door import NotEntered, closes_at, may_enter, other_of, person
from teleconsult_core.use_cases.open_link import open_link
from teleconsult_core.use_cases.record import note, the_practice

NotJoined = NotEntered | LinkDead


@frozen
class Joined:
    """One person's place in one room, until the room closes."""

    appointment: Confirmed
    role: Role
    room: RoomPass
    other_inside: bool


def join(
    ports: Ports, *, appointment: AppointmentId, by: Actor, device: str, now: datetime
) -> Joined | NotJoined:
    """Enter from the agenda or the account: `by` is who the edge has identified.

    Anybody but the two of them is told that there is no such appointment. `device` tells one
    browser from another; the newer one takes the place.
    """
    with ports.open_work() as work:
        found = may_enter(work, appointment, by, now)
        if not isinstance(found, Confirmed):
            return found
        practice = the_practice(work)
        seen = work.attendance.of(appointment)
        record = of_this_time(seen, found.terms, practice.policies.join_early)
        work.attendance.add(Attendance(appointment, now, by.role, Seen.ENTERED, device))
        note(work, found, action="join", actor=by, now=now)
        work.commit()
    until = closes_at(found.terms, practice)
    room = ports.rooms.admit(appointment=appointment, role=by.role, device=device, until=until)
    other = inside(record, other_of(by.role))
    return Joined(found, by.role, room, other_inside=other is not None)


def join_by_link(ports: Ports, *, token: str, device: str, now: datetime) -> Joined | NotJoined:
    """Enter from the link in a reminder: the link says who comes, and to what."""
    link = open_link(ports, token=token, purpose=Purpose.JOIN, now=now)
    if isinstance(link, LinkDead):
        return link
    with ports.open_work(writing=False) as work:
        found = work.appointments.get(link.appointment)
    if found is None:
        return LinkDead()
    by = person(found.terms, link.role)
    return join(ports, appointment=link.appointment, by=by, device=device, now=now)
