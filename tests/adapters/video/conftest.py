"""A server of our own for each test, and an hour to move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from attrs import define

from adapters.video.livekit_double import KEY, SECRET, Books, LiveKitDouble
from teleconsult_core.testing.builders import BOOKED_AT
from teleconsult_video import LiveKitRooms, Provider

PAGE = "https://meet.clinic.example/custom"
NAMES = b"n" * 32


@define
class Hour:
    """The world's time, which a test moves."""

    now: datetime = BOOKED_AT

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def double(hour: Hour) -> Iterator[LiveKitDouble]:
    opened = LiveKitDouble(hour)
    yield opened
    opened.close()


@pytest.fixture
def books(double: LiveKitDouble) -> Books:
    return double.books


@pytest.fixture
def provider(double: LiveKitDouble, hour: Hour) -> Provider:
    return Provider(double.address, KEY, SECRET, NAMES, "BE", hour)


@pytest.fixture
def rooms(provider: Provider) -> Iterator[LiveKitRooms]:
    opened = LiveKitRooms(provider, PAGE)
    yield opened
    opened.disconnect()
