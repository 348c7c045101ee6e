"""The fakes keep every contract, as every adapter must."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from teleconsult_core.gateways import Letter, Letters, Texts, Wording
from teleconsult_core.ids import AccountRef, HoldRef, OperationId
from teleconsult_core.payout_accounts import PayoutNetwork
from teleconsult_core.ports import CardNetwork, Printer, VideoRooms
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.builders import BOOKED_AT
from teleconsult_core.testing.clock import MovableClock
from teleconsult_core.testing.contracts.card_network import CardNetworkContract
from teleconsult_core.testing.contracts.gateways import LettersContract, TextsContract
from teleconsult_core.testing.contracts.network_under_test import NetworkUnderTest
from teleconsult_core.testing.contracts.paying_out import PayoutNetworkContract
from teleconsult_core.testing.contracts.printer import PrinterContract
from teleconsult_core.testing.contracts.rooms import VideoRoomsContract
from teleconsult_core.testing.contracts.wording import WordingContract
from teleconsult_core.testing.contracts.work import WorkContract
from teleconsult_core.testing.fakes import (
    Failure,
    FakeCardNetwork,
    FakeLetters,
    FakePayoutNetwork,
    FakeStore,
    FakeTexts,
    FakeVideoRooms,
    PlainPrinter,
    PlainWording,
)


class TestFakeStore(WorkContract):
    def open_store(self) -> OpenWork:
        return FakeStore(clock=self.clock).open_work


class TestFakeStoreByRow(WorkContract):
    def open_store(self) -> OpenWork:
        return FakeStore(by_row=True, clock=self.clock).open_work


class _FakeCards(NetworkUnderTest):
    def open_network(self) -> CardNetwork:
        self.clock = MovableClock(BOOKED_AT)
        self.fake = FakeCardNetwork(self.clock)
        return self.fake

    def now(self) -> datetime:
        return self.clock()

    def forward(self, by: timedelta) -> None:
        self.clock.forward(by)

    def authenticate(self, ref: HoldRef, ok: bool) -> None:
        self.fake.authenticate(ref, ok=ok)

    def send_back(self, ref: HoldRef, refund: OperationId) -> None:
        self.fake.send_back(ref, refund)

    def lose_next_answer(self, verb: str) -> None:
        self.fake.fail_next(verb, Failure.AFTER)


class TestFakeCardNetwork(_FakeCards, CardNetworkContract):
    """Holds, charges, refunds."""


class TestFakePayoutNetwork(_FakeCards, PayoutNetworkContract):
    def open_payouts(self) -> PayoutNetwork:
        self.accounts = FakePayoutNetwork(self.fake)
        return self.accounts

    def complete(self, ref: AccountRef) -> None:
        self.accounts.complete(ref)


class TestFakeTexts(TextsContract):
    def open_texts(self) -> Texts:
        self.fake = FakeTexts()
        return self.fake

    def arrived(self) -> Sequence[tuple[str, str]]:
        return [(one.to, one.content) for one in self.fake.sent]

    def refuse(self, number: str) -> None:
        self.fake.refuse(number)

    def fail_next(self) -> None:
        self.fake.fail_next()


class TestFakeLetters(LettersContract):
    def open_letters(self) -> Letters:
        self.fake = FakeLetters()
        return self.fake

    def arrived(self) -> Sequence[tuple[str, Letter]]:
        return [(one.to, one.content) for one in self.fake.sent]

    def refuse(self, address: str) -> None:
        self.fake.refuse(address)

    def fail_next(self) -> None:
        self.fake.fail_next()


class TestPlainWording(WordingContract):
    languages = ("en", "fr")

    def open_wording(self) -> Wording:
        return PlainWording()


class TestFakeVideoRooms(VideoRoomsContract):
    def open_rooms(self) -> VideoRooms:
        self.fake = FakeVideoRooms()
        return self.fake

    def opens(self, address: str) -> bool:
        return self.fake.opens(address)


class TestPlainPrinter(PrinterContract):
    def open_printer(self) -> Printer:
        return PlainPrinter()

    def read(self, document: bytes) -> str:
        return document.decode()
