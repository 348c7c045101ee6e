"""What is kept of signing in: staff, sessions, links to accounts; patients by their address.

May import ids, people, sign_ins. Three of the stores of a unit of work (`stores`), and a question
to a fourth. An e-mail is compared without case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from teleconsult_core.ids import LinkId, StaffId
from teleconsult_core.people import Actor, Patient
from teleconsult_core.sign_ins import Session, SignInLink, StaffMember


class Staff(Protocol):
    """Whoever works here; no two have the same e-mail."""

    def get(self, id: StaffId) -> StaffMember | None: ...
    def by_email(self, email: str) -> StaffMember | None: ...
    def every(self) -> Sequence[StaffMember]:
        """By id."""
        ...

    def put(self, member: StaffMember) -> None: ...


class Sessions(Protocol):
    def get(self, token_hash: str) -> Session | None: ...
    def of(self, actor: Actor) -> Sequence[Session]:
        """By when they were begun."""
        ...

    def put(self, session: Session) -> None: ...
    def remove(self, token_hash: str) -> None: ...
    def remove_of(self, actor: Actor) -> None: ...
    def remove_account(self, email: str) -> None:
        """Every session of patients under this address."""
        ...

    def forget(self, made_before: datetime) -> int: ...


class SignInLinks(Protocol):
    def get(self, id: LinkId) -> SignInLink | None: ...
    def by_hash(self, token_hash: str) -> SignInLink | None: ...
    def asked(self, email: str, since: datetime) -> int:
        """How many were asked for under this address at or after `since`."""
        ...

    def put(self, link: SignInLink) -> None: ...
    def remove_account(self, email: str) -> None: ...
    def forget(self, made_before: datetime) -> int: ...


class SignInStores(Protocol):
    """The part of a unit of work that signing in needs."""

    @property
    def staff(self) -> Staff: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def sign_in_links(self) -> SignInLinks: ...


class WithEmail(Protocol):
    """The part of the store of patients that signing in needs."""

    def with_email(self, email: str) -> Sequence[Patient]:
        """Everybody who gave this address, whatever its case, by id."""
        ...
