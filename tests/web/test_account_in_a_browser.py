"""Signing in and the account as people meet them: on a narrow phone, in the dark, by a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from browsers import chromium, press
from post import works
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import practitioner_actor
from teleconsult_wiring import App
from visitor import NORA
from web.test_in_a_browser import MEASURE, SMALLEST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DUPONT = practitioner_actor(PractitionerId("dupont"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def walk(page: Page, app: App) -> Iterator[str]:
    """Book, sign in to the account, look at everything in it, erase it; each page by name."""
    page.goto("/sign-in")
    yield "sign in"
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "wrong")
    page.fill("#code", "000000")
    press(page)
    yield "sign in with an error"
    page.goto("/p/dupont")
    press(page, "a.button")
    for answer in NORA.values():
        page.fill("main input:not([type=hidden])", answer)
        press(page)
    press(page)
    page.check("#agreed")
    page.check("[value=visa-ok]")
    press(page)
    page.goto("/account")
    yield "account"
    press(page)
    yield "account with an error"
    page.fill("#email", NORA["email"])
    press(page)
    yield "asked"
    works(app)
    written = " ".join(mail.letter.text for mail in app.sandbox.mailbox.messages())
    (link,) = re.findall(r"https://[^/\s]+(/account/\S+)", written)
    page.goto(link)
    yield "link"
    press(page)
    yield "appointments"
    page.goto("/account/erase")
    yield "erase, not yet"
    booked = re.findall('/b/([^/"]+)', page.content())[0]
    app.desk.cancel(appointment=AppointmentId(booked), by=DUPONT, now=app.now())
    works(app)
    page.goto("/account/erase")
    yield "erase"
    press(page)
    yield "erased"
    page.goto(link)
    yield "elsewhere"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr-BE", "nl-BE"])
def test_every_page_is_accessible_and_fits_a_narrow_phone(
    browser: Browser, app: App, address: str, language: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(
        base_url=address,
        viewport={"width": 320, "height": 700},
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # the examination itself is a script
    )
    page = context.new_page()
    seen = []
    for name in walk(page, app):
        found = axe.run(page)
        assert not found.violations_count, (name, found.generate_report())
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= 320, name
        assert measured["small"] >= SMALLEST, name
        assert not measured["targets"], name
        seen.append(name)
    assert len(seen) == 11
    context.close()
