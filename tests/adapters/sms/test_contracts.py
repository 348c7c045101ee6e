"""The contract for texts, kept by the direct gateway, by Apprise, and behind the guard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from adapters.sms.bulksms_double import SECRET, TOKEN, BulkSmsDouble
from adapters.sms.twilio_double import ADDRESS, TwilioDouble
from teleconsult_core.gateways import Texts
from teleconsult_core.testing.contracts.gateways import TextsContract
from teleconsult_sms import AppriseTexts, BulkSmsTexts, GuardedTexts


class _OnTheDouble(TextsContract):
    @pytest.fixture(autouse=True)
    def _double(self, double: BulkSmsDouble) -> Iterator[None]:
        self.double = double
        yield
        close = getattr(self.texts, "close", None)
        if close is not None:
            close()

    def arrived(self) -> Sequence[tuple[str, str]]:
        return [(one.to, one.body) for one in self.double.books.taken]

    def refuse(self, number: str) -> None:
        self.double.books.unreachable.add(number)

    def fail_next(self) -> None:
        self.double.books.tricks.append("429")


class TestBulkSms(_OnTheDouble):
    def open_texts(self) -> Texts:
        return BulkSmsTexts(TOKEN, SECRET, address=self.double.address)


class TestGuarded(_OnTheDouble):
    def open_texts(self) -> Texts:
        return GuardedTexts(BulkSmsTexts(TOKEN, SECRET, address=self.double.address))


class TestApprise(TextsContract):
    """Through its plug-in for Twilio, whose double listens on loopback."""

    remembers_keys = False

    @pytest.fixture(autouse=True)
    def _twilio(self, twilio: TwilioDouble) -> None:
        self.twilio = twilio

    def open_texts(self) -> Texts:
        return AppriseTexts(ADDRESS)

    def arrived(self) -> Sequence[tuple[str, str]]:
        return self.twilio.taken

    def fail_next(self) -> None:
        self.twilio.failing.append(503)

    def refuse(self, number: str) -> None:
        pytest.skip("Apprise does not tell why something failed")
