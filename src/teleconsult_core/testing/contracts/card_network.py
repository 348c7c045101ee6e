"""The contract of a card network, whole: what an adapter for payments must keep.

class TestAcmeCards(CardNetworkContract):
    good, declined = CardToken("tok_ok"), CardToken("tok_chargeDeclined")

    def open_network(self) -> CardNetwork:
        self.acme = AcmeInMemory()
        return AcmeCards(self.acme)

    def now(self) -> datetime:
        return self.acme.now

    def forward(self, by: timedelta) -> None:      # what cannot be offered is skipped
        self.acme.now += by
"""

from __future__ import annotations

from teleconsult_core.testing.contracts.placing_holds import PlacingContract
from teleconsult_core.testing.contracts.taking_money import TakingContract


class CardNetworkContract(PlacingContract, TakingContract):
    """Everything."""
