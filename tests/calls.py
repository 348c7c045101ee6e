"""Two people in a room, as browsers see them: how they come in, and what one sees of the call."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask

from post import links, pass_until
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_wiring import App
from visitor import NORA, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PEERS = """
globalThis.peers = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); peers.push(this); }
};
"""
"""So that a test can ask the connections what they are; the page itself keeps them to itself."""

STATES = """() => peers.map((one) => ({
  connection: one.connectionState, ice: one.iceConnectionState, signaling: one.signalingState,
  ours: one.localDescription?.type, theirs: one.remoteDescription?.type,
  waysHere: one.localDescription?.sdp.match(/a=candidate/g)?.length ?? 0,
  waysThere: one.remoteDescription?.sdp.match(/a=candidate/g)?.length ?? 0,
}))"""
"""What tells why there is no picture."""

FRAMES = """async () => {
  const peer = peers.findLast((one) => one.connectionState !== "closed");
  if (!peer) return 0;
  const stats = [];
  (await peer.getStats()).forEach((one) => stats.push(one));
  return stats.find((s) => s.type === "inbound-rtp" && s.kind === "video")?.framesDecoded ?? 0;
}"""

TRANSPORT = """async () => {
  const peer = peers.findLast((one) => one.connectionState !== "closed");
  const stats = [];
  (await peer.getStats()).forEach((one) => stats.push(one));
  const transport = stats.find((s) => s.type === "transport");
  const pair = stats.find((s) => s.id === transport.selectedCandidatePairId);
  const of = (id) => stats.find((s) => s.id === id)?.candidateType;
  return { dtls: transport.dtlsState, cipher: transport.srtpCipher,
           types: [of(pair.localCandidateId), of(pair.remoteCandidateId)] };
}"""


def a_video_booking(app: App, pages: Flask) -> AppointmentId:
    """Booked on the web, paid by card; it is five minutes before the start, and time runs."""
    visitor = Visitor(pages)
    path = visitor.book_first()
    visitor.send(card="visa-ok", agreed="yes")
    id = AppointmentId(path.split("/")[2])
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(id)
    assert found is not None
    assert found.state == "confirmed", visitor.words
    pass_until(app, found.terms.start - timedelta(minutes=5))
    app.sandbox.clock.release()
    return id


def ways_in(app: App) -> tuple[str, str]:
    """The practitioner's and the patient's newest links into the room."""
    with app.desk.open_work(writing=False) as work:
        emails = [one.email for one in work.clinic.practitioners()]
    to_doctor = [link for email in emails for link in links(app, Purpose.JOIN, email)]
    return to_doctor[-1], links(app, Purpose.JOIN, NORA["email"])[-1]


def come_in(
    browser: Browser, address: str, link: str, *, first: str = "", **options: object
) -> Page:
    """A browser of somebody's own opens the link and presses its button; `first` is a script."""
    context: BrowserContext = browser.new_context(
        base_url=address,
        locale="fr-BE",
        **options,  # type: ignore[arg-type]
    )
    context.add_init_script(first + PEERS)
    page = context.new_page()
    page.goto(link)
    with page.expect_navigation():
        page.click("main button")
    assert re.search(r"/room/", page.url), page.url
    return page


def leave(*pages: Page) -> None:
    """Their browsers are closed."""
    for page in pages:
        page.context.close()


def let_in(doctor: Page) -> None:
    in_state(doctor, "knock")
    doctor.click("[data-is=admit]")


def in_state(page: Page, state: str) -> None:
    page.wait_for_selector(f'#room[data-state="{state}"]', timeout=30_000)


def sees(page: Page, least: int = 10) -> None:
    """Frames of the other arrive and are decoded."""
    had = page.evaluate(FRAMES)
    for _ in range(600):
        if page.evaluate(FRAMES) >= had + least:
            return
        page.wait_for_timeout(50)
    states, words = page.evaluate(STATES), page.inner_text("#room")
    raise AssertionError(f"no picture; connections, oldest first: {states}; on the page: {words}")
