"""What staff may change of his own signing in: his password, and where he is signed in.

What matters is done only after password and code are asked for again, and gives the browser a new
session. May import nouns, ports.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.links import hash_token
from teleconsult_core.passkeys import Passkey
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotSignedIn, Refusal, SignInRefused
from teleconsult_core.sign_ins import Session, StaffMember
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.open_session import (
    begin,
    end_each,
    of_member,
    of_staff,
    siblings,
)
from teleconsult_core.use_cases.proving import PasswordFits, StepOf, Tried, proven, tried


@frozen
class OwnAccess:
    """How somebody of staff comes in, and where he is in. `here` is the session that asks."""

    member: StaffMember
    here: Session
    sessions: tuple[Session, ...]
    passkeys: tuple[Passkey, ...]


def show_own_access(ports: Ports, *, token: str, now: datetime) -> OwnAccess | NotSignedIn:
    """His living sessions, the one in use last first, and his passkeys."""
    with ports.open_work(writing=False) as work:
        found = whose(work, token, now)
        if isinstance(found, NotSignedIn):
            return found
        member, here = found
        living = [one for one in siblings(work, here) if one.alive(now)]
        living.sort(key=lambda one: (one.last_seen, one.made_at), reverse=True)
        return OwnAccess(member, here, tuple(living), tuple(work.passkeys.of(member.id)))


def change_own_password(
    ports: Ports,
    *,
    token: str,
    password_fits: PasswordFits,
    step_of: StepOf,
    password_hash: str,
    fresh: str,
    now: datetime,
) -> Session | NotSignedIn | SignInRefused:
    """From now on `password_hash`; every session of his ends, and one under `fresh` begins.

    `password_fits` and `step_of` are asked of the present password and a code, as in signing in.
    """
    with ports.open_work(writing=False) as work:
        found = whose(work, token, now)
    if isinstance(found, NotSignedIn):
        return found
    typed = tried(found[0], password_fits, step_of)
    with ports.open_work() as work:
        member = again(work, typed, token, now)
        if isinstance(member, Refusal):
            return member
        work.staff.put(member.with_password(password_hash))
        session = alone(work, member, fresh, now)
        work.audit.add(AuditEntry(now, member.actor, "change password", member.id))
        work.commit()
    return session


def end_own_session(
    ports: Ports, *, token: str, name: str, password_fits: PasswordFits, now: datetime
) -> NotFound | NotSignedIn | SignInRefused | None:
    """One of his other sessions ends, once he has typed his password again."""
    with ports.open_work(writing=False) as work:
        found = whose(work, token, now)
    if isinstance(found, NotSignedIn):
        return found
    typed = tried(found[0], password_fits, None)
    with ports.open_work() as work:
        member = again(work, typed, token, now)
        if isinstance(member, Refusal):
            return member
        meant = [one for one in siblings(work, found[1]) if one.name == name]
        if not meant:
            return NotFound(what="session", id=name)
        end_each(work, meant)
        work.audit.add(AuditEntry(now, member.actor, "end session", member.id))
        work.commit()
    return None


def whose(work: Work, token: str, now: datetime) -> tuple[StaffMember, Session] | NotSignedIn:
    """The member of staff who has this session, and the session."""
    session = work.sessions.get(hash_token(token))
    if session is None or not session.alive(now) or session.staff is None:
        return NotSignedIn()
    member = work.staff.get(session.staff)
    return (member, session) if member is not None and member.active else NotSignedIn()


def again(
    work: Work, typed: Tried, token: str, now: datetime
) -> StaffMember | NotSignedIn | SignInRefused:
    """He himself, who has proved it again and is still signed in."""
    member = proven(work, typed, now)  # locks him before his session, as signing in does
    if isinstance(member, SignInRefused):
        return member
    found = whose(work, token, now)
    return member if isinstance(found, tuple) and found[0].id == member.id else NotSignedIn()


def alone(work: Work, member: StaffMember, fresh: str, now: datetime) -> Session:
    """A new session of his, and no other."""
    session = of_staff(member, fresh, now)
    end_each(work, of_member(work, member))
    begin(work, session, now)
    return session
