"""Staff, passkeys, sessions and links to accounts. May import the nouns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from teleconsult_core.ids import LinkId, PasskeyId, StaffId
from teleconsult_core.passkeys import Challenge, Passkey
from teleconsult_core.people import Actor
from teleconsult_core.sign_in_stores import Challenges, Passkeys, Sessions, SignInLinks, Staff
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember, folded_email
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import (
    CHALLENGES,
    PASSKEYS,
    SESSIONS,
    SIGN_IN_LINKS,
    STAFF,
)
from teleconsult_core.testing.fakes.shelves import Grouping, Ordering

_BY_EMAIL: Grouping[StaffMember] = Grouping(attrgetter("email"))
_KEYS_OF: Grouping[Passkey] = Grouping(attrgetter("staff"))
_CHALLENGED: Ordering[Challenge] = Ordering(lambda one: (None, one.made_at))
_WHOSE: Grouping[Session] = Grouping(attrgetter("actor"))
_ACCOUNT: Grouping[Session] = Grouping(lambda one: one.email or None)
_BEGUN: Ordering[Session] = Ordering(lambda one: (None, one.made_at))
_ASKED_FOR: Grouping[SignInLink] = Grouping(attrgetter("email"))
_HASH: Grouping[SignInLink] = Grouping(attrgetter("token_hash"))
_ASKED: Ordering[SignInLink] = Ordering(lambda one: (None, one.made_at))


class FakeStaff:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(STAFF)

    def get(self, id: StaffId) -> StaffMember | None:
        return self._kept.get(id)

    def by_email(self, email: str) -> StaffMember | None:
        return next(iter(self._kept.group(_BY_EMAIL, folded_email(email))), None)

    def every(self) -> Sequence[StaffMember]:
        return sorted(self._kept, key=attrgetter("id"))

    def put(self, member: StaffMember) -> None:
        self._kept.put(member.id, member)


class FakePasskeys:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(PASSKEYS)

    def get(self, id: PasskeyId) -> Passkey | None:
        return self._kept.get(id)

    def of(self, staff: StaffId) -> Sequence[Passkey]:
        return sorted(self._kept.group(_KEYS_OF, staff), key=attrgetter("made_at", "id"))

    def put(self, passkey: Passkey) -> None:
        self._kept.put(passkey.id, passkey)

    def remove(self, id: PasskeyId) -> None:
        self._kept.remove(id)

    def remove_of(self, staff: StaffId) -> None:
        for key in self._kept.keys(_KEYS_OF, staff):
            self._kept.remove(key)


class FakeChallenges:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(CHALLENGES)

    def get(self, hash: str) -> Challenge | None:
        return self._kept.get(hash)

    def put(self, challenge: Challenge) -> None:
        self._kept.put(challenge.hash, challenge)

    def remove(self, hash: str) -> None:
        self._kept.remove(hash)

    def forget(self, made_before: datetime) -> int:
        return self._kept.forget(_CHALLENGED, made_before)


class FakeSessions:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(SESSIONS)

    def get(self, token_hash: str) -> Session | None:
        return self._kept.get(token_hash)

    def of(self, actor: Actor) -> Sequence[Session]:
        found = self._kept.group(_WHOSE, actor)
        return sorted(found, key=attrgetter("made_at", "token_hash"))

    def of_account(self, email: str) -> Sequence[Session]:
        found = self._kept.group(_ACCOUNT, folded_email(email) or None)
        return sorted(found, key=attrgetter("made_at", "token_hash"))

    def put(self, session: Session) -> None:
        self._kept.put(session.token_hash, session)

    def remove(self, token_hash: str) -> None:
        self._kept.remove(token_hash)

    def remove_account(self, email: str) -> None:
        for key in self._kept.keys(_ACCOUNT, folded_email(email)):
            self._kept.remove(key)

    def forget(self, made_before: datetime) -> int:
        return self._kept.forget(_BEGUN, made_before)


class FakeSignInLinks:
    def __init__(self, draft: Draft) -> None:
        self._kept = draft.shelf(SIGN_IN_LINKS)

    def get(self, id: LinkId) -> SignInLink | None:
        return self._kept.get(id)

    def by_hash(self, token_hash: str) -> SignInLink | None:
        return next(iter(self._kept.group(_HASH, token_hash)), None)

    def asked(self, email: str, since: datetime) -> int:
        found = self._kept.group(_ASKED_FOR, folded_email(email))
        return sum(one.made_at >= since for one in found)

    def put(self, link: SignInLink) -> None:
        self._kept.put(link.id, link)

    def remove_account(self, email: str) -> None:
        for key in self._kept.keys(_ASKED_FOR, folded_email(email)):
            self._kept.remove(key)

    def forget(self, made_before: datetime) -> int:
        return self._kept.forget(_ASKED, made_before)


if TYPE_CHECKING:
    _staff: type[Staff] = FakeStaff
    _passkeys: type[Passkeys] = FakePasskeys
    _challenges: type[Challenges] = FakeChallenges
    _sessions: type[Sessions] = FakeSessions
    _links: type[SignInLinks] = FakeSignInLinks
