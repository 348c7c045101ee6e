"""Support's pages on a narrow phone, in the dark, by a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from browsers import chromium, press
from calls import a_video_booking
from post import works
from teleconsult_core.money import Money
from teleconsult_flask import Web, create_app
from teleconsult_wiring import App
from web.test_in_a_browser import MEASURE, SMALLEST
from web.test_practice import DUPONT, came, of
from web.test_support import SOFIE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def pages(app: App) -> Flask:
    return create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            identify=lambda: SOFIE,
        )
    )


def walk(page: Page) -> Iterator[str]:
    page.goto("/support")
    yield "find"
    page.fill("#text", "nora@example.org")
    press(page)
    yield "found"
    press(page, ".people a")
    yield "appointment"
    page.fill("#amount", "100")
    page.fill("#reason", "called away")
    press(page, "form[action$=refund] button")
    yield "refund with an error"
    page.fill("#amount", "10")
    press(page, "form[action$=refund] button")
    yield "check"
    press(page)
    yield "refunded"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_narrow_phone(
    browser: Browser, app: App, pages: Flask, address: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    id = a_video_booking(app, pages)
    came(app, id)
    app.sandbox.clock.set(of(app, id).terms.end)
    app.desk.complete(appointment=id, amount=Money(3000, "EUR"), by=DUPONT, now=app.now())
    works(app)
    context = browser.new_context(
        base_url=address,
        viewport={"width": 320, "height": 700},
        locale="fr-BE",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # the examination itself is a script
    )
    page = context.new_page()
    seen = []
    for name in walk(page):
        found = axe.run(page)
        assert not found.violations_count, (name, found.generate_report())
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= 320, name
        assert measured["small"] >= SMALLEST, name
        assert not measured["targets"], name
        seen.append(name)
    assert len(seen) == 6
    context.close()
