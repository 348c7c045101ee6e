"""Practitioners' accounts at Stripe (Connect). May import its own parts.

The clinic's platform answers for losses and pays Stripe's fees, as destination charges ask for
(https://docs.stripe.com/connect/charges). What the practitioner gives, he gives on Stripe's pages.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import stripe
from attrs import field, frozen
from stripe.params import AccountCreateParams

from teleconsult_core.ids import AccountRef
from teleconsult_core.money import Money
from teleconsult_core.payout_accounts import AccountView, NewAccount, Payout, PayoutNetwork
from teleconsult_stripe.reading import given, labels
from teleconsult_stripe.trouble import spoken

PAGE = 100


@frozen
class StripePayoutNetwork:
    """`ports.PayoutNetwork` on one Stripe platform account.

    `installation` is the one of `StripeCardNetwork`; `comes_back` is our page to which a
    practitioner returns from Stripe's, done or not.
    """

    client: stripe.StripeClient = field(repr=False)
    installation: str
    comes_back: str

    def register(self, *, account: NewAccount) -> AccountView:
        """Looked for before it is opened: an idempotency key is remembered for a day only."""
        with spoken("open the account"):
            ref = self._ref_of(account) or self._open(account)
            self.client.v1.balance_settings.update(
                {"payments": {"settlement_timing": {"delay_days_override": account.delay_days}}},
                {"stripe_account": ref},
            )
        return self.look(ref=AccountRef(ref))

    def look(self, *, ref: AccountRef) -> AccountView:
        with spoken("look at the account"):
            return _view(self.client.v1.accounts.retrieve(ref))

    def onboarding(self, *, ref: AccountRef) -> str:
        with spoken("open the onboarding"):
            page = self.client.v1.account_links.create(
                {
                    "account": ref,
                    "type": "account_onboarding",
                    "return_url": self.comes_back,
                    "refresh_url": self.comes_back,
                }
            )
        return page.url

    def dashboard(self, *, ref: AccountRef) -> str:
        if not self.look(ref=ref).takes_cards:
            return ""
        with spoken("open the dashboard"):
            return self.client.v1.accounts.login_links.create(ref).url

    def payouts(self, *, ref: AccountRef) -> tuple[Payout, ...]:
        """The last hundred."""
        with spoken("list the payouts"):
            page = self.client.v1.payouts.list({"limit": PAGE}, {"stripe_account": ref})
        return tuple(_payout(one) for one in page.data)

    def _ref_of(self, account: NewAccount) -> str | None:
        wanted = self._labels(account)
        page = self.client.v1.accounts.list({"limit": PAGE})
        ours = (one.id for one in page.auto_paging_iter() if wanted.items() <= labels(one).items())
        return next(ours, None)

    def _open(self, account: NewAccount) -> str:
        asked: AccountCreateParams = {
            "country": account.country,
            "email": account.email,
            "controller": {
                "stripe_dashboard": {"type": "express"},
                "losses": {"payments": "application"},
                "fees": {"payer": "application"},
                "requirement_collection": "stripe",
            },
            "capabilities": {
                "card_payments": {"requested": True},
                "transfers": {"requested": True},
            },
            "metadata": self._labels(account),
        }
        key = f"{self.installation}:account:{account.practitioner}"
        return self.client.v1.accounts.create(asked, {"idempotency_key": key}).id

    def _labels(self, account: NewAccount) -> dict[str, str]:
        return {"installation": self.installation, "practitioner": account.practitioner}


def _view(account: stripe.Account) -> AccountView:
    asked = given(account, "requirements")
    missing = tuple(given(asked, "currently_due") or ()) if asked else ()
    stopped = given(asked, "disabled_reason") if asked else None
    return AccountView(
        ref=AccountRef(account.id),
        takes_cards=bool(given(account, "charges_enabled")),
        is_paid_out=bool(given(account, "payouts_enabled")),
        missing=missing or ((stopped,) if stopped else ()),
    )


def _payout(payout: stripe.Payout) -> Payout:
    arrives = datetime.fromtimestamp(payout.arrival_date, UTC)
    failed = payout.status in {"failed", "canceled"}
    return Payout(
        id=payout.id,
        amount=Money(payout.amount, payout.currency.upper()),
        expected_on=arrives,
        paid_on=arrives if payout.status == "paid" else None,
        trouble=(given(payout, "failure_code") or payout.status) if failed else "",
    )


if TYPE_CHECKING:
    _conforms: type[PayoutNetwork] = StripePayoutNetwork
