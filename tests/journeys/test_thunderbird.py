"""What letters do to the calendar of a real Thunderbird: the right event, once, at its time.

The letters are written by the product: its use cases, its worker, its words, its calendar part.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from browsers import missing
from journeys.test_calendar_of_a_patient import A1, TIMES, enter, take, written
from journeys.thunderbird import HINT, PROGRAM, Seen, Thunderbird, a_thunderbird
from teleconsult_calendars import feed_text
from teleconsult_core.feeds import FeedView
from teleconsult_core.people import Actor
from teleconsult_core.times import TICK
from world import ANN, BOB, THE_DOCTOR, THURSDAY_10, World, patient_of

UID = f"{A1}@clinic.example"
LATER = TIMES[3]
DELIVER = ("deliver",)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def thunderbird(tmp_path: Path) -> Iterator[Thunderbird]:
    if PROGRAM is None:
        missing(HINT)
    with a_thunderbird(tmp_path, ANN.email) as started:
        yield started


def stands(thunderbird: Thunderbird) -> list[tuple[str, datetime, str, int]]:
    return [(one.uid, one.start, one.status, one.sequence) for one in thunderbird.events]


def test_booked_moved_and_cancelled(world: World, thunderbird: Thunderbird) -> None:
    world.booked()
    for step in (DELIVER, ("move", LATER, THE_DOCTOR), DELIVER, ("cancel", THE_DOCTOR), DELIVER):
        take(world, step)
    first, second, last = written(world)

    thunderbird.open(first)
    assert stands(thunderbird) == [(UID, THURSDAY_10, "CONFIRMED", 0)]
    thunderbird.open(first)
    assert stands(thunderbird) == [(UID, THURSDAY_10, "CONFIRMED", 0)]
    thunderbird.open(second)
    assert stands(thunderbird) == [(UID, LATER, "CONFIRMED", 1)]
    thunderbird.open(first)  # a letter that comes late
    assert stands(thunderbird) == [(UID, LATER, "CONFIRMED", 1)]
    thunderbird.open(last)
    assert stands(thunderbird) == []
    thunderbird.open(last)
    assert stands(thunderbird) == []


def test_entered_confirmed_moved_back_and_forth(world: World, thunderbird: Thunderbird) -> None:
    enter(world)
    steps = (
        DELIVER, ("confirm",), DELIVER, ("move", LATER, THE_DOCTOR), DELIVER,
        ("move", THURSDAY_10, THE_DOCTOR), DELIVER,
    )  # fmt: skip
    for step in steps:
        take(world, step)
    letters = written(world)
    said = []
    for letter in letters:
        thunderbird.open(letter)
        said += stands(thunderbird)
    assert said == [
        (UID, THURSDAY_10, "TENTATIVE", 0),
        (UID, THURSDAY_10, "CONFIRMED", 0),
        (UID, LATER, "CONFIRMED", 1),
        (UID, THURSDAY_10, "CONFIRMED", 2),
    ]
    for letter in letters:  # all of them once more, as after a restored mailbox
        thunderbird.open(letter)
    assert stands(thunderbird) == [(UID, THURSDAY_10, "CONFIRMED", 2)]


def test_entered_and_never_confirmed_it_goes(world: World, thunderbird: Thunderbird) -> None:
    enter(world)
    take(world, DELIVER)
    world.at(THURSDAY_10 + timedelta(hours=1))
    world.work()
    first, last = written(world)
    thunderbird.open(first)
    (seen,) = thunderbird.events
    assert isinstance(seen, Seen)
    assert seen.end - seen.start == 4 * TICK
    thunderbird.open(last)
    assert thunderbird.events == []


# --- subscribed to -------------------------------------------------------------------------------


@contextmanager
def served(world: World) -> Iterator[str]:
    """The feeds of a clinic over HTTP; where they begin."""

    class Feeds(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            view = world.desk.read_feed(token=self.path.rpartition("/")[2], now=world.now)
            found = isinstance(view, FeedView)
            text = feed_text(view).encode() if isinstance(view, FeedView) else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Feeds) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def subscribed(
    world: World, thunderbird: Thunderbird, home: str, owner: Actor
) -> list[tuple[str, datetime, str, str]]:
    address = world.desk.make_feed(owner=owner, by=owner, now=world.now)
    assert isinstance(address, str)
    found = thunderbird.subscribed(f"{home}/f/{address.rpartition('/')[2]}")
    return sorted((one.uid, one.start, one.status, one.summary) for one in found)


def test_both_subscribe(world: World, thunderbird: Thunderbird) -> None:
    world.booked()
    world.booked("a2", patient=BOB, start=LATER)
    world.desk.cancel(appointment=A1, by=THE_DOCTOR, now=world.now)
    with served(world) as home:
        hers = subscribed(world, thunderbird, home, patient_of(ANN))
        his = subscribed(world, thunderbird, home, THE_DOCTOR)
    assert hers == [
        (UID, THURSDAY_10, "CANCELLED", "Videoconsultatie, Dr Claire Dupont, geannuleerd")
    ]
    assert his == [
        (f"agenda-{UID}", THURSDAY_10, "CANCELLED", "Vidéo, annulé"),
        ("agenda-a2@clinic.example", LATER, "CONFIRMED", "Vidéo"),
    ]
