"""Who works here and may sign in: the operator's to keep. May import nouns, ports.

Passwords and the secrets of codes are made at the edge; only a password's hash comes here.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import StaffId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours, StaffKnown
from teleconsult_core.sign_ins import StaffMember
from teleconsult_core.use_cases.open_session import end_each, of_member
from teleconsult_core.use_cases.permissions import not_the_operator


def add_staff_member(
    ports: Ports, *, member: StaffMember, by: Actor, now: datetime
) -> StaffMember | StaffKnown | NotFound | NotYours:
    """Somebody new; a practitioner must be one of the clinic's."""
    if refusal := not_the_operator(by):
        return refusal
    with ports.open_work() as work:
        known = work.staff.get(member.id) or work.staff.by_email(member.email)
        if known is not None:
            return StaffKnown(id=known.id, email=known.email)
        whose = member.practitioner
        if whose is not None and work.clinic.practitioner(whose) is None:
            return NotFound(what="practitioner", id=whose)
        work.staff.put(member)
        work.audit.add(AuditEntry(now, by, "add staff", member.id, detail=member.role.value))
        work.commit()
    return member


def reset_staff_member(
    ports: Ports, *, id: StaffId, password_hash: str, totp_secret: str, by: Actor, now: datetime
) -> StaffMember | NotFound | NotYours:
    """New secrets, for whoever lost his, was locked out or was disabled.

    His sessions end, and his passkeys open nothing any more.
    """
    if refusal := not_the_operator(by):
        return refusal
    with ports.open_work() as work:
        found = work.staff.get(id)
        if found is None:
            return NotFound(what="member of staff", id=id)
        member = found.reset(password_hash, totp_secret)
        work.staff.put(member)
        end_each(work, of_member(work, member))
        work.passkeys.remove_of(id)
        work.audit.add(AuditEntry(now, by, "reset staff", id))
        work.commit()
    return member


def disable_staff_member(
    ports: Ports, *, id: StaffId, by: Actor, now: datetime
) -> StaffMember | NotFound | NotYours:
    """He comes in no more, and he alone is out at once; disabling twice is disabling once."""
    if refusal := not_the_operator(by):
        return refusal
    with ports.open_work() as work:
        found = work.staff.get(id)
        if found is None:
            return NotFound(what="member of staff", id=id)
        member = found.disabled()
        work.staff.put(member)
        end_each(work, of_member(work, member))
        work.audit.add(AuditEntry(now, by, "disable staff", id))
        work.commit()
    return member


def show_staff(ports: Ports, *, by: Actor) -> tuple[StaffMember, ...] | NotYours:
    """Everybody, by id."""
    if refusal := not_the_operator(by):
        return refusal
    with ports.open_work(writing=False) as work:
        return tuple(work.staff.every())
