"""The way around by a TURN server: what it is given, and a call through a real one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from flask import Flask

from browsers import CALLING, chromium
from calls import TRANSPORT, a_video_booking, come_in, in_state, let_in, sees, ways_in
from teleconsult_flask import Relay, Web, create_app
from teleconsult_wiring import App
from turn_server import SECRET, TurnServer, coturn

HOW_TO = (Path(__file__).parents[2] / "docs" / "how-to" / "video.md").read_text()
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


@pytest.mark.parametrize(
    "network",
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "240.0.0.0/4"),
        *("::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "fc00::/7", "fe80::/10"),
    ],
)
def test_the_relays_settings_shut_out_what_is_not_public(network: str) -> None:
    denied = [_between(line) for line in HOW_TO.splitlines() if line.startswith("denied-peer-ip=")]
    ends = ip_network(network)
    for address in (ends[0], ends[-1]):
        assert any(_within(address, span) for span in denied), address
    for public in map(ip_address, ("192.0.2.1", "203.0.113.9", "2001:db8::1", "2a02::1")):
        assert not any(_within(public, span) for span in denied), public


Span = tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]


def _between(line: str) -> Span:
    first, _, last = line.removeprefix("denied-peer-ip=").partition("#")[0].strip().partition("-")
    return ip_address(first), ip_address(last or first)


def _within(address: IPv4Address | IPv6Address, span: Span) -> bool:
    same = address.version == span[0].version
    return same and int(span[0]) <= int(address) <= int(span[1])


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
