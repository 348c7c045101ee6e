"""The sandbox keeps every contract, as every adapter must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from teleconsult_core.gateways import Letter, Letters, Texts
from teleconsult_core.ids import AccountRef, CardToken, HoldRef, OperationId
from teleconsult_core.payout_accounts import PayoutNetwork
from teleconsult_core.ports import CardNetwork, VideoRooms
from teleconsult_core.testing.builders import BOOKED_AT
from teleconsult_core.testing.contracts.card_network import CardNetworkContract
from teleconsult_core.testing.contracts.gateways import LettersContract, TextsContract
from teleconsult_core.testing.contracts.paying_out import PayoutNetworkContract
from teleconsult_core.testing.contracts.rooms import VideoRoomsContract
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind


class InASandbox:
    """A sandbox of its own for each test, standing where the contracts' world begins."""

    @pytest.fixture(autouse=True)
    def _in_a_sandbox(self, tmp_path: Path) -> Iterator[None]:
        self.sandbox = Sandbox.open(tmp_path / "sandbox")
        self.sandbox.clock.set(BOOKED_AT, force=True)
        yield
        self.sandbox.close()


class _SandboxCards(InASandbox):
    good, declined = CardToken("visa-ok"), CardToken("visa-declined")
    needs_patient, not_accepted = CardToken("visa-3ds"), CardToken("discover")

    def open_network(self) -> CardNetwork:
        return self.sandbox.cards

    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def forward(self, by: timedelta) -> None:
        self.sandbox.clock.forward(by)

    def authenticate(self, ref: HoldRef, ok: bool) -> None:
        self.sandbox.cards.authenticate(ref, ok)

    def send_back(self, ref: HoldRef, refund: OperationId) -> None:
        self.sandbox.cards.send_back(ref, refund)

    def lose_next_answer(self, verb: str) -> None:
        self.sandbox.cards.trouble.plan(Trouble(verb, TroubleKind.ANSWER_LOST))


class TestSandboxCardNetwork(_SandboxCards, CardNetworkContract):
    """Holds, charges, refunds."""


class TestSandboxPayouts(_SandboxCards, PayoutNetworkContract):
    def open_payouts(self) -> PayoutNetwork:
        return self.sandbox.payouts

    def complete(self, ref: AccountRef) -> None:
        self.sandbox.payouts.complete(ref)


class TestSandboxPhone(InASandbox, TextsContract):
    refused_number = "+32475550000"

    def open_texts(self) -> Texts:
        return self.sandbox.phone

    def arrived(self) -> Sequence[tuple[str, str]]:
        return [(text.to, text.text) for text in self.sandbox.phone.messages()]

    def fail_next(self) -> None:
        self.sandbox.phone.trouble.plan(Trouble("send", TroubleKind.BUSY))


class TestSandboxMailbox(InASandbox, LettersContract):
    refused_address = "bounce@patient.example"

    def open_letters(self) -> Letters:
        return self.sandbox.mailbox

    def arrived(self) -> Sequence[tuple[str, Letter]]:
        return [(mail.to, mail.letter) for mail in self.sandbox.mailbox.messages()]

    def fail_next(self) -> None:
        self.sandbox.mailbox.trouble.plan(Trouble("send", TroubleKind.BUSY))


class TestSandboxRooms(InASandbox, VideoRoomsContract):
    def open_rooms(self) -> VideoRooms:
        return self.sandbox.rooms

    def opens(self, address: str) -> bool:
        return self.sandbox.rooms.at(address) is not None
