"""Practitioners' accounts beside the holds whose money they get. May import accounts, network.

They are in the card network's file, and trouble is planned for them as for any port. The other
end is a practitioner who completes his account, and a network that stops it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from teleconsult_core.ids import AccountRef
from teleconsult_core.payout_accounts import AccountView, NewAccount, Payout, PayoutNetwork
from teleconsult_sandbox.accounts import (
    account_of,
    account_row,
    account_view,
    open_account,
    page_of,
    pay_after,
    payouts_of,
)
from teleconsult_sandbox.network import SandboxCardNetwork


class SandboxPayouts:
    """`ports.PayoutNetwork` on the books of a sandbox's card network."""

    def __init__(self, cards: SandboxCardNetwork) -> None:
        self._cards = cards
        self.trouble = cards.troubles_of(
            "payouts", frozenset({"register", "look", "onboarding", "dashboard", "payouts"})
        )

    # --- the port ---

    def register(self, *, account: NewAccount) -> AccountView:
        with self.trouble.around("register"), self._cards.today() as (connection, now):
            known = account_of(connection, account.practitioner)
            ref = known["ref"] if known else open_account(connection, account, now)
            pay_after(connection, ref, account.delay_days)
            return account_view(account_row(connection, ref))

    def look(self, *, ref: AccountRef) -> AccountView:
        with self.trouble.around("look"), self._cards.today() as (connection, _):
            return account_view(account_row(connection, ref))

    def onboarding(self, *, ref: AccountRef) -> str:
        with self.trouble.around("onboarding"), self._cards.today() as (connection, _):
            return page_of(connection, "complete", ref)

    def dashboard(self, *, ref: AccountRef) -> str:
        with self.trouble.around("dashboard"), self._cards.today() as (connection, _):
            ready = account_row(connection, ref)["takes_cards"]
            return page_of(connection, "account", ref) if ready else ""

    def payouts(self, *, ref: AccountRef) -> tuple[Payout, ...]:
        with self.trouble.around("payouts"), self._cards.today() as (connection, _):
            return payouts_of(connection, ref)

    # --- the other end ---

    def complete(self, ref: AccountRef) -> AccountView:
        """The practitioner gives what was missing."""
        return self._changed(ref, takes_cards=True, paid_out=True, missing="")

    def restrict(self, ref: AccountRef, why: str) -> AccountView:
        """The network stops the account until `why` is given."""
        return self._changed(ref, takes_cards=False, paid_out=False, missing=why)

    def _changed(
        self, ref: AccountRef, *, takes_cards: bool, paid_out: bool, missing: str
    ) -> AccountView:
        with self._cards.today() as (connection, _):
            account_row(connection, ref)
            connection.execute(
                "update accounts set takes_cards = ?, paid_out = ?, missing = ? where ref = ?",
                (takes_cards, paid_out, missing, ref),
            )
            return account_view(account_row(connection, ref))


if TYPE_CHECKING:
    _conforms: type[PayoutNetwork] = SandboxPayouts
