"""Passwords and codes of staff: how they are made, and how what is typed is compared.

May import argon2-cffi, pyotp, the core. A password is kept as an Argon2id hash; a code is of six
digits and thirty seconds (RFC 6238), and may be one period early or late.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from teleconsult_core.use_cases.proving import PasswordFits, StepOf
from teleconsult_wiring.passwords import LONGEST, check_password

PERIOD = 30
"""Seconds."""

_HASHER = PasswordHasher()  # RFC 9106, for little memory


def hash_password(password: str, words: Iterable[str] = ()) -> str:
    """As it is kept. Raises `WeakPassword` for one that is too easy, with `words` of the clinic."""
    check_password(_composed(password), words)
    return _HASHER.hash(_composed(password))


def new_totp_secret() -> str:
    """160 random bits, in Base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str, practice: str) -> str:
    """What an authenticator reads, as a QR code or typed."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=practice)


def fits(typed: str) -> PasswordFits:
    """Whether a hash is of what was typed; one that is not there takes as long."""

    def compare(known: str | None) -> bool:
        try:
            _HASHER.verify(known or _nobodys(), _composed(typed[: LONGEST + 1]))
        except VerificationError:
            return False
        return known is not None

    return compare


def step_of(typed: str, now: datetime) -> StepOf:
    """In which period around `now` what was typed is the code of a secret."""
    digits = "".join(typed.split())
    this = int(now.timestamp()) // PERIOD

    def find(secret: str | None) -> int | None:
        codes = pyotp.TOTP(secret or _no_secret())
        same = [
            step
            for step in (this - 1, this, this + 1)
            if hmac.compare_digest(codes.generate_otp(step).encode(), digits.encode())
        ]
        return same[0] if same and secret else None

    return find


def _composed(password: str) -> str:
    """The same keys give the same password on every keyboard."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash(new_totp_secret())


@cache
def _no_secret() -> str:
    return new_totp_secret()
