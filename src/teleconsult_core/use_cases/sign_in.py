"""Staff signs in: e-mail, password and a code. Whatever is wrong, the answer is the same.

May import nouns, ports.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import SignInRefused
from teleconsult_core.sign_ins import Session
from teleconsult_core.use_cases.open_session import begin, of_staff
from teleconsult_core.use_cases.proving import PasswordFits, StepOf, proven, tried


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

    A code is good once. What is typed is compared for an unknown address, too.
    """
    with ports.open_work(writing=False) as work:
        seen = work.staff.by_email(email)
    typed = tried(seen, password_fits, step_of)
    with ports.open_work() as work:
        member = proven(work, typed, now)
        if isinstance(member, SignInRefused):
            return member
        session = of_staff(member, token, now)
        begin(work, session, now)
        work.audit.add(AuditEntry(now, member.actor, "sign in", member.id))
        work.commit()
    return session
