"""Over a real wire: the double behind a loopback address, and servers that do not behave."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from adapters.stripe.conftest import AtStripe, card_step
from adapters.stripe.test_network import placed
from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import HoldRef
from teleconsult_core.ports import PortTrouble
from teleconsult_sandbox import Trouble, TroubleKind
from teleconsult_stripe import Mode, StripeCardNetwork, must_answer, open_client, transport
from teleconsult_stripe_double import KEY, serving


def at(address: str, retries: int = 0) -> StripeCardNetwork:
    client = open_client(KEY, Mode.TEST, address=address, retries=retries)
    return StripeCardNetwork(client, "clinic", card_step)


def test_a_hold_over_the_wire(stripe_account: AtStripe) -> None:
    with serving(stripe_account.sandbox.cards) as address:
        network = at(address)
        assert must_answer(network.client) == "acct_double"
        assert placed(network).news.fact is HoldFact.AUTHORISED


def test_a_patient_at_his_banks_page(stripe_account: AtStripe) -> None:
    with serving(stripe_account.sandbox.cards) as address:
        network = at(address)
        ref = placed(network, card="pm_card_authenticationRequired").ref
        page = network.challenge(ref=ref)
        with urllib.request.urlopen(page) as shown:  # noqa: S310 # our own loopback address
            assert "45.00 EUR" in shown.read().decode()
        assert network.look(ref=ref).news.fact is HoldFact.NEEDS_PATIENT  # looking is not agreeing
        answered = requests.post(page, data={"ok": "1"}, allow_redirects=False, timeout=10)
        assert answered.headers["location"] == card_step("a1")
        assert network.look(ref=ref).news.fact is HoldFact.AUTHORISED
        assert requests.get(f"{page}0", timeout=10).status_code == 404


def test_a_line_that_goes_dead_is_asked_again_under_the_same_key(
    stripe_account: AtStripe,
) -> None:
    stripe_account.sandbox.cards.trouble.plan(Trouble("authorise", TroubleKind.ANSWER_LOST))
    with serving(stripe_account.sandbox.cards) as address:
        with pytest.raises(PortTrouble) as trouble:
            placed(at(address))
        assert trouble.value.unknown
        assert placed(at(address, retries=1)).ref == HoldRef("pi_000001")
    assert len(stripe_account.sandbox.cards.books()) == 1


# --- servers that do not behave ------------------------------------------------------------------

Answers = Callable[[socket.socket], None]


@contextmanager
def misbehaving(answers: Answers) -> Iterator[str]:
    """A server that answers each request in its own way, until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                line.recv(65_536)
                try:
                    answers(line)
                except OSError:
                    continue  # the other end has had enough

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _sent(line: socket.socket, status: str, body: bytes, kind: str = "application/json") -> None:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    line.sendall(head.encode() + body)


def html(line: socket.socket) -> None:
    _sent(line, "200 OK", b"<html>Welcome to the airport's network</html>", "text/html")


def html_failure(line: socket.socket) -> None:
    _sent(line, "502 Bad Gateway", b"<html>Bad gateway</html>", "text/html")


def endless(line: socket.socket) -> None:
    _sent(line, "200 OK", b'{"id": "' + b"x" * 10_000_000 + b'"}')


def silent(line: socket.socket) -> None:
    line.recv(1)  # until the other end hangs up


def dripping(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    for _ in range(1000):
        line.sendall(b" ")
        time.sleep(0.05)


def cut_off(line: socket.socket) -> None:
    line.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"id":')


@pytest.mark.parametrize(
    "answers", [html, html_failure, endless, silent, dripping, cut_off], ids=lambda a: a.__name__
)
def test_whatever_comes_instead_of_an_answer_is_trouble_and_leaves_us_in_doubt(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ_SECONDS", 0.4)
    monkeypatch.setattr(transport, "WHOLE_SECONDS", 0.6)
    with misbehaving(answers) as address:
        network = at(address)
        with pytest.raises(PortTrouble) as trouble:
            placed(network)
    assert trouble.value.unknown
    assert KEY not in str(trouble.value)
    assert "airport" not in str(trouble.value)


def test_nobody_there_is_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(PortTrouble):
        placed(at(address))
