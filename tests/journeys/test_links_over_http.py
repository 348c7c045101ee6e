"""Links in messages over real HTTP: a mail scanner looks at them, and then their reader acts."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_core.messages import Kind
from teleconsult_core.slots import Mode
from world import ANN, DR, THE_DOCTOR, THURSDAY_10, VISIT, World

sys.path.append(str(Path(__file__).parents[2] / "examples"))
from links_over_http import links

Ask = Callable[[str, str], tuple[int, str]]


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Tokens belong into no log."""


@pytest.fixture
def world() -> World:
    """Entered by the practitioner, who asks for no card; the patient has been asked to confirm."""
    made = World()
    made.desk.enter(
        id=AppointmentId("a1"), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO,
        start=THURSDAY_10, patient=ANN, card_required=False, now=made.now,
    )  # fmt: skip
    made.work()
    return made


@pytest.fixture
def ask(world: World) -> Iterator[Ask]:
    server = make_server("127.0.0.1", 0, links(world.desk, world.clock), handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def ask(method: str, path: str) -> tuple[int, str]:
        connection = HTTPConnection(*server.server_address, timeout=60)
        connection.request(method, path)
        answer = connection.getresponse()
        told = answer.status, answer.read().decode()
        connection.close()
        return told

    yield ask
    server.shutdown()
    thread.join()
    server.server_close()


def path_in_sms(world: World) -> str:
    (text,) = world.texts.sent_to(ANN.phone)
    (link,) = [word for word in text.split() if word.startswith("https://")]
    return link.removeprefix("https://clinic.example")


def everything(world: World) -> Any:
    """All that an act could change."""
    with world.store.open_work(writing=False) as work:
        id = AppointmentId("a1")
        return (
            work.appointments.get(id), list(work.holds.of(id)), list(work.outbox.of(id)),
            list(work.links.of(id)), list(work.audit.recent(100)), list(work.ledger.every()),
        )  # fmt: skip


def test_a_scanner_looks_five_times_and_confirms_nothing(world: World, ask: Ask) -> None:
    path, before = path_in_sms(world), everything(world)
    for method in ("GET", "HEAD") * 5:
        status, page = ask(method, path)
        assert status == 200
        assert ("I shall come" in page) == (method == "GET")
    assert everything(world) == before
    first = ask("POST", path)
    assert first == (200, first[1])
    assert world.appointment().state == "confirmed"
    after = everything(world)
    assert ask("POST", path) == first
    assert everything(world) == after
    assert len(world.messages(kind=Kind.BOOKED)) == 1


def test_a_link_opens_one_thing_only(world: World, ask: Ask) -> None:
    path = path_in_sms(world)
    token = path.rpartition("/")[2]
    for other in (f"/l/{Purpose.JOIN.value}/{token}", f"{path}x", "/l/confirm/", "/", f"/{token}"):
        assert ask("POST", other)[0] == 404
    assert ask("DELETE", path)[0] == 405
    assert world.appointment().state == "awaiting-confirmation"


def test_an_old_link_opens_nothing(world: World, ask: Ask) -> None:
    path = path_in_sms(world)
    world.at(THURSDAY_10)
    assert ask("GET", path)[0] == ask("POST", path)[0] == 404
    assert world.appointment().state == "awaiting-confirmation"


def test_a_link_that_was_asked_for_again_ends_the_first(world: World, ask: Ask) -> None:
    path = path_in_sms(world)
    world.at(world.now + timedelta(hours=1))
    world.desk.resend_link(appointment=AppointmentId("a1"), by=THE_DOCTOR, now=world.now)
    assert ask("POST", path)[0] == 404
