"""The door of the room: who may come in, and when. Not a use case; asked inside a unit of work.

Every condition is checked here, on the server, at the moment of entering: the right person, the
right time, confirmed, and covered by a hold where one is due.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, AwaitingConfirmation, Confirmed, Terms
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.refusals import (
    HoldNeeded,
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
from teleconsult_core.use_cases.record import the_practice
from teleconsult_core.wanted import covered

NotEntered = NotFound | NotConfirmed | WrongState | TooEarly | TooLate | HoldNeeded | ModeNotOffered

SEATED = frozenset({Role.PATIENT, Role.PRACTITIONER})


def their_appointment(work: Work, appointment: AppointmentId, by: Actor) -> Appointment | NotFound:
    """For the two of them; anybody else is told that there is no such appointment."""
    found = work.appointments.get(appointment)
    if found is None or by.role not in SEATED or person(found.terms, by.role) != by:
        return NotFound(what="appointment", id=appointment)
    return found


def person(terms: Terms, role: Role) -> Actor:
    """Who has the place of `role`."""
    return Actor(role, terms.patient if role is Role.PATIENT else terms.practitioner)


def other_of(role: Role) -> Role:
    return Role.PATIENT if role is Role.PRACTITIONER else Role.PRACTITIONER


def may_enter(
    work: Work, appointment: AppointmentId, by: Actor, now: datetime
) -> Confirmed | NotEntered:
    """The appointment, if `by` may come in now."""
    found = their_appointment(work, appointment, by)
    if isinstance(found, NotFound):
        return found
    terms, practice = found.terms, the_practice(work)
    if terms.mode is not Mode.VIDEO:
        return ModeNotOffered(visit_type=terms.visit_type, mode=Mode.VIDEO.value)
    if isinstance(found, AwaitingConfirmation):
        return NotConfirmed(deadline=found.deadline)
    if not isinstance(found, Confirmed):
        return WrongState(state=found.state, wanted="confirmed")
    opens_at = terms.start - practice.policies.join_early
    if now < opens_at:
        return TooEarly(opens_at=opens_at, now=now)
    if now >= (closed_at := closes_at(terms, practice)):
        return TooLate(closed_at=closed_at, now=now, phone=practice.phone)
    if not covered(terms, standing_hold(work.holds.of(terms.id), now), practice.policies, now):
        return HoldNeeded(amount=terms.fee)
    return found


def closes_at(terms: Terms, practice: Practice) -> datetime:
    """When the room closes, whoever is still in it."""
    return terms.end + practice.policies.join_late
