"""What the walks of `walks.py` show is accessible in both schemes, with one thing to do a page.

The walks that have a test file of their own are examined there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from browsers import CALLING, chromium
from walks import TOURS, Stage, Tour, clinic_for
from web.test_in_a_browser import MEASURE, SMALLEST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ELSEWHERE = {"account", "practice", "support", "room"}
FILLED = """() => [...document.querySelectorAll('main .button, main button')]
  .filter(e => e.getClientRects().length && !e.matches('.quiet, .plain') && !e.closest('dialog'))
  .map(e => e.innerText)"""
UNSEEN_FOCUS = """() => [...document.querySelectorAll(
    'a, button, input, select, textarea, summary')]
  .filter(e => e.getClientRects().length && e.type !== 'hidden' && !e.disabled)
  .filter(e => {
    e.focus();
    const drawn = getComputedStyle(e);
    return drawn.outlineStyle === 'none' || parseFloat(drawn.outlineWidth) < 2;
  }).map(e => e.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*CALLING) as opened:
        yield opened


@pytest.mark.parametrize("language", ["fr-BE", "nl-BE"])
@pytest.mark.parametrize(
    "tour", [one for one in TOURS if one.name not in ELSEWHERE], ids=lambda tour: tour.name
)
def test_every_page_is_accessible_in_both_schemes(
    browser: Browser, tour: Tour, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with clinic_for(tour) as (app, flask, address):

        def fresh() -> Page:
            return browser.new_context(
                base_url=address,
                viewport={"width": 320, "height": 700},
                locale=language,
                bypass_csp=True,  # the examination itself is a script
            ).new_page()

        page = fresh()
        for name, shown in tour.walk(Stage(app, flask, page, fresh)):
            for scheme in ("light", "dark"):
                shown.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                found = axe.run(shown)
                assert not found.violations_count, (name, scheme, found.generate_report())
            measured = shown.evaluate(MEASURE)
            assert measured["wide"] <= 320, name
            assert measured["small"] >= SMALLEST, name
            assert not measured["targets"], name
            assert len(shown.evaluate(FILLED)) <= 1, name
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_on_every_control(browser: Browser, scheme: str) -> None:
    (tour,) = (one for one in TOURS if one.name == "booking")
    with clinic_for(tour) as (app, flask, address):
        context = browser.new_context(
            base_url=address, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        for name, shown in tour.walk(Stage(app, flask, page, context.new_page)):
            shown.keyboard.press("Tab")  # from here on the browser takes us for one without a mouse
            assert not shown.evaluate(UNSEEN_FOCUS), name
        context.close()


def test_on_paper_stands_what_was_agreed_and_nothing_to_press(browser: Browser) -> None:
    (tour,) = (one for one in TOURS if one.name == "changing")
    with clinic_for(tour) as (app, flask, address):
        context = browser.new_context(base_url=address, locale="en-GB", color_scheme="dark")
        page = context.new_page()
        name, booked = next(tour.walk(Stage(app, flask, page, context.new_page)))
        booked.emulate_media(media="print")
        assert name == "booked far ahead"
        for words in (
            "Your appointment is confirmed",
            "Dr Claire Dupont",
            "02 555 01 00",
            "Reserved",
        ):
            assert booked.get_by_text(words).first.is_visible(), words
        for what in ("button", "main .links a", ".skip"):
            assert not booked.locator(what).first.is_visible(), what
        assert booked.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        context.close()


def test_who_forces_colours_still_sees_what_is_chosen(browser: Browser) -> None:
    (tour,) = (one for one in TOURS if one.name == "booking")
    with clinic_for(tour) as (_, _, address):
        context = browser.new_context(base_url=address, forced_colors="active")
        page = context.new_page()
        page.goto("/p/dupont")
        for what in (".switch [aria-current]", ".first", ".first .button"):
            drawn = page.locator(what).evaluate(
                "e => { const s = getComputedStyle(e);"
                " return [s.outlineStyle, s.borderTopStyle].includes('solid') }"
            )
            assert drawn, what
        context.close()
