"""The practitioner's pages as he meets them: on a narrow phone, in the dark, by a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from browsers import chromium, press
from calls import a_video_booking
from post import pass_until
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import practitioner_actor
from teleconsult_flask import Web, create_app
from teleconsult_wiring import App
from web.test_in_a_browser import MEASURE, SMALLEST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def pages(app: App) -> Flask:
    """The pages, seen by one who has signed in elsewhere."""
    return create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            identify=lambda: practitioner_actor(PractitionerId("dupont")),
        )
    )


def walk(page: Page, app: App, booked: AppointmentId) -> Iterator[str]:
    """Through everything, each page by name."""
    page.goto("/practice")
    yield "day"
    page.goto("/practice/enter")
    yield "enter"
    press(page)
    yield "enter with an error"
    page.goto("/practice/hours")
    yield "hours"
    page.check("[value=video]")
    page.fill("#from_day", "2027-03-01")
    press(page, "form.flow button")
    yield "preview"
    press(page, "form.flow button")
    yield "hours with an absence"
    page.goto("/practice/payments")
    yield "payments"
    page.goto("/practice/figures")
    yield "figures"
    page.goto("/practice?view=week")
    yield "week"
    press(page, ".rows strong a")
    yield "appointment"
    page.goto(f"/practice/a/{booked}/decide")
    yield "too early to decide"
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(booked)
    assert found is not None
    pass_until(app, found.terms.end)
    page.reload()
    yield "decide"
    press(page)
    yield "decide with an error"
    page.check("[value=nothing]")
    press(page)
    yield "decided"
    page.goto(f"/practice/a/{booked}")
    yield "appointment that is over"


def walk_hours(page: Page) -> Iterator[str]:
    """Hours, days that differ and the profile, with a preview of each."""
    page.goto("/practice/hours")
    press(page, "button[name=do]")
    yield "an hour less"
    page.goto("/practice/hours/weekly")
    yield "new hours"
    press(page)
    yield "new hours with an error"
    page.check("[name=weekdays][value='6']")
    page.check("[value=in-person]")
    page.fill("#opens", "09:00")
    page.fill("#closes", "12:00")
    page.fill("#valid_from", "2027-04-03")
    press(page)
    yield "hours as they would be"
    press(page)
    yield "hours with what lies outside"
    page.goto("/practice/hours/days")
    yield "a day that differs"
    press(page)
    yield "a day that differs, with an error"
    page.fill("#day", "2027-03-01")
    page.check("[value=video]")
    press(page)
    yield "the day as it would be"
    press(page)
    yield "hours with that day"
    page.goto("/practice/profile")
    yield "profile"
    page.fill("#video_message", "x" * 2001)
    press(page)
    yield "profile with an error"
    page.fill("#video_message", "Prenez place au calme.\nPréparez votre carte d’identité.")
    press(page)
    yield "the profile as it would be"
    press(page)
    yield "profile that is kept"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr-BE", "nl-BE"])
def test_every_page_is_accessible_and_fits_a_narrow_phone(
    browser: Browser, app: App, pages: Flask, address: str, language: str, scheme: str
) -> None:
    page = narrow(browser, address, language, scheme)
    assert examined(page, walk(page, app, a_video_booking(app, pages))) == 15
    page.context.close()


@pytest.mark.parametrize(("language", "scheme"), [("fr-BE", "light"), ("nl-BE", "dark")])
def test_hours_and_the_profile_are_accessible_and_fit_a_narrow_phone(
    browser: Browser, app: App, pages: Flask, address: str, language: str, scheme: str
) -> None:
    a_video_booking(app, pages)
    page = narrow(browser, address, language, scheme)
    assert examined(page, walk_hours(page)) == 13
    page.context.close()


def narrow(browser: Browser, address: str, language: str, scheme: str) -> Page:
    context = browser.new_context(
        base_url=address,
        viewport={"width": 320, "height": 700},
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # the examination itself is a script
    )
    return context.new_page()


def examined(page: Page, names: Iterator[str]) -> int:
    """How many pages were looked at, none of which had anything to mend."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    seen = 0
    for name in names:
        found = axe.run(page)
        assert not found.violations_count, (name, found.generate_report())
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= 320, name
        assert measured["small"] >= SMALLEST, name
        assert not measured["targets"], name
        seen += 1
    return seen
