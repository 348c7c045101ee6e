"""A Stripe account of our own for each test: the double, on a sandbox's books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.testing.builders import BOOKED_AT
from teleconsult_sandbox import Sandbox
from teleconsult_stripe import Mode, StripeCardNetwork, open_client
from teleconsult_stripe_double import InProcess, StripeDouble
from teleconsult_stripe_double.double import KEY


def card_step(appointment: AppointmentId) -> str:
    return f"https://clinic.example/card/{appointment}"


@frozen
class AtStripe:
    """The adapter, and what is behind it."""

    sandbox: Sandbox
    double: StripeDouble
    network: StripeCardNetwork

    def also(self, installation: str) -> StripeCardNetwork:
        """Another installation on the same account."""
        return StripeCardNetwork(self.network.client, installation, card_step)


@pytest.fixture
def stripe_account(tmp_path: Path) -> Iterator[AtStripe]:
    sandbox = Sandbox.open(tmp_path / "sandbox")
    sandbox.clock.set(BOOKED_AT, force=True)
    double = StripeDouble(sandbox.cards)
    client = open_client(KEY, Mode.TEST, transport=InProcess(double), retries=0)
    yield AtStripe(sandbox, double, StripeCardNetwork(client, "clinic", card_step))
    sandbox.close()
