"""Who may come in, and for how long: staff, their sessions, and the links patients sign in by.

May import checks, ids, people, refusals. What is secret stands here as its hash only: a password's,
made at the edge, a session's and a link's, by `links.hash_token`. The secret of the codes is kept
as it is, because a code can only be compared with what it is made from.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen

from teleconsult_core.checks import is_email, is_id, nfc
from teleconsult_core.ids import LinkId, PractitionerId, StaffId
from teleconsult_core.people import Actor, Role
from teleconsult_core.refusals import BadInput

FREE_TRIES = 5
"""Failures in a row that cost nothing but the try."""
FIRST_WAIT = timedelta(minutes=1)
"""After the fifth; each later one doubles it."""
LONGEST_WAIT = timedelta(hours=1)

STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=30), timedelta(hours=12)
PATIENT_IDLE, PATIENT_LONGEST = timedelta(days=7), timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted that a session is in use: a page is looked at more often."""

MOST_SESSIONS = 5
"""At once, of one person; the next one ends whichever was used longest ago."""

LINK_LIVES = timedelta(minutes=10)
MOST_LINKS = 5
"""Letters to one address within the life of a link."""

_AT_WORK = frozenset({Role.PRACTITIONER, Role.SUPPORT, Role.OPERATOR})


def folded_email(email: str) -> str:
    """An address as it is compared: without case, and empty where nobody can have it."""
    folded = nfc(email).casefold()
    return folded if folded.isprintable() and len(folded) <= 320 else ""


@frozen
class StaffMember:
    """Somebody of the practice who signs in. `practitioner` is whose agenda is his, if he has one.

    `last_step` is the period of thirty seconds whose code was used last: none before it is taken.
    """

    id: StaffId = field(validator=is_id)
    role: Role = field()
    email: str = field(converter=folded_email, validator=is_email)
    password_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)
    practitioner: PractitionerId | None = field(default=None)
    last_step: int = 0
    failures: int = 0
    locked_until: datetime | None = None
    active: bool = True

    @role.validator
    def _at_work(self, _: object, value: Any) -> None:
        if value not in _AT_WORK:
            raise BadInput("role", value, "practitioner, support or operator")

    @practitioner.validator
    def _whose(self, _: object, value: Any) -> None:
        if (value is not None) is not (self.role is Role.PRACTITIONER):
            raise BadInput("practitioner", value, "an id for a practitioner, none for anybody else")

    @property
    def actor(self) -> Actor:
        """In whose name he acts."""
        return Actor(self.role, self.practitioner or self.id)

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    def failed(self, now: datetime) -> StaffMember:
        """One more failure; from the fifth in a row on, nothing is tried for a growing while."""
        failures = self.failures + 1
        wait = wait_after(failures)
        return evolve(self, failures=failures, locked_until=now + wait if wait else None)

    def came_in(self, step: int) -> StaffMember:
        """With the code of `step`, which is worth nothing from now on."""
        return evolve(self, failures=0, locked_until=None, last_step=step)

    def disabled(self) -> StaffMember:
        return evolve(self, active=False)

    def with_password(self, password_hash: str) -> StaffMember:
        return evolve(self, password_hash=password_hash)

    def reset(self, password_hash: str, totp_secret: str) -> StaffMember:
        """With new secrets, and nothing held against him; he may come in (again)."""
        return evolve(
            self, password_hash=password_hash, totp_secret=totp_secret, last_step=0, failures=0,
            locked_until=None, active=True,
        )  # fmt: skip


def wait_after(failures: int) -> timedelta:
    """How long nothing is tried after so many failures in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings = min(failures - FREE_TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


@frozen
class Session:
    """Somebody who signed in, in one browser. `email` is set for a patient: his proven address.

    A patient's `actor` is the newest of the records under that address when he signed in. `staff`
    is set for staff: several may act for one practitioner.
    """

    token_hash: str = field(repr=False)
    actor: Actor
    made_at: datetime
    last_seen: datetime
    email: str = field(default="", converter=folded_email)
    staff: StaffId | None = None

    @property
    def name(self) -> str:
        """What it is called where its owner sees it; it opens nothing."""
        return self.token_hash[:16]

    @property
    def ends_at(self) -> datetime:
        """When it ends, if nothing more is heard of it."""
        idle, longest = _LIVES.get(self.actor.role, (STAFF_IDLE, STAFF_LONGEST))
        return min(self.last_seen + idle, self.made_at + longest)

    def alive(self, now: datetime) -> bool:
        return now < self.ends_at

    def seen(self, now: datetime) -> Session:
        return evolve(self, last_seen=max(now, self.last_seen))


_LIVES = {Role.PATIENT: (PATIENT_IDLE, PATIENT_LONGEST)}


@frozen
class SignInLink:
    """A link to one's account: one use, ten minutes, and only in the browser that asked for it."""

    id: LinkId
    token_hash: str = field(repr=False)
    browser_hash: str = field(repr=False)
    email: str = field(converter=folded_email)
    made_at: datetime
    used_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        return self.made_at + LINK_LIVES

    def alive(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at

    def used(self, now: datetime) -> SignInLink:
        return evolve(self, used_at=now)
