"""A real browser for what only a browser can tell: Chromium, without network.

It is /usr/bin/chromium, or what the variable CHROMIUM names; without it, or without the package
playwright, whoever needs it skips and says how to get it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE = 120_000
"""Milliseconds after which a browser is taken for dead; a busy machine is only slow."""


CALLING = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
"""For calls: a camera and a microphone that are not real, and peers on this machine."""


@contextmanager
def chromium(*further: str) -> Iterator[Browser]:
    """A browser, closed afterwards; without one the test is skipped, and under `CI=true` fails."""
    if find_spec("playwright") is None:
        missing("playwright: pip install playwright")
    if not CHROMIUM.exists():
        missing(f"{CHROMIUM}: apt-get install chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *further], timeout=PATIENCE
        )
        yield opened
        opened.close()


@contextmanager
def another(beside: Browser, *further: str) -> Iterator[Browser]:
    """A second browser, in processes of its own; closed afterwards if it still lives."""
    opened = beside.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, *further], timeout=PATIENCE
    )
    yield opened
    opened.close()


def kill(browser: Browser) -> None:
    """As a crash or an empty battery does: it says goodbye to nobody."""
    asked = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    (process,) = [one["id"] for one in asked["processInfo"] if one["type"] == "browser"]
    os.kill(process, signal.SIGKILL)


def press(page: Page, what: str = "main button") -> None:
    """Click what leads to another page, and be there: the old one is not looked at again."""
    with page.expect_navigation():
        page.click(what)


def enter(page: Page) -> None:
    """As `press`, by the keyboard, where the focus is."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def missing(what: str) -> None:
    """Skip, or fail where everything must be there (`CI=true`)."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"no {what}", pytrace=False)
    pytest.skip(f"no {what}")
