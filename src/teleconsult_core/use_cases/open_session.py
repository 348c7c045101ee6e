"""Whose request it is, by the session of his browser; how sessions begin and end.

May import nouns, ports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PatientId
from teleconsult_core.links import hash_token
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotSignedIn
from teleconsult_core.sign_ins import (
    MOST_SESSIONS,
    PATIENT_LONGEST,
    SEEN_EVERY,
    Session,
    StaffMember,
)
from teleconsult_core.stores import Work


def open_session(ports: Ports, *, token: str, now: datetime) -> Session | NotSignedIn:
    """The living session of `token`; that it is in use is noted once a minute at most."""
    key = hash_token(token)
    with ports.open_work(writing=False) as work:
        session = work.sessions.get(key)
    if session is None or not session.alive(now):
        return NotSignedIn()
    if now - session.last_seen < SEEN_EVERY:
        return session
    with ports.open_work() as work:
        again = work.sessions.get(key)  # it may have been ended since
        if again is None or not again.alive(now):
            return NotSignedIn()
        work.sessions.put(again.seen(now))
        work.commit()
    return again.seen(now)


def end_session(ports: Ports, *, token: str, now: datetime) -> None:
    """Nobody has it any more; ending twice is ending once."""
    with ports.open_work() as work:
        session = work.sessions.get(hash_token(token))
        if session is not None:
            work.sessions.remove(session.token_hash)
            work.audit.add(noted(session.actor, "sign out", now))
            work.commit()


def end_all_sessions(ports: Ports, *, token: str, now: datetime) -> NotSignedIn | None:
    """Every session of whoever has this one, in every browser, this one too."""
    key = hash_token(token)
    with ports.open_work(writing=False) as work:
        seen = work.sessions.get(key)
    with ports.open_work() as work:
        if seen is not None and seen.staff is not None:
            work.staff.get(seen.staff)  # locked before his sessions, as in signing in
        session = work.sessions.get(key)
        if session is None or not session.alive(now):
            return NotSignedIn()
        if session.email:
            work.sessions.remove_account(session.email)
        else:
            end_each(work, siblings(work, session))
        work.audit.add(noted(session.actor, "sign out everywhere", now))
        work.commit()
    return None


def of_staff(member: StaffMember, token: str, now: datetime) -> Session:
    return Session(hash_token(token), member.actor, now, now, staff=member.id)


def begin(work: Work, session: Session, now: datetime) -> None:
    """Keep it; where he has more than five, those used longest ago end."""
    work.sessions.forget(now - PATIENT_LONGEST)
    others = sorted(siblings(work, session), key=lambda one: (one.last_seen, one.made_at))
    living = [one for one in others if one.alive(now)]
    for one in living[: max(0, len(living) + 1 - MOST_SESSIONS)]:
        work.sessions.remove(one.token_hash)
        work.audit.add(noted(one.actor, "sign out", now, "too many sessions"))
    work.sessions.put(session)


def siblings(work: Work, session: Session) -> Sequence[Session]:
    """The sessions of whoever has this one; it too, once it is kept."""
    if session.email:
        return work.sessions.of_account(session.email)
    return [one for one in work.sessions.of(session.actor) if one.staff == session.staff]


def of_member(work: Work, member: StaffMember) -> Sequence[Session]:
    """The sessions that are his own; whoever acts for the same practitioner has others."""
    return [one for one in work.sessions.of(member.actor) if one.staff == member.id]


def end_each(work: Work, sessions: Sequence[Session]) -> None:
    for one in sessions:
        work.sessions.remove(one.token_hash)


def noted(actor: Actor, action: str, now: datetime, detail: str = "") -> AuditEntry:
    """A line in the audit about somebody's coming or going."""
    patient = PatientId(actor.id) if actor.role is Role.PATIENT else None
    return AuditEntry(now, actor, action, actor.id, patient, detail)
