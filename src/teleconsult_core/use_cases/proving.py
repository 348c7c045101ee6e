"""Whether staff is who he says he is: password and code as typed, compared and counted.

The edge knows how passwords are hashed and codes are made; it is asked outside any transaction,
as often and as long for an address that nobody has as for any other. May import nouns, stores.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.people import SYSTEM
from teleconsult_core.refusals import SignInRefused
from teleconsult_core.sign_ins import StaffMember
from teleconsult_core.stores import Work

PasswordFits = Callable[[str | None], bool]
"""Whether what was typed has this hash; must take as long where there is none."""
StepOf = Callable[[str | None], int | None]
"""In which period of this secret the code that was typed is the right one, if it is in any."""


@frozen
class Tried:
    """What was typed, beside the member of staff as he was seen when it was compared."""

    seen: StaffMember | None
    fits: bool
    step: int | None
    code_asked: bool


def tried(seen: StaffMember | None, password_fits: PasswordFits, step_of: StepOf | None) -> Tried:
    """Compare, outside any transaction; without `step_of` no code was asked for."""
    known = seen if seen is not None and seen.active else None
    fits = password_fits(known.password_hash if known else None)
    step = step_of(known.totp_secret if known else None) if step_of else None
    return Tried(known, fits, step, step_of is not None)


def proven(work: Work, what: Tried, now: datetime) -> StaffMember | SignInRefused:
    """He himself, whose code is used up; a failure is counted and noted, and the work committed.

    After five failures in a row nothing is tried for a growing while, and what is tried in it
    counts for nothing.
    """
    member = work.staff.get(what.seen.id) if what.seen else None
    if member is None or what.seen is None or not _as_seen(member, what.seen):
        work.audit.add(AuditEntry(now, SYSTEM, "sign-in failed", "staff", detail="unknown"))
        work.commit()
        return SignInRefused()
    if member.locked(now):
        return refused(work, member, now, "locked")
    code_fits = not what.code_asked or (what.step is not None and what.step > member.last_step)
    if not what.fits or not code_fits:
        work.staff.put(member.failed(now))
        return refused(work, member, now, "password" if not what.fits else "code")
    if what.step is None:
        return member
    let_in = member.came_in(what.step)
    work.staff.put(let_in)
    return let_in


def refused(work: Work, member: StaffMember, now: datetime, why: str) -> SignInRefused:
    """The same answer whatever is wrong; the audit knows more."""
    work.audit.add(AuditEntry(now, member.actor, "sign-in failed", member.id, detail=why))
    work.commit()
    return SignInRefused()


def _as_seen(member: StaffMember, seen: StaffMember) -> bool:
    """Whether what was tried is still what is asked for."""
    return (
        member.active
        and member.password_hash == seen.password_hash
        and member.totp_secret == seen.totp_secret
    )
