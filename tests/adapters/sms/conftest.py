"""A gateway of our own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sms.bulksms_double import SECRET, TOKEN, Books, BulkSmsDouble
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
