"""A desk whose whole world is fakes, with a small clinic in it. May import desk, fakes, builders.

world = a_world()
booked = world.desk.book(..., now=world.clock())
world.clock.forward(timedelta(hours=1))
assert world.cards.held() == Money(45_00, "EUR")
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.desk import Desk
from teleconsult_core.links import KeyedTokens, Site
from teleconsult_core.testing.builders import BOOKED_AT, furnished
from teleconsult_core.testing.clock import MovableClock
from teleconsult_core.testing.fakes import (
    FakeCardNetwork,
    FakeLetters,
    FakePayoutNetwork,
    FakeStore,
    FakeTexts,
    FakeVideoRooms,
    PlainWording,
)


@frozen
class World:
    """The desk, and the fakes behind its ports."""

    clock: MovableClock
    store: FakeStore
    cards: FakeCardNetwork
    payouts: FakePayoutNetwork
    texts: FakeTexts
    letters: FakeLetters
    rooms: FakeVideoRooms
    desk: Desk


def a_world(now: datetime = BOOKED_AT) -> World:
    """A furnished clinic on a Monday morning; every fake knows the store and refuses to be
    called inside a transaction."""
    clock = MovableClock(now)
    store = FakeStore(clock=clock)
    furnished(store.open_work)
    cards, rooms = FakeCardNetwork(clock, store), FakeVideoRooms(store)
    payouts = FakePayoutNetwork(cards, store)
    texts, letters = FakeTexts(store), FakeLetters(store)
    desk = Desk(
        open_work=store.open_work,
        cards=cards,
        texts=texts,
        letters=letters,
        wording=PlainWording(),
        rooms=rooms,
        tokens=KeyedTokens(b"a key for tests, known to everybody"),
        site=Site("https://clinic.example"),
        payouts=payouts,
    )
    return World(clock, store, cards, payouts, texts, letters, rooms, desk)
