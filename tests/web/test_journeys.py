"""Whole journeys in real browsers: to the receipt, with a hold that ends, with an absence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from browsers import CALLING, chromium, press
from calls import come_in, in_state, let_in, sees, ways_in
from post import links, pass_until, works
from teleconsult_core.appointments import Completed, NoShow
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_wiring import App
from visitor import NORA
from web.test_links import holds
from web.test_practice import DUPONT, missed, of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*CALLING) as opened:
        yield opened


@pytest.fixture
def nora(browser: Browser, address: str) -> Iterator[Page]:
    """A patient's own phone."""
    context = browser.new_context(base_url=address, locale="fr-BE", viewport=PHONE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def book(nora: Page, week: int = 0, card: str = "visa-3ds") -> AppointmentId:
    """The first free time, or the first of a later week."""
    nora.goto(f"/p/dupont?week={week}")
    press(nora, ".slots a" if week else "a.button")
    for answer in NORA.values():
        nora.fill("main input:not([type=hidden])", answer)
        press(nora)
    press(nora)
    pay(nora, card)
    nora.get_by_role("heading", name="Votre rendez-vous est confirmé").wait_for()
    return AppointmentId(nora.url.split("/b/")[1])


def pay(nora: Page, card: str) -> None:
    nora.check("#agreed")
    nora.check(f"[value={card}]")
    press(nora)
    if card == "visa-3ds":
        press(nora, "main button[value=yes]")


def meet(browser: Browser, app: App, address: str, nora: Page) -> Page:
    """Both come by their links and see each other; gives the practitioner's page."""
    to_doctor, to_patient = ways_in(app)
    nora.goto(to_patient)
    press(nora)
    in_state(nora, "waiting")
    doctor = come_in(browser, address, to_doctor)
    let_in(doctor)
    in_state(nora, "call")
    sees(doctor)
    return doctor


def decide(doctor: Page, what: str) -> None:
    doctor.click("[data-is=finish]")
    with doctor.expect_navigation():
        doctor.click("[data-is=end]")
    doctor.check(f"[value={what}]")
    press(doctor)
    doctor.get_by_role("status").wait_for()


def test_from_the_first_free_time_to_the_receipt(
    browser: Browser, app: App, address: str, nora: Page
) -> None:
    id = book(nora)
    pass_until(app, of(app, id).terms.start - timedelta(minutes=5))
    app.sandbox.clock.set(of(app, id).terms.start)
    app.sandbox.clock.release()
    doctor = meet(browser, app, address, nora)
    decide(doctor, "half")
    found = of(app, id)
    assert isinstance(found, Completed)
    assert found.amount.minor == 1500
    works(app)
    nora.click("#room [data-in~=ended] a.button")
    nora.get_by_role("heading", name="Ce rendez-vous est passé").wait_for()
    with nora.expect_download() as receipt:
        nora.locator("a[href$='.pdf']").first.evaluate(
            "(a) => { a.download = 'r.pdf'; a.click(); }"
        )
    assert receipt.value.path().read_bytes().startswith(b"%PDF")
    nora.goto(links(app, Purpose.RATE, NORA["email"])[-1])
    press(nora)
    nora.check("[name=stars][value='5']")
    press(nora)
    with app.desk.open_work(writing=False) as work:
        assert work.ratings.get(id) is not None
    doctor.context.close()


def test_a_hold_that_ends_is_authorized_again_on_the_way_into_the_room(
    browser: Browser, app: App, address: str, nora: Page
) -> None:
    id = book(nora, week=2)
    assert of(app, id).terms.start > app.now() + timedelta(days=10)
    pass_until(app, of(app, id).terms.start - timedelta(minutes=5))
    app.sandbox.clock.release()
    assert HoldState.HELD not in holds(app, id)
    nora.goto(links(app, Purpose.JOIN, NORA["email"])[-1])
    press(nora)
    assert nora.url.endswith("/card")  # without a hold, no room
    pay(nora, "visa-ok")
    assert HoldState.HELD in holds(app, id)
    app.sandbox.clock.set(of(app, id).terms.start)
    app.sandbox.clock.release()
    doctor = meet(browser, app, address, nora)
    decide(doctor, "fee")
    found = of(app, id)
    assert isinstance(found, Completed)
    assert found.amount == found.terms.fee
    doctor.context.close()


def test_an_absence_is_charged_by_the_link_alone(
    browser: Browser, app: App, address: str, nora: Page
) -> None:
    id = book(nora, card="visa-ok")
    missed(app, id)
    pass_until(app, of(app, id).terms.end + timedelta(minutes=30))
    with app.desk.open_work(writing=False) as work:
        (email,) = [one.email for one in work.clinic.practitioners() if one.id == DUPONT.id]
    context = browser.new_context(base_url=address, locale="fr-BE", viewport=PHONE)  # type: ignore[arg-type]
    doctor = context.new_page()
    doctor.goto(links(app, Purpose.DECIDE, email)[-1])
    press(doctor)
    doctor.check("[value=absent]")
    press(doctor)
    found = of(app, id)
    assert isinstance(found, NoShow)
    assert found.amount.minor == 2500
    works(app)
    nora.goto(f"/b/{id}")
    nora.get_by_text("25,00").first.wait_for()
    context.close()
