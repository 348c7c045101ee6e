"""The pages and the room on one real server: throughput and first frame.

Goals are ratios where two things run beside each other: the page of free times against a page that
says hello, of the same application and server. The room's goals are times of one machine, in
seconds on loopback with a robot's hands: they tell what the transport adds, and nothing of mobile
networks. `--rounds` is the number of calls, too.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from figures import Row
from flask import Flask

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browsers import CALLING, chromium
from calls import FRAMES, a_video_booking, come_in, in_state, ways_in
from command_line import EXAMPLES, MONDAY, run
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.people import Patient
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_flask import Web, create_app
from teleconsult_flask.kept_views import KeptViews
from teleconsult_flask.serving.home import KEPT
from teleconsult_flask.serving.listening import Server
from teleconsult_flask.signalling import close_rooms
from teleconsult_wiring import App, load_settings, open_app

REQUESTS, ASKING = 2000, 4
ASK = str(Path(__file__).with_name("asking.py"))
DUPONT, VISIT = PractitionerId("dupont"), VisitTypeId("dupont:consultation")


@contextmanager
def installed() -> Iterator[App]:
    """The example clinic on a disk of its own."""
    home = Path(tempfile.mkdtemp()) / "home"
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    assert run("--home", home, "clock", "set", "--back", MONDAY).code == 0
    app = open_app(load_settings({}, str(home)))
    try:
        yield app
    finally:
        app.close()
        shutil.rmtree(home.parent)


def pages_of(app: App, now: Callable[[], datetime] | None = None) -> Flask:
    made = create_app(
        Web(
            desk=app.desk,
            now=now or app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            kept_views=KeptViews(KEPT),
        )
    )
    made.add_url_rule("/hello", view_func=lambda: "hello")
    return made


@contextmanager
def serving(pages: Flask, threads: int) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(pages, listener, threads=threads)
        running = threading.Thread(target=server.run)
        running.start()
        yield listener.getsockname()[1]
        close_rooms(pages)
        server.stop()
        running.join()


def seconds(port: int, path: str) -> float:
    """What `REQUESTS` answers take, asked for by some at a time, from a process beside."""
    asked = [sys.executable, ASK, str(port), path, str(REQUESTS), str(ASKING)]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def throughput(rounds: int) -> list[Row]:
    """Each answer with a look at the agenda as it is stored; some of it is taken.

    The clock is the machine's, as where money is real: the sandbox's is a question to a file.
    """
    with installed() as app:
        late = app.now() - datetime.now(UTC)
        pages = pages_of(app, now=lambda: datetime.now(UTC) + late)
        taken = book_some(app)
        with serving(pages, threads=8) as port:
            for path in ("/p/dupont", "/p/dupont/slots.json", "/hello"):
                seconds(port, path)

            def against_hello(path: str) -> list[float]:
                return [seconds(port, path) / seconds(port, "/hello") for _ in range(rounds)]

            page, json = against_hello("/p/dupont"), against_hello("/p/dupont/slots.json")
            with commits(app):
                disturbed = against_hello("/p/dupont/slots.json")
    note = f"{taken} appointments in that week"
    return [
        Row("/p/dupont / hello, seconds", 1 / 0.8, page, note=note),
        Row("/p/dupont/slots.json / hello, seconds", 1 / 0.8, json, note=note),
        Row("the same beside ten commits a second", 1 / 0.8, disturbed),
    ]


@contextmanager
def commits(app: App) -> Iterator[None]:
    """Somebody writes what is no matter to the agenda, ten times a second."""
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.1):
            with app.desk.open_work() as work:
                patient = work.patients.get(PatientId("p0"))
                assert patient is not None
                work.patients.put(patient)
                work.commit()

    writing = threading.Thread(target=write)
    writing.start()
    yield
    over.set()
    writing.join()


def book_some(app: App) -> int:
    """Every other free time of a week, at the practice."""
    slots = app.desk.offer_slots(
        practitioner=DUPONT,
        visit_type=VISIT,
        window=Interval(app.now(), app.now() + timedelta(days=7)),
        now=app.now(),
        modes=frozenset({Mode.IN_PERSON}),
    )
    assert isinstance(slots, tuple)
    for number, slot in enumerate(slots[::2]):
        patient = PatientId(f"p{number}")
        booked = app.desk.book(
            id=AppointmentId(f"b{number}"),
            practitioner=DUPONT,
            visit_type=VISIT,
            mode=Mode.IN_PERSON,
            start=slot.start,
            patient=Patient(patient, "Nora", "+32475000001", "nora@example.org", "fr"),
            now=app.now(),
        )
        assert isinstance(booked, Confirmed), booked
    return len(slots[::2])


def calls(rounds: int) -> list[Row]:
    """From the click on "let them in" to a picture, and from a reload to a picture."""
    first, again = [], []
    with installed() as app:
        pages = pages_of(app)
        with serving(pages, threads=32) as port, chromium(*CALLING) as browser:
            a_video_booking(app, pages)
            to_doctor, to_patient = ways_in(app)
            address = f"http://localhost:{port}"
            for _ in range(rounds):
                patient = come_in(browser, address, to_patient)
                in_state(patient, "waiting")
                doctor = come_in(browser, address, to_doctor)
                in_state(doctor, "knock")
                first.append(_until_a_picture(doctor, lambda p=doctor: p.click("[data-is=admit]")))
                again.append(_until_a_picture(patient, patient.reload))
                for page in (patient, doctor):
                    page.click("[data-is=leave]")
                    in_state(page, "left")
                    page.context.close()
    return [
        Row("admitted to first frame at the practitioner", 0.4, first, "s"),
        Row("reload to first frame at the patient", 1.0, again, "s"),
    ]


def _until_a_picture(page: object, act: object) -> float:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    while not page.evaluate(FRAMES):  # type: ignore[attr-defined]
        time.sleep(0.005)
    return time.perf_counter() - began


def rows(rounds: int) -> list[Row]:
    found = [*throughput(rounds), *calls(rounds)]
    for row in found:
        assert statistics.median(row.ratios) > 0
    return found
