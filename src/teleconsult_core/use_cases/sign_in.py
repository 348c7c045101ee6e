"""Staff signs in: e-mail, password and a code. Whatever is wrong, the answer is the same.

The edge knows how passwords are hashed and codes are made; it is asked outside any transaction,
as often and as long for an address that nobody has as for any other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.links import hash_token
from teleconsult_core.people import SYSTEM
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import SignInRefused
from teleconsult_core.sign_ins import PATIENT_LONGEST, Session, StaffMember
from teleconsult_core.stores import Work

PasswordFits = Callable[[str | None], bool]
"""Whether what was typed has this hash; must take as long where there is none."""
StepOf = Callable[[str | None], int | None]
"""In which period of this secret the code that was typed is the right one, if it is in any."""


def sign_in(
    ports: Ports,
    *,
    email: str,
    password_fits: PasswordFits,
    step_of: StepOf,
    token: str,
    now: datetime,
) -> Session | SignInRefused:
    """A new session under `token`: 256 random bits that this browser alone is told.

    A code is good once. After five failures in a row nothing is tried for a growing while, and
    what is tried in it counts for nothing.
    """
    with ports.open_work(writing=False) as work:
        seen = work.staff.by_email(email)
    known = seen if seen is not None and seen.active else None
    fits = password_fits(known.password_hash if known else None)
    step = step_of(known.totp_secret if known else None)
    with ports.open_work() as work:
        member = work.staff.get(known.id) if known else None
        if member is None or known is None or not _as_seen(member, known):
            work.audit.add(AuditEntry(now, SYSTEM, "sign-in failed", "staff", detail="unknown"))
            work.commit()
            return SignInRefused()
        if member.locked(now):
            return _refused(work, member, now, "locked")
        if not fits or step is None or step <= member.last_step:
            work.staff.put(member.failed(now))
            return _refused(work, member, now, "password" if not fits else "code")
        session = Session(hash_token(token), member.actor, now, now)
        work.staff.put(member.came_in(step))
        work.sessions.forget(now - PATIENT_LONGEST)
        work.sessions.put(session)
        work.audit.add(AuditEntry(now, member.actor, "sign in", member.id))
        work.commit()
    return session


def _as_seen(member: StaffMember, seen: StaffMember) -> bool:
    """Whether what was tried is still what is asked for."""
    return (
        member.active
        and member.password_hash == seen.password_hash
        and member.totp_secret == seen.totp_secret
    )


def _refused(work: Work, member: StaffMember, now: datetime, why: str) -> SignInRefused:
    work.audit.add(AuditEntry(now, member.actor, "sign-in failed", member.id, detail=why))
    work.commit()
    return SignInRefused()
