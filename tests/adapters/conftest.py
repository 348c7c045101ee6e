"""A sandbox whose clock stands still, and the one sentence that places a hold in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from teleconsult_core.ids import AppointmentId, CardToken, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise
from teleconsult_sandbox import Sandbox

NOON = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    opened = Sandbox.open(tmp_path / "sandbox")
    opened.clock.set(NOON, force=True)
    yield opened
    opened.close()


@pytest.fixture
def hold(sandbox: Sandbox) -> Callable[..., HoldView]:
    """Places a hold: `hold("visa-ok", 40_00)`; each under a key of its own unless one is given."""
    numbers = count(1)

    def place(
        card: str = "visa-ok", minor: int = 40_00, *, key: str = "", present: bool = True
    ) -> HoldView:
        number = next(numbers)
        request = Authorise(
            appointment=AppointmentId("appointment"),
            practitioner=PractitionerId("dr-peeters"),
            amount=Money(minor, "EUR"),
            card=CardToken(card),
            present=present,
        )
        return sandbox.cards.authorise(key=OperationId(key or f"hold-{number}"), request=request)

    return place
