"""Staff's own access in a browser: a passkey from making to removing, and every page on a phone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from browsers import chromium, press
from staff import CLAIRE, NEW_PASSWORD, PASSWORD, fresh_code, let_in
from teleconsult_flask import Web, create_app
from teleconsult_flask.serving.listening import Server
from teleconsult_wiring import App
from web.test_in_a_browser import MEASURE, SMALLEST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(app: App) -> Iterator[str]:
    """The clinic at an address that is its own: passkeys are made for it and no other."""
    let_in(app)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        here = f"http://localhost:{listener.getsockname()[1]}"
        pages = create_app(Web(desk=app.desk, now=app.now, base_url=here, secret=b"x" * 32))
        server = Server(pages, listener, threads=4)
        serving = threading.Thread(target=server.run)
        serving.start()
        yield here
        server.stop()
        serving.join()


def device(page: Page, **changes: object) -> tuple[CDPSession, str]:
    """A virtual authenticator, as Chromium's developers have it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {**DEVICE, **changes}
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


def come_in(page: Page, app: App, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("#email", "claire@example.org")
    prove(page, app, password)


def prove(page: Page, app: App, password: str = PASSWORD) -> None:
    page.fill("#password", password)
    page.fill("#code", fresh_code(app))
    press(page)


def make_one(page: Page, app: App, name: str = "My phone") -> None:
    page.goto("/access/passkeys")
    prove(page, app)
    page.fill("#name", name)
    press(page)


def test_a_passkey_is_made_signs_in_alone_and_is_removed(
    browser: Browser, app: App, address: str
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    session, key = device(page)
    come_in(page, app)
    make_one(page, app)
    assert page.url == f"{address}/access"
    page.get_by_role("link", name="Remove My phone").wait_for()
    (made,) = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert made["rpId"] == "localhost"
    assert made["isResidentCredential"]
    press(page, "footer form[action='/sign-out'] button")
    assert page.goto("/access").url.startswith(f"{address}/sign-in")  # type: ignore[union-attr]
    page.goto("/sign-in?back=/access")
    press(page, "[data-passkey] button")
    assert page.url == f"{address}/access"
    assert "not used yet" not in page.inner_text("main")
    press(page, "main a[href$='/remove']")
    prove(page, app)
    assert "My phone" not in page.inner_text("main ul")
    press(page, "footer form[action='/sign-out'] button")
    page.goto("/sign-in")
    press(page, "[data-passkey] button")
    page.get_by_role("alert").get_by_text("does not open anything").wait_for()
    context.close()


def test_a_device_that_does_not_know_its_user_makes_nothing(
    browser: Browser, app: App, address: str
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    session, key = device(page, isUserVerified=False)
    come_in(page, app)
    page.goto("/access/passkeys")
    prove(page, app)
    page.fill("#name", "My phone")
    page.click("main button")
    page.locator("#passkey-trouble:focus").get_by_text("has made no passkey").wait_for()
    assert page.is_enabled("main button")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    press(page)
    page.get_by_role("link", name="Remove My phone").wait_for()
    page.goto("/access/passkeys")
    prove(page, app)
    page.fill("#name", "Again")
    page.click("main button")
    page.locator("#passkey-trouble").get_by_text("has a passkey of yours already").wait_for()
    context.close()


def test_without_javascript_the_pages_say_what_passkeys_need(
    browser: Browser, app: App, address: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="fr-BE")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_text("Les clés d’accès ont besoin de JavaScript").wait_for()
    assert not page.is_visible("[data-passkey]")
    come_in(page, app)
    page.goto("/access/passkeys")
    prove(page, app)
    page.get_by_text("Les clés d’accès ont besoin de JavaScript").wait_for()
    assert not page.is_visible("[data-passkey]")
    page.goto("/access/password")
    page.fill("#new", NEW_PASSWORD)
    page.fill("#again", NEW_PASSWORD)
    prove(page, app)
    page.get_by_role("status").get_by_text("Votre mot de passe est changé").wait_for()
    context.close()


def walk(page: Page, app: App) -> Iterator[str]:
    """Through everything of one's own access, each page by name."""
    page.goto("/sign-in")
    yield "sign in"
    come_in(page, app)
    page.goto("/access")
    yield "access"
    page.goto("/access/password")
    yield "password"
    page.fill("#new", "password1234")
    press(page)
    yield "password with an error"
    page.goto("/access/passkeys")
    yield "passkey"
    press(page)
    yield "passkey with an error"
    prove(page, app)
    yield "making"
    page.fill("#name", "Le téléphone professionnel de la praticienne")
    press(page)
    yield "access with a passkey"
    press(page, "main a[href$='/remove']")
    yield "removing"
    member = app.desk.sign_in(
        email="claire@example.org", password_fits=lambda _: True,
        step_of=lambda _: 2**40, token="elsewhere", now=app.now(),
    )  # fmt: skip
    assert member.staff == CLAIRE  # type: ignore[union-attr]
    page.goto("/access")
    yield "access with two sessions"
    press(page, "main a[href*='/sessions/']")
    yield "ending"
    press(page)
    yield "ending with an error"


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
    device(page)
    seen = []
    for name in walk(page, app):
        found = axe.run(page)
        assert not found.violations_count, (name, found.generate_report())
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= 320, name
        assert measured["small"] >= SMALLEST, name
        assert not measured["targets"], name
        seen.append(name)
    assert len(seen) == 12
    context.close()
