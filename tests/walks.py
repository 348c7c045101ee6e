"""Every page and state of the site, as walks through it in a browser.

The list stands here once: the examinations of accessibility go on these walks, and so does
`docs/page_pictures.py`. A walk stops at each page and says its name; names are unique in a tour.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen
from flask import Flask, abort

from browsers import press
from calls import a_video_booking, in_state, let_in, sees, ways_in
from command_line import EXAMPLES, MONDAY, run
from post import links, pass_until, works
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_core.messages import MessageState
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Role, patient_actor
from teleconsult_flask import Web, create_app
from teleconsult_flask.demo.site import a_living_clinic, pages_of
from teleconsult_flask.serving.listening import Server
from teleconsult_flask.signalling import close_rooms
from teleconsult_flask.web import by_session
from teleconsult_wiring import App, load_settings, open_app
from visitor import NORA, Visitor
from web import (
    test_account_in_a_browser,
    test_in_a_browser,
    test_practice_in_a_browser,
    test_support_in_a_browser,
)
from web.test_links import entered
from web.test_practice import DUPONT, came, missed, of
from web.test_support import SOFIE

if TYPE_CHECKING:
    from playwright.sync_api import Page

OLIVIER = Actor(Role.OPERATOR, "olivier")
TROUBLES = (403, 429, 500, 503)

Stops = Iterator[tuple[str, "Page"]]


@frozen
class Stage:
    """A clinic, its pages, and a browser that looks at them."""

    app: App
    flask: Flask
    page: Page
    another: Callable[[], Page]
    """A second browser's page, with the habits of the first."""


@frozen
class Tour:
    """One walk, and whose eyes see it; None signs in by himself, or is a patient."""

    name: str
    walk: Callable[[Stage], Stops]
    actor: Actor | None = None
    lives: bool = field(default=False, kw_only=True)
    """Whether the clinic has a past, and the demonstration's panel."""


def booking(stage: Stage) -> Stops:
    for name in test_in_a_browser.walk(stage.page):
        yield name, stage.page
    page = stage.page
    page.goto("/?speaks=nl&profession=general+practitioner")
    yield "nobody fits", page
    page.goto("/p/dupont?visit=dupont:consultation&mode=in-person")
    yield "profile at the practice", page
    press(page, "a.button")
    yield "check at the practice", page
    press(page)
    yield "booked at the practice", page


def changing(stage: Stage) -> Stops:
    """What a patient does with an appointment: moves it, cancels it, waits for another."""
    page, app = stage.page, stage.app
    id = _book(page, "/p/dupont?week=1", ".slots a")
    yield "booked far ahead", page
    page.goto(f"/b/{id}/move?week=1")
    yield "other times", page
    press(page, ".slots li:nth-child(2) a")
    yield "move", page
    press(page)
    yield "moved", page
    page.goto(f"/b/{id}/cancel")
    yield "cancel", page
    press(page)
    yield "cancelled", page
    page.goto("/wait/dupont/dupont:consultation/video")
    press(page)
    yield "waiting list with an error", page
    for name, answer in NORA.items():
        page.fill(f"#{name}", answer)
    page.fill("#before", "2027-03-20")
    yield "waiting list", page
    press(page)
    yield "waits", page
    press(page)
    yield "waits no longer", page
    page.goto("/lost")
    yield "lost link", page
    page.fill("#reference", id)
    page.fill("#email", NORA["email"])
    press(page)
    yield "lost link sent", page
    page.goto("/l/join/nothing")
    yield "dead link", page
    lapsing = _book(page, "/p/dupont", "a.button", card="")
    pass_until(app, app.now() + timedelta(minutes=20))
    page.goto(f"/b/{lapsing}/card")
    yield "lapsed", page


def entered_for_him(stage: Stage) -> Stops:
    """An appointment that the practitioner entered, more than a hold's life ahead."""
    page, app = stage.page, stage.app
    made = entered(app, days=9)
    page.goto(links(app, Purpose.CONFIRM)[0])
    yield "door", page
    press(page)
    yield "to confirm", page
    press(page)
    page.check("#agreed")
    page.check("[value=visa-ok]")
    press(page)
    yield "confirmed, to authorize again later", page
    pass_until(app, made.terms.start - timedelta(hours=20))
    page.reload()
    yield "to authorize again", page
    press(page, "main a.button")
    yield "card again", page


def afterwards(stage: Stage) -> Stops:
    """A consultation that took place, and one that did not."""
    page, app = stage.page, stage.app
    id = AppointmentId(_book(page, "/p/dupont", "a.button"))
    page.goto(f"/room/{id}")
    yield "room, too early", page
    came(app, id)
    page.goto(f"/b/{id}")
    yield "booked, the door is open", page
    pass_until(app, of(app, id).terms.end)
    app.desk.complete(appointment=id, amount=Money(2000, "EUR"), by=DUPONT, now=app.now())
    works(app)
    page.goto(f"/b/{id}")
    yield "over, with a receipt", page
    page.goto(f"/b/{id}/rating")
    yield "rating", page
    press(page)
    yield "rating with an error", page
    page.check("#stars-5")
    page.fill("#words", "Très à l’écoute.")
    press(page)
    yield "rated", page
    page.goto(f"/room/{id}")
    yield "room, over", page
    id = AppointmentId(_book(page, "/p/dupont", "a.button"))
    missed(app, id)
    page.goto(f"/b/{id}")
    yield "booked, the practitioner is late", page
    app.desk.mark_no_show(appointment=id, amount=Money(2500, "EUR"), by=DUPONT, now=app.now())
    works(app)
    page.goto(f"/b/{id}")
    yield "missed", page


def account(stage: Stage) -> Stops:
    for name in test_account_in_a_browser.walk(stage.page, stage.app):
        yield name, stage.page


def practice(stage: Stage) -> Stops:
    booked = a_video_booking(stage.app, stage.flask)
    Visitor(stage.flask).book_first("/p/dupont?visit=dupont:consultation&mode=in-person")
    entered(stage.app, days=0)
    patient = patient_actor(of(stage.app, booked).terms.patient)
    stage.app.desk.take_seat(appointment=booked, by=patient, device="a", now=stage.app.now())
    for name in test_practice_in_a_browser.walk(stage.page, stage.app, booked):
        yield name, stage.page


def support(stage: Stage) -> Stops:
    app, id = stage.app, a_video_booking(stage.app, stage.flask)
    came(app, id)
    app.sandbox.clock.set(of(app, id).terms.end)
    app.desk.complete(appointment=id, amount=Money(3000, "EUR"), by=DUPONT, now=app.now())
    works(app)
    for name in test_support_in_a_browser.walk(stage.page):
        yield name, stage.page


def operator(stage: Stage) -> Stops:
    page, app = stage.page, stage.app
    page.goto("/operate")
    yield "everything gets on", page
    id = a_video_booking(app, stage.flask)
    with app.desk.open_work() as work:
        planned = next(one for one in work.outbox.of(id) if one.planned)
        work.outbox.put([evolve(planned, state=MessageState.PARKED, note="no such number")])
        work.commit()
    app.sandbox.clock.set(app.now() + timedelta(days=4000))
    page.goto("/operate")
    press(page, "form[action$=retention] button")
    yield "set aside, and retention counted", page


def troubles(stage: Stage) -> Stops:
    for code in TROUBLES:
        stage.page.goto(f"/trouble/{code}")
        yield f"trouble {code}", stage.page


def room(stage: Stage) -> Stops:
    """Both sides of a call; what a device can refuse is shown as the page shows it."""
    booked = a_video_booking(stage.app, stage.flask)
    to_doctor, to_patient = ways_in(stage.app)
    doctor, patient = stage.page, stage.another()
    doctor.goto(to_doctor)
    press(doctor)
    in_state(doctor, "empty")
    yield "nobody yet", doctor
    patient.goto(to_patient)
    yield "door of the room", patient
    press(patient)
    in_state(patient, "waiting")
    patient.wait_for_selector("[data-when=heard]:visible")
    yield "waiting", patient
    beside = stage.another()
    beside.goto(to_patient)
    press(beside)
    in_state(beside, "elsewhere")
    yield "on another device", beside
    beside.context.close()
    let_in(doctor)
    sees(patient)
    sees(doctor)
    yield "call, the patient's side", patient
    yield "call, the practitioner's side", doctor
    patient.click("[data-is=leave]")
    in_state(patient, "left")
    yield "left", patient
    in_state(doctor, "alone")
    yield "alone", doctor
    doctor.click("[data-is=finish]")
    yield "sure to end", doctor
    with doctor.expect_navigation():
        doctor.click("[data-is=end]")
    yield "to decide", doctor
    patient.goto(f"/room/{booked}")
    yield "closed", patient


def refusing(stage: Stage) -> Stops:
    """A browser that lets nobody use its camera and microphone."""
    a_video_booking(stage.app, stage.flask)
    page = stage.page
    page.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => {"
        "  throw new DOMException('', 'NotAllowedError') }"
    )
    page.goto(ways_in(stage.app)[1])
    page.click("main button")
    in_state(page, "waiting")
    page.wait_for_selector("[data-when=denied]:visible")
    yield "devices denied", page


def demonstration(stage: Stage) -> Stops:
    """A clinic with a past: its panel, then a practitioner's pages when they are full."""
    page = stage.page
    page.goto("/demo")
    yield "panel", page
    press(page, ".mails a")
    yield "letter", page
    page.goto("/")
    yield "practitioners with the bar", page
    page.select_option("#part", "practitioner:dupont")
    press(page, "form[action$=part] button")
    page.goto("/practice?view=week")
    yield "week", page
    page.goto("/practice/payments")
    yield "payments", page
    page.goto("/practice/figures")
    yield "figures", page


def _book(page: Page, profile: str, slot: str, card: str = "visa-ok") -> str:
    """Up to the page after the booking, or the card where none is given; the appointment's id."""
    page.goto(profile)
    press(page, slot)
    if page.locator("main h1 label").count():
        for answer in NORA.values():
            page.fill("main input:not([type=hidden])", answer)
            press(page)
    press(page)
    id = page.url.split("/b/")[1].split("/")[0]
    if card:
        page.check("#agreed")
        page.check(f"[value={card}]")
        press(page)
    return id


TOURS = (
    Tour("booking", booking),
    Tour("changing", changing),
    Tour("entered", entered_for_him),
    Tour("afterwards", afterwards),
    Tour("account", account),
    Tour("practice", practice, DUPONT),
    Tour("support", support, SOFIE),
    Tour("operator", operator, OLIVIER),
    Tour("troubles", troubles),
    Tour("room", room),
    Tour("refusing", refusing),
    Tour("demonstration", demonstration, lives=True),
)


@contextmanager
def clinic_for(tour: Tour) -> Iterator[tuple[App, Flask, str]]:
    """A clinic of the tour's own, its pages, and where a browser finds them."""
    home = Path(tempfile.mkdtemp()) / "home"
    with a_living_clinic(home) if tour.lives else _a_new_clinic(home) as app:
        flask = pages_of(app, b"x" * 32) if tour.lives else _pages(app, tour.actor)
        with _listening(flask) as address:
            yield app, flask, address
    shutil.rmtree(home.parent)


@contextmanager
def _a_new_clinic(home: Path) -> Iterator[App]:
    run("--home", home, "init", EXAMPLES / "clinic.toml")
    run("--home", home, "clock", "set", "--back", MONDAY)
    app = open_app(load_settings({}, str(home)))
    yield app
    app.close()


def _pages(app: App, actor: Actor | None) -> Flask:
    flask = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            printer=app.printer,
            identify=(lambda: actor) if actor else by_session,
        )
    )
    flask.add_url_rule("/trouble/<int:code>", "trouble", abort)
    return flask


@contextmanager
def _listening(flask: Flask) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(flask, listener, threads=16)
        serving = threading.Thread(target=server.run)
        serving.start()
        try:
            yield f"http://localhost:{listener.getsockname()[1]}"
        finally:
            close_rooms(flask)
            server.stop()
            serving.join()
