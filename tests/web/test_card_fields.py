"""Stripe's own card fields on the card step, with a double of its script: what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from browsers import chromium, press
from teleconsult_flask import Web, create_app
from teleconsult_wiring import App
from visitor import NORA, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOUBLE = """
globalThis.asked = [];
globalThis.Stripe = (key, { locale }) => ({
  elements: () => ({
    create: (kind, { hidePostalCode }) => ({
      mount: (at) => asked.push([key, locale, kind, hidePostalCode, at.id]),
    }),
  }),
  createPaymentMethod: async () => {
    const id = sessionStorage.getItem("card");
    return id ? { paymentMethod: { id } } : { error: { message: "Your number is incomplete." } };
  },
});
"""


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
            publishable_key="pk_test_example",
        )
    )


@pytest.fixture
def card(browser: Browser, address: str) -> Iterator[Page]:
    """At the card step of a booking."""
    context = browser.new_context(base_url=address, locale="fr-BE")
    context.route(
        "https://js.stripe.com/**",
        lambda route: route.fulfill(body=DOUBLE, content_type="text/javascript"),
    )
    page = context.new_page()
    page.goto("/p/dupont")
    press(page, "a.button")
    for answer in NORA.values():
        page.fill("main input:not([type=hidden])", answer)
        press(page)
    press(page)
    yield page
    context.close()


def test_the_number_is_typed_elsewhere_and_a_name_comes_back(card: Page) -> None:
    assert card.evaluate("() => asked") == [["pk_test_example", "fr", "card", True, "card-fields"]]
    card.check("#agreed")
    card.click("main button")
    card.get_by_role("alert").get_by_text("Your number is incomplete.").wait_for()
    card.evaluate("() => sessionStorage.setItem('card', 'visa-ok')")
    press(card)
    card.get_by_role("heading", name="Votre rendez-vous est confirmé").wait_for()


def test_the_bank_is_asked_by_a_link(card: Page) -> None:
    card.check("#agreed")
    card.evaluate("() => sessionStorage.setItem('card', 'visa-3ds')")
    press(card)
    link = card.locator("main a.button")
    assert link.inner_text() == "Aller à votre banque"
    assert link.get_attribute("href")


def test_this_page_alone_may_load_the_networks_script(pages: Flask) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first()
    policy = visitor.page.headers["Content-Security-Policy"]
    assert "script-src 'self' https://js.stripe.com;" in policy
    assert "frame-src https://js.stripe.com https://hooks.stripe.com" in policy
    assert "connect-src 'self' https://api.stripe.com;" in policy
    assert "unsafe" not in policy
    assert "A card of the sandbox" not in visitor.page.text
    visitor.go("/p/dupont")
    assert "stripe" not in visitor.page.headers["Content-Security-Policy"]
    assert path
