"""Staff makes a passkey of his own, and takes it away again. May import nouns, ports.

First password and code, then the device: it signs a challenge that is good once, for him alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PasskeyId
from teleconsult_core.links import hash_token
from teleconsult_core.passkeys import CHALLENGE_LIVES, MOST_PASSKEYS, Challenge, Passkey
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    NotFound,
    NotSignedIn,
    PasskeyRefused,
    Refusal,
    SignInRefused,
    TooManyPasskeys,
)
from teleconsult_core.sign_ins import Session, StaffMember
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.open_session import begin, of_staff
from teleconsult_core.use_cases.own_access import again, alone, whose
from teleconsult_core.use_cases.proving import PasswordFits, StepOf, tried


@frozen
class NewKey:
    """What a device has made: its name for the passkey, the public half, its count."""

    id: PasskeyId
    public_key: str
    uses: int


def begin_passkey(
    ports: Ports,
    *,
    token: str,
    password_fits: PasswordFits,
    step_of: StepOf,
    challenge: str,
    fresh: str,
    now: datetime,
) -> Session | NotSignedIn | SignInRefused | TooManyPasskeys:
    """`challenge` is written down for him; this browser's session goes on under `fresh`."""
    with ports.open_work(writing=False) as work:
        found = whose(work, token, now)
    if isinstance(found, NotSignedIn):
        return found
    typed = tried(found[0], password_fits, step_of)
    with ports.open_work() as work:
        member = again(work, typed, token, now)
        if isinstance(member, Refusal):
            return member
        if len(work.passkeys.of(member.id)) >= MOST_PASSKEYS:
            work.commit()
            return TooManyPasskeys(most=MOST_PASSKEYS)
        session = of_staff(member, fresh, now)
        work.sessions.remove(found[1].token_hash)
        begin(work, session, now)
        work.challenges.forget(now - CHALLENGE_LIVES)
        work.challenges.put(Challenge(hash_token(challenge), now, member.id))
        work.commit()
    return session


def add_passkey(
    ports: Ports,
    *,
    token: str,
    challenge: str,
    name: str,
    made: Callable[[], NewKey | None],
    now: datetime,
) -> Passkey | NotSignedIn | PasskeyRefused:
    """What his device has made of `challenge`, under a name of his own.

    `made` proves the device's answer, outside any transaction; None is an answer that is none.
    """
    with ports.open_work() as work:
        asked = take_challenge(work, challenge, now)
        work.commit()
    key = made() if asked is not None and asked.staff is not None else None
    with ports.open_work() as work:
        if asked is not None and asked.staff is not None:
            work.staff.get(asked.staff)  # locked before his session, as in signing in
        found = whose(work, token, now)
        if isinstance(found, NotSignedIn):
            return found
        member = found[0]
        full = len(work.passkeys.of(member.id)) >= MOST_PASSKEYS
        if asked is None or asked.staff != member.id or full or key is None:
            return _refused(work, member, now)
        if work.passkeys.get(key.id) is not None:
            return _refused(work, member, now)
        passkey = Passkey(key.id, member.id, name, key.public_key, key.uses, now)
        work.passkeys.put(passkey)
        work.audit.add(AuditEntry(now, member.actor, "add passkey", member.id))
        work.commit()
    return passkey


def remove_passkey(
    ports: Ports,
    *,
    token: str,
    passkey: PasskeyId,
    password_fits: PasswordFits,
    step_of: StepOf,
    fresh: str,
    now: datetime,
) -> Session | NotFound | NotSignedIn | SignInRefused:
    """It opens nothing any more; every session of his ends, and one under `fresh` begins."""
    with ports.open_work(writing=False) as work:
        found = whose(work, token, now)
    if isinstance(found, NotSignedIn):
        return found
    typed = tried(found[0], password_fits, step_of)
    with ports.open_work() as work:
        member = again(work, typed, token, now)
        if isinstance(member, Refusal):
            return member
        known = work.passkeys.get(passkey)
        if known is None or known.staff != member.id:
            work.commit()
            return NotFound(what="passkey", id=passkey)
        work.passkeys.remove(passkey)
        session = alone(work, member, fresh, now)
        work.audit.add(AuditEntry(now, member.actor, "remove passkey", member.id))
        work.commit()
    return session


def take_challenge(work: Work, challenge: str, now: datetime) -> Challenge | None:
    """The challenge, if it is one that lives; it is gone from now on."""
    known = work.challenges.get(hash_token(challenge))
    if known is None:
        return None
    work.challenges.remove(known.hash)
    return known if known.alive(now) else None


def _refused(work: Work, member: StaffMember, now: datetime) -> PasskeyRefused:
    work.audit.add(AuditEntry(now, member.actor, "passkey refused", member.id))
    work.commit()
    return PasskeyRefused()
