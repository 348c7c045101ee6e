"""Practitioners' accounts in memory. May import the fake card network, whose money they get."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve

from teleconsult_core.ids import AccountRef
from teleconsult_core.money import Money
from teleconsult_core.payments import Transfer
from teleconsult_core.payout_accounts import AccountView, NewAccount, Payout, PayoutNetwork
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.fakes.card_network import FakeCardNetwork
from teleconsult_core.testing.fakes.store import InTransaction, must_be_outside


class FakePayoutNetwork:
    """`ports.PayoutNetwork`. A new account asks for a bank account until `complete` is called."""

    def __init__(self, cards: FakeCardNetwork, store: InTransaction | None = None) -> None:
        self._cards, self._store = cards, store
        self._accounts: dict[AccountRef, tuple[NewAccount, AccountView]] = {}
        self._pages = 0
        self._away: list[str] = []

    # --- the port --------------------------------------------------------------------------------

    def register(self, *, account: NewAccount) -> AccountView:
        self._called("register")
        for known, view in self._accounts.values():
            if known.practitioner == account.practitioner:
                return view
        ref = AccountRef(f"acct_{len(self._accounts) + 1:04d}")
        new = AccountView(ref, False, False, missing=("external_account",))
        self._accounts[ref] = account, new
        return new

    def look(self, *, ref: AccountRef) -> AccountView:
        self._called("look")
        return self._known(ref)[1]

    def onboarding(self, *, ref: AccountRef) -> str:
        self._called("onboarding")
        self._known(ref)
        return self._page("complete", ref)

    def dashboard(self, *, ref: AccountRef) -> str:
        self._called("dashboard")
        return self._page("account", ref) if self._known(ref)[1].takes_cards else ""

    def payouts(self, *, ref: AccountRef) -> tuple[Payout, ...]:
        """One a day, of everything that is passed on that day."""
        self._called("payouts")
        by_day: dict[tuple[datetime, str], list[Transfer]] = defaultdict(list)
        for transfer in self._cards.transfers(practitioner=self._known(ref)[0].practitioner):
            by_day[transfer.expected_on, transfer.amount.currency].append(transfer)
        return tuple(_payout(day, its) for day, its in sorted(by_day.items(), reverse=True))

    # --- the other end ---------------------------------------------------------------------------

    def complete(self, ref: AccountRef, *, paid_out: bool = True) -> None:
        """The practitioner gives what is missing; without his bank, nothing is paid out."""
        account, view = self._known(ref)
        missing = () if paid_out else ("external_account",)
        done = evolve(view, takes_cards=True, is_paid_out=paid_out, missing=missing)
        self._accounts[ref] = account, done

    def restrict(self, ref: AccountRef, why: str) -> None:
        """The network stops the account, as when an identity document has run out."""
        account, view = self._known(ref)
        self._accounts[ref] = account, evolve(view, takes_cards=False, missing=(why,))

    def fail_next(self, verb: str) -> None:
        """The next call of `verb` is not answered, and has no effect."""
        self._away.append(verb)

    # --- how everything is asked -----------------------------------------------------------------

    def _called(self, verb: str) -> None:
        must_be_outside(self._store, f"the payout network's {verb}")
        if verb in self._away:
            self._away.remove(verb)
            raise PortTrouble(f"the payout network did not answer the {verb}")

    def _known(self, ref: AccountRef) -> tuple[NewAccount, AccountView]:
        if ref not in self._accounts:
            raise PortMisused(f"the card network knows no account {ref!r}")
        return self._accounts[ref]

    def _page(self, what: str, ref: AccountRef) -> str:
        self._pages += 1
        return f"https://payouts.invalid/{what}/{ref}/{self._pages}"


def _payout(day: tuple[datetime, str], transfers: list[Transfer]) -> Payout:
    expected_on, currency = day
    paid = [one.paid_on for one in transfers if one.paid_on is not None]
    return Payout(
        id=f"po_{expected_on:%Y%m%d%H%M%S%f}_{currency}",
        amount=Money(sum(one.amount.minor for one in transfers), currency),
        expected_on=expected_on,
        paid_on=max(paid) if len(paid) == len(transfers) else None,
    )


if TYPE_CHECKING:
    _conforms: type[PayoutNetwork] = FakePayoutNetwork
