"""The way around by a TURN server: what it is given, and a call through a real one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from browsers import CALLING, chromium
from calls import TRANSPORT, a_video_booking, come_in, in_state, let_in, sees, ways_in
from teleconsult_flask import Relay, Web, create_app
from teleconsult_wiring import App
from turn_server import SECRET, TurnServer, coturn

UNTIL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def test_a_pass_names_its_end_and_nobody() -> None:
    relay = Relay(urls=("turn:turn.clinic.example",), secret=SECRET)
    (one,) = relay.servers("a1 patient 1", UNTIL)
    (two,) = relay.servers("a1 patient 2", UNTIL)
    name = str(one["username"])
    until, _, opaque = name.partition(":")
    assert int(until) == UNTIL.timestamp()
    assert "a1" not in opaque
    assert "patient" not in opaque
    assert one["username"] != two["username"]
    expected = hmac.new(SECRET.encode(), name.encode(), hashlib.sha1).digest()
    assert base64.b64decode(str(one["credential"])) == expected
    assert SECRET not in repr(relay)


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[TurnServer]:
    with coturn(tmp_path) as running:
        yield running


@pytest.fixture
def pages(app: App, turn: TurnServer) -> Flask:
    return create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            relay=Relay(urls=(turn.url,), secret=SECRET, only=True),
        )
    )


def test_a_call_by_the_relay_alone(app: App, pages: Flask, address: str, turn: TurnServer) -> None:
    """Neither browser learns where the other is."""
    a_video_booking(app, pages)
    to_doctor, to_patient = ways_in(app)
    with chromium(*CALLING) as browser:
        patient = come_in(browser, address, to_patient)
        in_state(patient, "waiting")
        doctor = come_in(browser, address, to_doctor)
        let_in(doctor)
        for page in (doctor, patient):
            sees(page)
            found = page.evaluate(TRANSPORT)
            assert found["dtls"] == "connected"
            assert found["types"] == ["relay", "relay"]
    written = turn.written()
    assert "ALLOCATE processed, success" in written
    assert "CHANNEL_BIND processed, success" in written or "CREATE_PERMISSION" in written
