"""The Stripe adapter keeps the card network's contract, through stripe's own client.

Over a wire that is missing, on our double. Against a Stripe test account where
TELECONSULT_STRIPE_TEST_KEY holds its secret key: the clock there cannot be moved, nobody
authenticates, and no answer is lost, so what needs them is skipped.
"""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from contracts.test_sandbox import InASandbox
from teleconsult_core.ids import AccountRef, AppointmentId, CardToken, HoldRef, OperationId
from teleconsult_core.payout_accounts import PayoutNetwork
from teleconsult_core.ports import CardNetwork
from teleconsult_core.testing.contracts.card_network import CardNetworkContract
from teleconsult_core.testing.contracts.paying_out import PayoutNetworkContract
from teleconsult_sandbox import Trouble, TroubleKind
from teleconsult_stripe import Mode, StripeCardNetwork, StripePayoutNetwork, open_client
from teleconsult_stripe_double import InProcess, StripeDouble
from teleconsult_stripe_double.double import KEY

TEST_KEY = os.environ.get("TELECONSULT_STRIPE_TEST_KEY", "")


def _card_step(appointment: AppointmentId) -> str:
    return f"https://clinic.example/card/{appointment}"


class _StripesCards:
    good = CardToken("pm_card_visa")
    declined = CardToken("pm_card_visa_chargeDeclined")
    needs_patient = CardToken("pm_card_authenticationRequired")
    not_accepted = CardToken("pm_card_discover")
    passes_on = False


class _OnTheDouble(_StripesCards, InASandbox):
    def open_network(self) -> CardNetwork:
        transport = InProcess(StripeDouble(self.sandbox.cards))
        self.client = open_client(KEY, Mode.TEST, transport=transport, retries=0)
        return StripeCardNetwork(self.client, "tests", _card_step)

    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def forward(self, by: timedelta) -> None:
        self.sandbox.clock.forward(by)

    def authenticate(self, ref: HoldRef, ok: bool) -> None:
        self.sandbox.cards.authenticate(HoldRef(ref.replace("pi_", "hold_")), ok)

    def send_back(self, ref: HoldRef, refund: OperationId) -> None:
        self.sandbox.cards.send_back(HoldRef(ref.replace("pi_", "hold_")), refund)

    def lose_next_answer(self, verb: str) -> None:
        self.sandbox.cards.trouble.plan(Trouble(verb, TroubleKind.ANSWER_LOST))


class TestStripeOnTheDouble(_OnTheDouble, CardNetworkContract):
    """Holds, charges, refunds."""


class TestStripesAccountsOnTheDouble(_OnTheDouble, PayoutNetworkContract):
    """At Stripe itself nobody but a person can complete an account."""

    def open_payouts(self) -> PayoutNetwork:
        return StripePayoutNetwork(self.client, "tests", "https://clinic.example/account")

    def complete(self, ref: AccountRef) -> None:
        self.sandbox.payouts.complete(ref)


@pytest.mark.skipif(not TEST_KEY, reason="TELECONSULT_STRIPE_TEST_KEY is not set")
class TestStripeItself(_StripesCards, CardNetworkContract):
    currencies = ("EUR", "JPY")

    @property
    def prefix(self) -> str:  # type: ignore[override] # another for each run
        return self._prefix

    @pytest.fixture(autouse=True)
    def _in_a_run_of_its_own(self) -> None:
        self._prefix = f"contract-{uuid.uuid4().hex[:12]}"

    def open_network(self) -> CardNetwork:
        client = open_client(TEST_KEY, Mode.TEST)
        return StripeCardNetwork(client, "tests", _card_step)

    def now(self) -> datetime:
        return datetime.now(UTC)
