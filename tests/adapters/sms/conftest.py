"""A gateway of our own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apprise.plugins.twilio import NotifyTwilio

from adapters.sms.bulksms_double import SECRET, TOKEN, Books, BulkSmsDouble
from adapters.sms.twilio_double import TwilioDouble
from teleconsult_sms import BulkSmsTexts


@pytest.fixture
def double() -> Iterator[BulkSmsDouble]:
    opened = BulkSmsDouble()
    yield opened
    opened.close()


@pytest.fixture
def books(double: BulkSmsDouble) -> Books:
    return double.books


@pytest.fixture
def texts(double: BulkSmsDouble) -> Iterator[BulkSmsTexts]:
    opened = BulkSmsTexts(TOKEN, SECRET, sender="Rivoli", address=double.address)
    yield opened
    opened.close()


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioDouble]:
    """Apprise takes no other address than Twilio's own, so its constant is changed."""
    opened = TwilioDouble()
    monkeypatch.setattr(NotifyTwilio, "notify_sms_url", opened.address)
    yield opened
    opened.close()
