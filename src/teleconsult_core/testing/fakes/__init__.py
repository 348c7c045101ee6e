"""The world in memory: one small real implementation of every port. Needs no pytest.

    clock = MovableClock(datetime(2030, 1, 7, 9, tzinfo=UTC))
    store = FakeStore()
    cards = FakeCardNetwork(clock, store)     # given the store, refuses calls inside a transaction

Every fake passes the contract of its port, as every adapter does.
"""

from teleconsult_core.testing.fakes.card_network import Failure, FakeCardNetwork
from teleconsult_core.testing.fakes.gateways import FakeLetters, FakeTexts, Sent
from teleconsult_core.testing.fakes.rooms import FakeVideoRooms
from teleconsult_core.testing.fakes.store import FakeStore, FakeWork
from teleconsult_core.testing.fakes.wording import PlainPrinter, PlainWording

__all__ = [
    "Failure",
    "FakeCardNetwork",
    "FakeLetters",
    "FakeStore",
    "FakeTexts",
    "FakeVideoRooms",
    "FakeWork",
    "PlainPrinter",
    "PlainWording",
    "Sent",
]
