"""Two people meet in the waiting room, in real browsers: pictures both ways, and what fails."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask

from browsers import CALLING, another, chromium, kill
from calls import TRANSPORT, a_video_booking, come_in, in_state, leave, let_in, sees, ways_in
from teleconsult_core.attendance import Seen
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_wiring import App
from web.test_in_a_browser import MEASURE, SMALLEST

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Browser, Page, Route

SMALLER_BY = (
    "peers.at(-1).getSenders().find((one) => one.track?.kind === 'video')"
    ".getParameters().encodings[0].scaleResolutionDownBy"
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*CALLING) as opened:
        yield opened


@pytest.fixture
def booked(app: App, pages: Flask) -> AppointmentId:
    return a_video_booking(app, pages)


@pytest.fixture
def meeting(
    browser: Browser, app: App, booked: AppointmentId, address: str
) -> Iterator[tuple[Page, Page]]:
    """The practitioner and the patient, who wait for each other."""
    to_doctor, to_patient = ways_in(app)
    patient = come_in(browser, address, to_patient, viewport=PHONE)
    in_state(patient, "waiting")
    doctor = come_in(browser, address, to_doctor)
    yield doctor, patient
    leave(doctor, patient)


def test_two_meet_and_see_each_other_over_an_encrypted_connection(
    app: App, booked: AppointmentId, meeting: tuple[Page, Page]
) -> None:
    doctor, patient = meeting
    in_state(doctor, "knock")
    doctor.wait_for_function("() => peers.at(-1)?.localDescription")  # its offer lies ready
    assert patient.evaluate("() => peers.every((one) => !one.remoteDescription)")
    with app.desk.open_work(writing=False) as work:
        assert work.seats.mark(booked).endswith(" 0")  # and nothing was said before admission
    let_in(doctor)
    for page in meeting:
        in_state(page, "call")
        sees(page)
        found = page.evaluate(TRANSPORT)
        assert found["dtls"] == "connected"
        assert found["cipher"]
        page.wait_for_function(f"() => {SMALLER_BY} === 1")  # the first pictures are smaller


def test_ten_calls_of_ten_get_a_picture(meeting: tuple[Page, Page]) -> None:
    """Whoever comes back first, and whatever overtakes what."""
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    for turn in range(10):
        for page in meeting if turn % 3 == 2 else meeting[turn % 2 :][:1]:
            page.reload(wait_until="commit")
        for page in meeting:
            in_state(page, "call")
            sees(page)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.PATIENT])
def test_an_answer_that_was_overtaken_on_its_way_cuts_no_call(
    meeting: tuple[Page, Page], role: Role
) -> None:
    doctor, patient = meeting
    page = doctor if role is Role.PRACTITIONER else patient
    in_state(doctor, "knock")
    old: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if old:
            route.continue_()
        else:
            old.append((route, route.fetch()))

    page.route("**/room/*/beat", hold_the_first)
    while not old:
        page.wait_for_timeout(50)
    let_in(doctor)
    sees(page)
    ((route, answer),) = old
    assert answer.json()["other"]  # it tells of a patient who still waits
    with page.expect_response("**/room/*/beat"):
        route.fulfill(response=answer)
    for one in meeting:
        sees(one)
        assert one.evaluate("() => peers.map((one) => one.connectionState)") == ["connected"]


def test_a_device_beside_waits_until_the_first_one_leaves_and_is_let_in_anew(
    browser: Browser, app: App, meeting: tuple[Page, Page], address: str
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    other = come_in(browser, address, ways_in(app)[1])
    in_state(other, "elsewhere")
    assert not other.evaluate("() => peers.length")
    sees(patient)
    patient.click("[data-is=leave]")
    in_state(patient, "left")
    in_state(other, "waiting")
    let_in(doctor)
    sees(other)
    other.context.close()


def test_a_killed_browser_leaves_its_place_after_the_lease(
    browser: Browser, app: App, booked: AppointmentId, address: str
) -> None:
    to_doctor, to_patient = ways_in(app)
    doctor = come_in(browser, address, to_doctor)
    with another(browser, *CALLING) as dying:
        come_in(dying, address, to_patient)
        let_in(doctor)
        sees(doctor)
        kill(dying)
    in_state(doctor, "alone")
    with app.desk.open_work(writing=False) as work:
        (seat,) = (one for one in work.seats.of(booked) if one.role is Role.PATIENT)
    assert not seat.living(app.now())
    later = come_in(browser, address, to_patient)
    in_state(later, "waiting")  # another device than the dead one: it is let in anew
    let_in(doctor)
    sees(later)
    leave(doctor, later)


def test_the_same_browser_in_a_second_window_takes_over_and_may_give_back(
    meeting: tuple[Page, Page],
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    second = patient.context.new_page()
    second.goto(patient.url)
    in_state(second, "call")
    sees(second)
    in_state(patient, "window")
    patient.click("[data-again]:visible")
    sees(patient)
    in_state(second, "window")


def test_without_a_camera_one_is_heard(
    browser: Browser, app: App, booked: AppointmentId, address: str
) -> None:
    to_doctor, to_patient = ways_in(app)
    patient = come_in(browser, address, to_patient)
    patient.click("[data-is=without]")
    doctor = come_in(browser, address, to_doctor)
    let_in(doctor)
    sees(patient)
    doctor.wait_for_selector("[data-is=no-picture]:visible")
    doctor.wait_for_function(
        "() => document.querySelector('[data-is=theirs]').srcObject.getAudioTracks().length"
    )
    patient.context.close()
    doctor.context.close()


SEVERAL = [CALLING[0] + "=device-count=4", *CALLING[1:]]
"""Chromium's second camera that is not real measures depth, and shows no picture."""
SENT = "(kind) => peers.at(-1).getSenders().find((s) => s.track?.kind === kind).track.label"


def test_another_camera_microphone_and_speaker_are_chosen_and_remembered_for_the_visit(
    browser: Browser, app: App, booked: AppointmentId, address: str
) -> None:
    to_doctor, to_patient = ways_in(app)
    with another(browser, *SEVERAL) as several:
        patient = come_in(several, address, to_patient, viewport=PHONE)
        for kind in ("camera", "microphone", "speaker"):
            patient.wait_for_selector(f"#choose-{kind}:visible")
            assert patient.locator(f"label[for=choose-{kind}]:visible").count() == 1
        named = patient.eval_on_selector_all("#choose-camera option", "all => all.map(o => o.text)")
        assert len(set(named)) == 4
        patient.select_option("#choose-camera", label=named[3])
        patient.wait_for_function(f"() => {OWN_CAMERA} === {named[3]!r}")
        patient.reload()
        patient.wait_for_function(f"() => {OWN_CAMERA} === {named[3]!r}")
        patient.wait_for_function(f"() => {CHOSEN_CAMERA} === {named[3]!r}")
        doctor = come_in(several, address, to_doctor)
        let_in(doctor)
        sees(doctor)
        assert patient.evaluate(SENT, "video") == named[3]
        made = patient.evaluate("() => peers.length")
        patient.click("[data-is=choices] summary")
        patient.select_option("#choose-camera", label=named[0])
        patient.wait_for_function(f"() => ({SENT})('video') === {named[0]!r}")
        heard_with = patient.locator("#choose-microphone option").last.inner_text()
        patient.select_option("#choose-microphone", label=heard_with)
        patient.wait_for_function(f"() => ({SENT})('audio') === {heard_with!r}")
        patient.select_option("#choose-speaker", index=2)
        patient.wait_for_function(
            "() => document.querySelector('[data-is=theirs]').sinkId"
            " === document.querySelector('#choose-speaker').value"
        )
        sees(doctor)
        assert patient.evaluate("() => peers.length") == made  # the same call
        patient.context.close()
        doctor.context.close()


def test_where_there_is_one_of_each_nothing_is_to_be_chosen(
    browser: Browser, app: App, booked: AppointmentId, address: str
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB")
    context.add_init_script(
        "navigator.mediaDevices.enumerateDevices = async () => ["
        "{ kind: 'videoinput', deviceId: 'a', label: 'A' },"
        "{ kind: 'audioinput', deviceId: 'default', label: 'M' },"
        "{ kind: 'audioinput', deviceId: 'm', label: 'M' },"
        "{ kind: 'audiooutput', deviceId: 's', label: 'S' }]"
    )
    page = context.new_page()
    page.goto(ways_in(app)[1])
    page.click("main button")
    in_state(page, "waiting")
    page.wait_for_function("() => document.querySelector('#choose-camera').options.length === 1")
    assert page.locator("[data-is=choices]").is_hidden()
    context.close()


OWN_CAMERA = "document.querySelector('.preview').srcObject?.getVideoTracks()[0]?.label"
CHOSEN_CAMERA = "document.querySelector('#choose-camera').selectedOptions[0]?.text"


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("NotAllowedError", "denied"),
        ("NotFoundError", "missing"),
        ("NotReadableError", "busy"),
        ("SecurityError", "blocked"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_own_help(
    browser: Browser, app: App, booked: AppointmentId, address: str, error: str, shown: str
) -> None:
    from playwright.sync_api import expect

    context = browser.new_context(base_url=address, locale="en-GB")
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async (wanted) => {"
        f"  throw new DOMException('', '{error}') }}"
    )
    page = context.new_page()
    page.goto(ways_in(app)[1])
    page.click("main button")
    for device in ("camera", "microphone"):
        texts = page.locator(f"[data-of={device}][data-when={shown}]:visible")
        expect(texts).to_have_count(2)  # the word in its row, and what to do
    in_state(page, "waiting")
    context.close()


def test_the_practitioner_ends_it_for_both_and_decides(
    app: App, booked: AppointmentId, meeting: tuple[Page, Page]
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    doctor.click("[data-is=finish]")
    with doctor.expect_navigation():
        doctor.click("[data-is=end]")
    assert "/room/" not in doctor.url
    in_state(patient, "ended")
    with app.desk.open_work(writing=False) as work:
        seen = [(one.role, one.seen) for one in work.attendance.of(booked)]
        assert not work.signals.after(booked, Role.PATIENT, 0)
    assert seen.count((Role.PATIENT, Seen.LEFT)) == 1
    assert seen.count((Role.PRACTITIONER, Seen.LEFT)) == 1


UNREACHED = "[data-of=line][data-when=gone]:visible"


def test_an_end_that_does_not_arrive_or_is_refused_is_told_and_said_again(
    meeting: tuple[Page, Page],
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    doctor.route("**/room/*/beat", lambda _: None)  # what else would tell that the line is gone
    doctor.context.set_offline(True)
    _end(doctor)
    doctor.wait_for_selector(UNREACHED)
    in_state(doctor, "call")
    doctor.context.set_offline(False)
    doctor.unroute("**/room/*/beat")
    doctor.wait_for_selector(UNREACHED, state="detached")
    refused = {"status": 409, "content_type": "application/problem+json", "body": "{}"}
    doctor.route("**/room/*/end", lambda route: route.fulfill(**refused))
    with doctor.expect_navigation(url="**/room/*"):
        _end(doctor)
    in_state(doctor, "call")
    doctor.unroute("**/room/*/end")
    with doctor.expect_navigation():
        _end(doctor)
    in_state(patient, "ended")


def _end(doctor: Page) -> None:
    doctor.click("[data-is=finish]")
    doctor.click("[data-is=end]")


NO_LETTERS = ["no letter", "null", "7", "[]", '{"said": 7}']
SAY = """async (bodies) => {
  const { base, token } = document.getElementById("room").dataset;
  const headers = { "X-Form-Token": token };
  const said = [];
  for (const body of bodies) {
    const letter = new URLSearchParams({ epoch: 1, to_epoch: 1, body });
    const answer = await fetch(`${base}/signals`, { method: "POST", headers, body: letter });
    said.push(answer.status);
  }
  return said;
}"""


def test_what_is_no_letter_is_passed_over_and_the_next_one_is_heard(
    meeting: tuple[Page, Page],
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    assert patient.evaluate(SAY, NO_LETTERS) == [200] * len(NO_LETTERS)
    patient.click("[data-is=camera]")
    doctor.wait_for_selector("[data-is=no-picture]:visible")


WAY = "() => /ice-ufrag:(\\S+)/.exec(peers.at(-1).remoteDescription.sdp)[1]"
FAILED = """() => {
  const peer = peers.at(-1);
  Object.defineProperty(peer, "connectionState", { value: "failed", configurable: true });
  peer.onconnectionstatechange();
  delete peer.connectionState;
}"""


def test_a_connection_that_failed_is_made_anew_in_the_same_call(
    meeting: tuple[Page, Page],
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    before = [page.evaluate(WAY) for page in meeting]
    doctor.evaluate(FAILED)
    for page, old in zip(meeting, before, strict=True):
        page.wait_for_function(f"(old) => ({WAY})() !== old", arg=old)
        sees(page)
        assert page.evaluate("() => peers.length") == 1


def test_a_connection_that_does_not_come_about_is_begun_again_on_both_sides(
    meeting: tuple[Page, Page],
) -> None:
    """Where only the one side began anew, the other could not make out who it was."""
    doctor, patient = meeting
    patient.route("**/room/*/signals", _as_somebody_else, times=1)
    let_in(doctor)
    doctor.wait_for_function("() => peers.at(-1).connectionState === 'failed'")
    for page in meeting:
        page.wait_for_function("() => peers.length === 2")
        sees(page)
        states = page.evaluate("() => peers.map((one) => one.connectionState)")
        assert states == ["closed", "connected"]


STALL = """globalThis.stalled = "%s";
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  setLocalDescription(...given) { return this.stall("setLocalDescription", given); }
  setRemoteDescription(...given) { return this.stall("setRemoteDescription", given); }
  stall(what, given) {
    if (stalled !== what) return super[what](...given);
    stalled = "";
    return new Promise(() => null);
  }
};
"""
"""What is asked first is never answered, as when the connection was closed just then."""


@pytest.mark.parametrize(
    ("role", "what"),
    [
        (Role.PRACTITIONER, "setLocalDescription"),
        (Role.PRACTITIONER, "setRemoteDescription"),
        (Role.PATIENT, "setRemoteDescription"),
    ],
)
def test_a_question_that_a_browser_never_answers_ends_with_its_connection(
    browser: Browser, app: App, booked: AppointmentId, address: str, role: Role, what: str
) -> None:
    patient_stalls = role is Role.PATIENT
    to_doctor, to_patient = ways_in(app)
    patient = come_in(browser, address, to_patient, first=STALL % (what if patient_stalls else ""))
    in_state(patient, "waiting")
    doctor = come_in(browser, address, to_doctor, first=STALL % ("" if patient_stalls else what))
    let_in(doctor)
    for page in (doctor, patient):
        sees(page)
    leave(doctor, patient)


def test_what_could_not_be_read_does_not_keep_a_call_from_being_mended(
    meeting: tuple[Page, Page],
) -> None:
    doctor, patient = meeting
    let_in(doctor)
    sees(patient)
    nonsense = {"candidate": {"candidate": "candidate:nonsense", "sdpMid": "0"}}
    letter = json.dumps({"call": "1.1", "attempt": 0, "said": [nonsense]})
    way = patient.evaluate(WAY)
    assert patient.evaluate(SAY, [letter]) == [200]
    patient.wait_for_function(f"(old) => ({WAY})() !== old", arg=way)
    patient.wait_for_timeout(13_000)  # the time within which it would have come to nothing
    way = patient.evaluate(WAY)
    doctor.evaluate(FAILED)
    patient.wait_for_function(f"(old) => ({WAY})() !== old", arg=way)
    for page in meeting:
        sees(page)
        assert page.evaluate("() => peers.length") == 1


def _as_somebody_else(route: Route) -> None:
    """The answer, with a fingerprint that is not that of the connection."""
    said = dict(parse_qsl(route.request.post_data or ""))
    before = said["body"]
    said["body"] = re.sub(
        r"(a=fingerprint:\S+ )(..)", lambda m: m[1] + ("FF" if m[2] == "00" else "00"), before
    )
    assert said["body"] != before
    route.continue_(post_data=urlencode(said))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_is_accessible_and_fits_a_narrow_phone(
    browser: Browser, app: App, booked: AppointmentId, address: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    narrow = {
        "viewport": {"width": 320, "height": 700},
        "color_scheme": scheme,
        "bypass_csp": True,  # the examination itself is a script
    }
    to_doctor, to_patient = ways_in(app)
    patient = come_in(browser, address, to_patient, **narrow)
    in_state(patient, "waiting")
    _examined(axe, patient)
    doctor = come_in(browser, address, to_doctor, **narrow)
    in_state(doctor, "knock")
    _examined(axe, doctor)
    let_in(doctor)
    for page in (doctor, patient):
        sees(page)
        _examined(axe, page)
    doctor.click("[data-is=finish]")
    _examined(axe, doctor)
    leave(doctor, patient)


def _examined(axe: object, page: Page) -> None:
    found = axe.run(page)  # type: ignore[attr-defined]
    assert not found.violations_count, found.generate_report()
    measured = page.evaluate(MEASURE)
    assert measured["wide"] <= 320
    assert measured["small"] >= SMALLEST
    assert not measured["targets"]
