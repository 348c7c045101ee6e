"""500 waiting rooms with both people on one server, and what everybody else feels of them.

A thousand browsers keep their question open and beat every five seconds, over HTTP, from a process
of their own, against the server that is shipped. Meanwhile somebody asks for `/health` and for a
page of free times, from a third process. Ratios are medians of a round with them against a round
without, on the same server.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from figures import Row
from flask import Flask
from pages import installed, serving

from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId
from teleconsult_core.people import Role
from teleconsult_core.testing.builders import (
    a_confirmed,
    a_patient,
    a_practitioner,
    a_seat,
    a_signal,
)
from teleconsult_flask import Web, create_app
from teleconsult_flask.browser import COOKIES
from teleconsult_flask.serving import connections
from teleconsult_wiring import App

ROOMS, THREADS = 500, 64
BROWSERS = Path(__file__).with_name("many_browsers.py")
FORM = "what-a-form-carries"
PATHS = {"/health": 100, "/p/dupont": 25}
"""What somebody else asks for, and how often in a round."""


def now() -> datetime:
    return datetime.now(UTC)


def the_site(app: App) -> Flask:
    """On the world's clock, for seats live on it; threads as `teleconsult serve` has them."""
    return create_app(
        Web(
            desk=app.desk,
            now=now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            long_polls=connections.waiting(),
        )
    )


def appointments(app: App) -> list[AppointmentId]:
    """At the same time, each with a practitioner of its own."""
    begins = now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    start = begins - timedelta(minutes=begins.minute % 5)
    made = []
    with app.desk.open_work() as work:
        work.patients.put(a_patient(id=PatientId("many")))
        for number in range(ROOMS):
            doctor = PractitionerId(f"many{number}")
            work.clinic.put_practitioner(a_practitioner(id=doctor))
            one = a_confirmed(
                id=AppointmentId(f"many{number}"),
                practitioner=doctor,
                patient=PatientId("many"),
                start=start,
                end=start + timedelta(minutes=20),
                card_required=False,
            )
            work.appointments.put(one)
            made.append(one.terms.id)
        work.commit()
    return made


def sit_down(app: App, rooms: list[AppointmentId]) -> None:
    at = now()
    with app.desk.open_work() as work:
        for room in rooms:
            for role in (Role.PATIENT, Role.PRACTITIONER):
                seat = a_seat(appointment=room, role=role, taken_at=at, last_seen=at)
                work.seats.put(seat.admitted(at))
        work.commit()


def everybody(pages: Flask, rooms: list[AppointmentId]) -> Iterator[dict[str, str]]:
    """Their browsers' cookies, as the pages would have given them."""
    signer, name = COOKIES.get_signing_serializer(pages), COOKIES.get_cookie_name(pages)
    for room in rooms:
        for whose, person in (("mine", "many"), ("theirs", str(room))):
            kept = signer.dumps({whose: [[room, person]], "device": "phone", "form": FORM})
            yield {"room": f"/room/{room}", "cookie": f"{name}={kept}", "token": FORM}


@contextmanager
def waiting(port: int, who: list[dict[str, str]]) -> Iterator[tuple[IO[str], IO[str]]]:
    told = json.dumps({"port": port, "who": who})
    with subprocess.Popen(
        [sys.executable, BROWSERS, "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(f"{told}\n")
        running.stdin.flush()
        assert running.stdout.readline() == "there\n"
        yield running.stdin, running.stdout
        running.stdin.close()


def medians(port: int) -> dict[str, float]:
    """Of the seconds that each of `PATHS` takes somebody else."""
    found = {}
    for path, times in PATHS.items():
        asked = [sys.executable, BROWSERS, "ask", str(port), path, str(times)]
        said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
        found[path] = statistics.median(json.loads(said))
    return found


def to_all(app: App, rooms: list[AppointmentId], say: IO[str], hear: IO[str]) -> list[float]:
    """The seconds that a message to each of the thousand takes, written as another process does."""
    time.sleep(1)  # whoever heard something before asks again by now
    said, at = time.time(), now()
    with app.desk.open_work() as work:
        for room in rooms:
            for role in (Role.PATIENT, Role.PRACTITIONER):
                work.signals.append(a_signal(appointment=room, to=role, at=at))
        said = time.time()
        work.commit()
    say.write("\n")
    say.flush()
    return sorted(heard - said for heard in json.loads(hear.readline()))


def share_of_a_core(seconds: float = 5.0) -> float:
    """What the server works for those who only wait and beat."""
    began, worked = time.perf_counter(), time.process_time()
    time.sleep(seconds)
    return (time.process_time() - worked) / (time.perf_counter() - began)


def megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def rows(rounds: int) -> list[Row]:
    with installed() as app:
        pages = the_site(app)
        rooms = appointments(app)
        with serving(pages, threads=THREADS) as port:
            medians(port)
            alone, empty = [medians(port) for _ in range(rounds)], megabytes()
            sit_down(app, rooms)
            with waiting(port, list(everybody(pages, rooms))) as (say, hear):
                beside = [medians(port) for _ in range(rounds)]
                full, busy = megabytes(), share_of_a_core()
                heard = [to_all(app, rooms, say, hear) for _ in range(min(rounds, 3))]
    made = []
    for path in PATHS:
        ratios = [b[path] / a[path] for a, b in zip(alone, beside, strict=True)]
        note = f"{statistics.median(b[path] for b in beside) * 1000:.1f} ms beside them"
        made.append(Row(f"{path} beside {2 * ROOMS} who wait / alone", 1.5, ratios, note=note))
    last, half = [one[-1] for one in heard], [statistics.median(one) for one in heard]
    note = f"half of them within {statistics.median(half):.2f} s"
    made.append(Row(f"a message to all {2 * ROOMS}, until the last has it", 2.0, last, "s", note))
    made.append(Row(f"processor cores for {2 * ROOMS} who wait and beat", 0.5, [busy], ""))
    note = f"{full:.0f} MB in all"
    made.append(Row(f"memory for {2 * ROOMS} who wait", 100, [full - empty], "MB", note))
    return made
