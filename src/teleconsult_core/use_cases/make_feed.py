"""Give somebody the address of the calendar he may subscribe to, and take it away again.

May import nouns, ports. The address is the same until it is revoked; the next one is another.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.feeds import Feed, feed_id
from teleconsult_core.ids import PatientId, PractitionerId
from teleconsult_core.links import hash_token
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.permissions import not_their_patient, not_their_practitioner


def make_feed(ports: Ports, *, owner: Actor, by: Actor, now: datetime) -> str | NotFound | NotYours:
    """The secret address of the calendar of `owner`, a patient or a practitioner.

    For himself and for staff, who see a patient's appointments by it: their asking is noted.
    """
    if refusal := _not_theirs(owner, by):
        return refusal
    with ports.open_work() as work:
        # The patient is locked: whoever erases him sees this feed, or this does not see him.
        if not _there(work, owner):
            return NotFound(what=owner.role.value, id=owner.id)
        before = work.feeds.of(owner)
        alive = next((feed for feed in before if feed.revoked_at is None), None)
        feed = alive or _next(ports, owner, before[-1].generation + 1 if before else 1, now)
        work.feeds.add(feed)
        if alive is None or by != owner:
            work.audit.add(_entry("look at feed" if alive else "make feed", owner, by, now))
        work.commit()
    return ports.site.feed_address(ports.tokens.token(feed.id))


def revoke_feed(
    ports: Ports, *, owner: Actor, by: Actor, now: datetime
) -> tuple[Feed, ...] | NotYours:
    """Whoever has the address reads nothing any more; gives what was alive until now."""
    if refusal := _not_theirs(owner, by):
        return refusal
    with ports.open_work() as work:
        alive = tuple(feed for feed in work.feeds.of(owner) if feed.revoked_at is None)
        for feed in alive:
            work.feeds.revoke(feed.id, now)
        if alive:
            work.audit.add(_entry("revoke feed", owner, by, now))
        work.commit()
    return alive


def _next(ports: Ports, owner: Actor, generation: int, now: datetime) -> Feed:
    id = feed_id(owner, generation)
    return Feed(id, hash_token(ports.tokens.token(id)), owner, generation, now)


def _not_theirs(owner: Actor, by: Actor) -> NotYours | None:
    if owner.role is Role.PATIENT:
        return not_their_patient(PatientId(owner.id), by)
    return not_their_practitioner(PractitionerId(owner.id), by)


def _there(work: Work, owner: Actor) -> bool:
    match owner.role:
        case Role.PATIENT:
            return isinstance(work.patients.get(PatientId(owner.id)), Patient)
        case Role.PRACTITIONER:
            return work.clinic.practitioner(PractitionerId(owner.id)) is not None
        case _:
            return False


def _entry(action: str, owner: Actor, by: Actor, now: datetime) -> AuditEntry:
    patient = PatientId(owner.id) if owner.role is Role.PATIENT else None
    return AuditEntry(now, by, action, owner.id, patient)
