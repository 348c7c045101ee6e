"""Two people meet in the waiting room, in two real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from browsers import CALLING, chromium
from calls import TRANSPORT, a_video_booking, come_in, in_state, sees, ways_in
from teleconsult_wiring import App

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*CALLING) as opened:
        yield opened


def test_two_meet_see_each_other_and_part(
    browser: Browser, app: App, pages: Flask, address: str
) -> None:
    a_video_booking(app, pages)
    to_doctor, to_patient = ways_in(app)
    patient = come_in(browser, address, to_patient, viewport={"width": 390, "height": 780})
    in_state(patient, "waiting")
    doctor = come_in(browser, address, to_doctor)
    in_state(doctor, "knock")
    doctor.click("[data-is=admit]")
    for page in (doctor, patient):
        in_state(page, "call")
        sees(page)
        found = page.evaluate(TRANSPORT)
        assert found["dtls"] == "connected"
        assert found["cipher"]
    doctor.screenshot(path="/tmp/doctor.png"); patient.screenshot(path="/tmp/patient.png")
