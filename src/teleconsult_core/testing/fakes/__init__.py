"""The world in memory: one small real implementation of every port. Needs no pytest.

    clock = MovableClock(datetime(2030, 1, 7, 9, tzinfo=UTC))
    store = FakeStore()
    cards = FakeCardNetwork(clock, store)     # given the store, refuses calls inside a transaction

Every fake passes the contract of its port, as every adapter does.
"""

from teleconsult_core.testing.fakes.card_network import Failure, FakeCardNetwork
from teleconsult_core.testing.fakes.gateways import FakeLetters, FakeTexts, Sent
from teleconsult_core.testing.fakes.payout_network import FakePayoutNetwork
from teleconsult_core.testing.fakes.rooms import FakeVideoRooms
from teleconsult_core.testing.fakes.store import FakeStore
from teleconsult_core.testing.fakes.turns import Moment, Turns
from teleconsult_core.testing.fakes.wording import PlainPrinter, PlainWording
from teleconsult_core.testing.fakes.work import FakeWork

__all__ = [
    "Failure",
    "FakeCardNetwork",
    "FakeLetters",
    "FakePayoutNetwork",
    "FakeStore",
    "FakeTexts",
    "FakeVideoRooms",
    "FakeWork",
    "Moment",
    "PlainPrinter",
    "PlainWording",
    "Sent",
    "Turns",
]
