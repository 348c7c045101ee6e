"""Staff signs in with a passkey alone: a device that he has, unlocked as only he unlocks it.

May import nouns, ports. Whatever is wrong, the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import PasskeyId
from teleconsult_core.links import hash_token
from teleconsult_core.passkeys import CHALLENGE_LIVES, Challenge, Passkey
from teleconsult_core.people import SYSTEM
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import SignInRefused
from teleconsult_core.sign_ins import Session
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.keep_passkeys import take_challenge
from teleconsult_core.use_cases.open_session import begin, of_staff
from teleconsult_core.use_cases.proving import refused

UsesIn = Callable[[Passkey], int | None]
"""What the device counts in an answer that this passkey has signed; None for any other answer."""


@frozen
class PasskeyAsked:
    """A device may sign the challenge until then."""

    expires_at: datetime


def ask_passkey(ports: Ports, *, challenge: str, now: datetime) -> PasskeyAsked:
    """`challenge`, 256 random bits, is written down for whoever answers it."""
    with ports.open_work() as work:
        work.challenges.forget(now - CHALLENGE_LIVES)
        work.challenges.put(Challenge(hash_token(challenge), now))
        work.commit()
    return PasskeyAsked(now + CHALLENGE_LIVES)


def sign_in_by_passkey(
    ports: Ports,
    *,
    challenge: str,
    passkey: PasskeyId,
    uses_in: UsesIn,
    token: str,
    now: datetime,
) -> Session | SignInRefused:
    """A new session under `token`, 256 random bits that this browser alone is told.

    The challenge is used up, whatever the answer. A failed password makes nobody wait here: a
    passkey cannot be guessed, and its owner must not be kept out by whoever knows his address.
    """
    with ports.open_work() as work:
        asked = take_challenge(work, challenge, now)
        seen = work.passkeys.get(passkey)
        work.commit()
    uses = uses_in(seen) if asked and asked.staff is None and seen else None
    with ports.open_work() as work:
        member = work.staff.get(seen.staff) if seen else None
        known = work.passkeys.get(passkey)
        if member is None or known is None or known.staff != member.id or not member.active:
            return _unknown(work, now)
        if uses is None:
            return refused(work, member, now, "passkey")
        if known.copied(uses):
            return refused(work, member, now, "passkey counts backwards")
        session = of_staff(member, token, now)
        work.passkeys.put(known.used(uses, now))
        begin(work, session, now)
        work.audit.add(AuditEntry(now, member.actor, "sign in", member.id, detail="passkey"))
        work.commit()
    return session


def _unknown(work: Work, now: datetime) -> SignInRefused:
    work.audit.add(AuditEntry(now, SYSTEM, "sign-in failed", "staff", detail="unknown passkey"))
    work.commit()
    return SignInRefused()
