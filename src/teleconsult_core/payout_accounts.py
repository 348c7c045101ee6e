"""Where a practitioner's money goes: his account at the card network. May import ids, money.

An account is opened once and completed by the practitioner himself, on the network's own pages.
Whether it may take cards and is paid out is the network's word, looked at and never believed for
long. The addresses of those pages are for one use: they are handed on and never kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attrs import evolve, field, frozen

from teleconsult_core.ids import AccountRef, PractitionerId
from teleconsult_core.money import Money


@frozen
class AccountView:
    """The network's books about one account. `missing` names what it still asks for."""

    ref: AccountRef
    takes_cards: bool
    is_paid_out: bool
    missing: tuple[str, ...] = ()


@frozen
class PayoutAccount:
    """The account of one practitioner, as the network told it at `seen_at`."""

    practitioner: PractitionerId
    ref: AccountRef
    opened_at: datetime
    seen_at: datetime
    takes_cards: bool = False
    is_paid_out: bool = False
    missing: tuple[str, ...] = ()

    def seen(self, view: AccountView, now: datetime) -> PayoutAccount:
        """As the network tells it now."""
        return evolve(
            self,
            ref=view.ref,
            seen_at=now,
            takes_cards=view.takes_cards,
            is_paid_out=view.is_paid_out,
            missing=view.missing,
        )

    @property
    def complete(self) -> bool:
        """Whether cards may be taken for it, and what was taken reaches the practitioner."""
        return self.takes_cards and self.is_paid_out


@frozen
class Payout:
    """One sum on its way from the account to the practitioner's bank.

    `expected_on` is when it should arrive, `paid_on` when it did; `trouble` says why it came back.
    """

    id: str
    amount: Money
    expected_on: datetime
    paid_on: datetime | None = None
    trouble: str = ""


@frozen
class NewAccount:
    """What an account is opened with: nothing of the practitioner's that he must give himself.

    `country` is his practice's (ISO 3166); money waits on the account for `delay_days` days.
    """

    practitioner: PractitionerId
    email: str = field(repr=False)
    country: str
    delay_days: int


class PayoutNetwork(Protocol):
    """Accounts of practitioners at the card network. Trouble is raised as by `CardNetwork`."""

    def register(self, *, account: NewAccount) -> AccountView:
        """The practitioner's account; the one that he has, where it was opened before."""
        ...

    def look(self, *, ref: AccountRef) -> AccountView: ...

    def onboarding(self, *, ref: AccountRef) -> str:
        """The page, for one use, on which he gives what is missing."""
        ...

    def dashboard(self, *, ref: AccountRef) -> str:
        """The page, for one use, on which he sees his account. Empty while it is not complete."""
        ...

    def payouts(self, *, ref: AccountRef) -> tuple[Payout, ...]:
        """What was or will be paid out to his bank, newest first."""
        ...
