"""What the card network's contract stands on: one method to implement, and ways behind the port.

A way that an adapter cannot offer (a real network's clock cannot be moved) skips what needs it.
Every one of them is called after `open_network`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from itertools import count

import pytest

from teleconsult_core.ids import AppointmentId, CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise, CardNetwork

HOLD = Money(45_00, "EUR")


class NetworkUnderTest:
    good = CardToken("visa")
    declined = CardToken("visa-declined")
    needs_patient = CardToken("visa-3ds")
    """Test cards: always good, always declined, and one whose patient must authenticate."""

    not_accepted = CardToken("discover")
    """A card of another brand than the three, or an empty text where there is none to test with."""

    currencies: tuple[str, ...] = ("EUR", "JPY", "TND")
    """Those of `money.MINOR_DIGITS` to try; one for each number of decimals, where there are."""

    passes_on = True
    """Whether what is taken goes on to the practitioner, and does not stay with the clinic."""

    prefix = "contract"
    """What our keys begin with; a network with a memory needs another for each run."""

    def open_network(self) -> CardNetwork:
        """A network for tests; called once a test."""
        raise NotImplementedError

    def now(self) -> datetime:
        """The instant at which the network believes itself to be."""
        raise NotImplementedError

    def forward(self, by: timedelta) -> None:
        """Let time pass at the network."""
        pytest.skip(f"this network's clock cannot be moved by {by}")

    def authenticate(self, ref: HoldRef, ok: bool) -> None:
        """What the patient does at his bank's page."""
        pytest.skip(f"nobody can authenticate {ref} ({ok})")

    def lose_next_answer(self, verb: str) -> None:
        """The next call of `verb` takes effect, but its answer never comes."""
        pytest.skip(f"the answer to a {verb} cannot be lost")

    def send_back(self, ref: HoldRef, refund: OperationId) -> None:
        """The patient's bank does not take a refund that was made."""
        pytest.skip(f"no bank sends {refund} of {ref} back")

    # --- for the tests ---------------------------------------------------------------------------

    @cached_property
    def network(self) -> CardNetwork:
        return self.open_network()

    @cached_property
    def _numbers(self) -> count[int]:
        return count(1)

    def new_key(self) -> OperationId:
        return OperationId(f"{self.prefix}:{next(self._numbers)}")

    def request(self, amount: Money = HOLD, card: CardToken | None = None) -> Authorise:
        return Authorise(
            appointment=AppointmentId(f"{self.prefix}-appointment"),
            practitioner=PractitionerId("dr-peeters"),
            amount=amount,
            card=card or self.good,
        )

    def held(self, amount: Money = HOLD) -> HoldView:
        """A new hold on a good card."""
        return self.network.authorise(key=self.new_key(), request=self.request(amount))

    def captured(self, amount: Money = HOLD) -> HoldView:
        return self.network.capture(key=self.new_key(), ref=self.held().ref, amount=amount)
