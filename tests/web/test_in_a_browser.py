"""The pages as people meet them: on a phone, by keyboard, in the dark, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from browsers import chromium, enter, press
from visitor import NORA

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

SMALLEST = 14.0
"""Pixels; no text is smaller."""

MEASURE = """() => {
  const shown = [...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => e.getClientRects().length && !e.closest('.unseen, .skip'));
  const inLine = e => e.closest('p, dd, li, label') && e.tagName === 'A' && !e.matches('.button');
  return {
    wide: document.documentElement.scrollWidth,
    small: Math.min(...shown.map(e => parseFloat(getComputedStyle(e).fontSize))),
    targets: shown.filter(e => e.matches('a, button, input, select') && !inLine(e))
      .map(e => e.getBoundingClientRect()).filter(r => r.height < 24 || r.width < 24).length,
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def walk(page: Page, card: str = "visa-3ds") -> Iterator[str]:
    """Book a video consultation; stops at every page on the way, by name."""
    page.goto("/")
    yield "practitioners"
    page.goto("/p/dupont")
    yield "profile"
    press(page, "a.button")
    yield "question"
    press(page)
    yield "question with an error"
    for answer in NORA.values():
        page.fill("main input:not([type=hidden])", answer)
        press(page)
    yield "check"
    press(page)
    yield "card"
    press(page)
    yield "card with an error"
    page.check("#agreed")
    page.check(f"[value={card}]")
    press(page)
    yield "bank"
    press(page, "main button[value=yes]")
    yield "booked"
    page.goto("/b/nothing")
    yield "nothing here"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr-BE", "nl-BE", "en-GB"])
def test_every_page_is_accessible_and_fits_a_narrow_phone(
    browser: Browser, address: str, language: str, scheme: str
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
    for name in walk(page):
        found = axe.run(page)
        assert not found.violations_count, (name, found.generate_report())
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= 320, name
        assert measured["small"] >= SMALLEST, name
        assert not measured["targets"], name
        seen.append(name)
    assert len(seen) == 10
    context.close()


def test_a_booking_by_keyboard_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="fr-BE")
    page = context.new_page()
    page.goto("/p/dupont")
    page.keyboard.press("Tab")
    page.locator(".skip:focus").wait_for()
    page.locator("a.button").focus()
    enter(page)
    for answer in NORA.values():
        page.locator("main input:not([type=hidden])").focus()
        page.keyboard.type(answer)
        enter(page)
    page.locator("main button").focus()
    enter(page)
    page.locator("#agreed").focus()
    page.keyboard.press("Space")
    page.locator("[value=visa-ok]").focus()
    page.keyboard.press("Space")
    page.locator("main button").focus()
    enter(page)
    page.get_by_role("heading", name="Votre rendez-vous est confirmé").wait_for()
    context.close()


def test_an_error_takes_the_focus_and_leads_to_its_field(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="fr-BE")
    page = context.new_page()
    page.goto("/p/dupont")
    press(page, "a.button")
    press(page)
    page.locator("[role=alert]:focus").wait_for()
    page.click("[role=alert] a")
    page.locator("#name:focus").wait_for()
    context.close()


def test_the_first_load_is_small(browser: Browser, address: str) -> None:
    """Everything a page needs, in at most 100 kB."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto("/p/dupont", wait_until="networkidle")
    assert {answer.url.rpartition("/")[2] for answer in answers} == {"dupont", "teleconsult.css"}
    assert sum(len(answer.body()) for answer in answers) <= 100_000
    context.close()
