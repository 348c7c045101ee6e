"""Join the consultation (S2, S3, S18, S19): the door of the room.

Every condition is checked here, on the server, at the moment of entering: the right person, the
right time, confirmed, and covered by a hold where one is due. There are two places; the same
person coming back takes his own again.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, AwaitingConfirmation, Confirmed, Terms
from teleconsult_core.attendance import Attendance, Seen, inside, of_this_time
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.ports import Ports, RoomPass
from teleconsult_core.refusals import (
    HoldNeeded,
    LinkDead,
    ModeNotOffered,
    NotConfirmed,
    NotFound,
    TooEarly,
    TooLate,
    WrongState,
)
from teleconsult_core.slots import Mode
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.open_link import open_link
from teleconsult_core.use_cases.record import note, the_practice
from teleconsult_core.wanted import covered

NotJoined = (
    NotFound
    | LinkDead
    | NotConfirmed
    | WrongState
    | TooEarly
    | TooLate
    | HoldNeeded
    | ModeNotOffered
)


@frozen
class Joined:
    """One person's place in one room, until the room closes. `waiting` says who is inside."""

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
        found = work.appointments.get(appointment)
        people = {}
        if found is not None:
            terms = found.terms
            people = {Role.PATIENT: terms.patient, Role.PRACTITIONER: terms.practitioner}
        if found is None or people.get(by.role) != by.id:
            return NotFound(what="appointment", id=appointment)
        practice = the_practice(work)
        if closed := _closed(work, found, practice, now):
            return closed
        if not isinstance(found, Confirmed):
            return WrongState(state=found.state, wanted="confirmed")
        seen = work.attendance.of(appointment)
        record = of_this_time(seen, found.terms, practice.policies.join_early)
        work.attendance.add(Attendance(appointment, now, by.role, Seen.ENTERED, device))
        note(work, found, action="join", actor=by, now=now)
        work.commit()
    other = Role.PATIENT if by.role is Role.PRACTITIONER else Role.PRACTITIONER
    until = found.terms.end + practice.policies.join_late
    room = ports.rooms.admit(appointment=appointment, role=by.role, device=device, until=until)
    return Joined(found, by.role, room, other_inside=inside(record, other) is not None)


def join_by_link(ports: Ports, *, token: str, device: str, now: datetime) -> Joined | NotJoined:
    """Enter from the link in a reminder: the link says who comes, and to what."""
    link = open_link(ports, token=token, purpose=Purpose.JOIN, now=now)
    if isinstance(link, LinkDead):
        return link
    with ports.open_work(writing=False) as work:
        found = work.appointments.get(link.appointment)
    if found is None:
        return LinkDead()
    by = _person(found.terms, link.role)
    return join(ports, appointment=link.appointment, by=by, device=device, now=now)


def _person(terms: Terms, role: Role) -> Actor:
    return Actor(role, terms.patient if role is Role.PATIENT else terms.practitioner)


def _closed(
    work: Work, found: Appointment, practice: Practice, now: datetime
) -> NotConfirmed | WrongState | TooEarly | TooLate | HoldNeeded | ModeNotOffered | None:
    """Why the door stays closed, or None."""
    terms, policies = found.terms, practice.policies
    if terms.mode is not Mode.VIDEO:
        return ModeNotOffered(visit_type=terms.visit_type, mode=Mode.VIDEO.value)
    if isinstance(found, AwaitingConfirmation):
        return NotConfirmed(deadline=found.deadline)
    if not isinstance(found, Confirmed):
        return WrongState(state=found.state, wanted="confirmed")
    opens_at, closes_at = terms.start - policies.join_early, terms.end + policies.join_late
    if now < opens_at:
        return TooEarly(opens_at=opens_at, now=now)
    if now >= closes_at:
        return TooLate(closed_at=closes_at, now=now, phone=practice.phone)
    if not covered(terms, standing_hold(work.holds.of(terms.id), now), policies, now):
        return HoldNeeded(amount=terms.fee)
    return None
