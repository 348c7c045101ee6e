"""Passkeys of staff: a key pair that stays in a device, of which only the public half is here.

May import checks, ids, refusals. How an answer of a device is read and proved is the edge's to
know (WebAuthn); whether its passkey still counts is told here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from teleconsult_core.checks import nfc, text
from teleconsult_core.ids import PasskeyId, StaffId

CHALLENGE_LIVES = timedelta(minutes=5)
MOST_PASSKEYS = 10
"""Of one member of staff."""


@frozen
class Passkey:
    """One that its owner has named. `uses` is what its device has counted, 0 where none counts."""

    id: PasskeyId
    staff: StaffId
    name: str = field(converter=nfc, validator=text(60))
    public_key: str = field(repr=False)
    uses: int
    made_at: datetime
    used_at: datetime | None = None

    def copied(self, uses: int) -> bool:
        """Whether the device counts less than it has counted before: there are two of it."""
        return (uses > 0 or self.uses > 0) and uses <= self.uses

    def used(self, uses: int, now: datetime) -> Passkey:
        return evolve(self, uses=uses, used_at=now)


@frozen
class Challenge:
    """What a device is asked to sign: 256 random bits, of which the hash is kept.

    It is answered once, within five minutes. `staff` is for whom a passkey is made with it; none
    where somebody wants to sign in.
    """

    hash: str = field(repr=False)
    made_at: datetime
    staff: StaffId | None = None

    def alive(self, now: datetime) -> bool:
        return now < self.made_at + CHALLENGE_LIVES
