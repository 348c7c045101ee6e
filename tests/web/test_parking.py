"""Whoever waits keeps no thread of the server: many wait on two, and somebody else is answered."""

from __future__ import annotations

import http.client
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import define, field

from teleconsult_core.ids import AppointmentId
from teleconsult_flask.bells import PLACE, Bells, SetAside
from teleconsult_flask.serving.listening import Server

ROOM = AppointmentId("a1")


@define(slots=False)
class House:
    """A server of two threads whose `/wait` is answered once the room's mark is another than ""."""

    patience: float = 60.0
    mark: str = ""
    runs: int = 0
    closing: threading.Event = field(factory=threading.Event)
    port: int = 0
    opened: list[http.client.HTTPConnection] = field(factory=list)
    stop: Callable[[], None] = lambda: None

    def __attrs_post_init__(self) -> None:
        self.bells = Bells(self._look, lambda _: self.mark, self.closing, places=100)

    def _look(self) -> dict[AppointmentId, str]:
        return {ROOM: self.mark}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        said = {"/wait": self.waited, "/woken": self.woken, "/hello": lambda _: "hello"}
        text = said[environ["PATH_INFO"]](environ[PLACE]).encode()
        start_response("200 OK", [("Content-Length", str(len(text)))])
        return [text]

    def waited(self, place: Any) -> str:
        self.runs += 1
        if not place.used and self.bells.tell(ROOM, "", self.patience, place.wake):
            raise SetAside
        return f"[{self.mark}]"

    def woken(self, place: Any) -> str:
        """Before it is set aside, and twice."""
        if place.used:
            return "once"
        place.wake()
        place.wake()
        raise SetAside

    def connect(self) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.opened.append(made)
        return made

    def begin(self, path: str) -> http.client.HTTPConnection:
        connection = self.connect()
        connection.request("GET", path)
        return connection


def until_asleep(house: House, many: int) -> None:
    if not hasattr(select, "epoll"):
        pytest.skip("only Linux has epoll")
    while len(house.server._sleepers or ()) < many:
        time.sleep(0.01)


def until_connected(house: House, many: int) -> None:
    while len(house.server._server.active_channels) != many:
        time.sleep(0.01)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(made, listener, threads=2)
        made.server = server
        made.port = listener.getsockname()[1]

        def stop() -> None:
            made.closing.set()
            server.stop()

        made.stop = stop
        running = threading.Thread(target=server.run)
        running.start()
        yield made
        stop()
        running.join()
        made.bells.rest()
        for one in made.opened:
            one.close()


def read(connection: http.client.HTTPConnection) -> str:
    return connection.getresponse().read().decode()


def until_all_wait(house: House, many: int) -> None:
    while house.runs < many:
        time.sleep(0.01)


def test_many_wait_on_two_threads_and_somebody_else_is_answered(house: House) -> None:
    waiting = [house.begin("/wait") for _ in range(40)]
    until_all_wait(house, 40)
    for _ in range(3):
        assert read(house.begin("/hello")) == "hello"
    house.mark = "new"
    house.bells.ring(ROOM)
    assert [read(one) for one in waiting] == ["[new]"] * 40
    assert house.runs == 80  # each ran twice: to be set aside, and to be answered


def test_the_same_connection_goes_on_afterwards(house: House) -> None:
    connection = house.begin("/wait")
    until_all_wait(house, 1)
    house.mark = "new"
    house.bells.ring(ROOM)
    assert read(connection) == "[new]"
    for path, said in (("/hello", "hello"), ("/wait", "[new]"), ("/woken", "once")):
        connection.request("GET", path)
        assert read(connection) == said


def test_what_another_process_did_is_found_by_looking(house: House) -> None:
    connection = house.begin("/wait")
    until_all_wait(house, 1)
    house.mark = "written elsewhere"
    assert read(connection) == "[written elsewhere]"


def test_who_is_woken_before_he_is_set_aside_is_answered_once(house: House) -> None:
    connection = house.begin("/woken")
    assert read(connection) == "once"
    connection.request("GET", "/hello")
    assert read(connection) == "hello"


def test_patience_ends_although_nothing_happened(house: House) -> None:
    house.patience = 0.2
    assert read(house.begin("/wait")) == "[]"


def test_a_server_that_ends_answers_who_was_set_aside(house: House) -> None:
    waiting = [house.begin("/wait") for _ in range(10)]
    until_all_wait(house, 10)
    house.stop()
    assert [read(one) for one in waiting] == ["[]"] * 10


def test_who_went_away_while_he_waited_hinders_nobody(house: House) -> None:
    gone, stays = house.begin("/wait"), house.begin("/wait")
    until_all_wait(house, 2)
    gone.close()
    house.mark = "new"
    house.bells.ring(ROOM)
    assert read(stays) == "[new]"
    assert read(house.begin("/hello")) == "hello"


def test_who_was_quiet_is_out_of_sight_and_answered_as_soon_as_he_asks_again(house: House) -> None:
    connections = [house.begin("/hello") for _ in range(20)]
    for one in connections:
        read(one)
    until_asleep(house, 20)
    for one in connections:
        one.request("GET", "/hello")
        assert read(one) == "hello"


def test_who_goes_away_asleep_is_forgotten(house: House) -> None:
    connection = house.begin("/hello")
    read(connection)
    until_asleep(house, 1)
    connection.close()
    read(house.begin("/hello"))
    until_connected(house, 1)  # that of the last question alone


def test_a_server_that_ends_sends_sleepers_away(house: House) -> None:
    connection = house.begin("/hello")
    read(connection)
    until_asleep(house, 1)
    house.stop()
    assert connection.sock is not None
    assert connection.sock.recv(1) == b""
