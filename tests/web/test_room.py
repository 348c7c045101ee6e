"""The room's door and what its scripts ask, without a browser."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from calls import a_video_booking, ways_in
from post import pass_until
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortTrouble
from teleconsult_flask import Relay, Web, create_app
from teleconsult_flask.bells import EACH, PLACE, Bells, SetAside
from teleconsult_wiring import App
from visitor import HERE, Visitor


class Guest(Visitor):
    """A visitor who may also ask what scripts ask."""

    def post(self, what: str, **fields: object) -> TestResponse:
        token = self.page.text.partition('data-token="')[2].partition('"')[0]
        data = {name: str(value) for name, value in fields.items()}
        headers = {"X-Form-Token": token}
        return self._client.post(f"{self.room}/{what}", base_url=HERE, data=data, headers=headers)

    def news(self, epoch: int, seen: str = "", after: int = 0) -> TestResponse:
        query = {"epoch": epoch, "seen": seen, "after": after}
        return self._client.get(f"{self.room}/news", base_url=HERE, query_string=query)

    @property
    def room(self) -> str:
        return self.page.request.path


@pytest.fixture
def booked(app: App, pages: Flask) -> AppointmentId:
    id = a_video_booking(app, pages)
    app.sandbox.clock.set(app.now() + timedelta(seconds=1))
    return id


def came(pages: Flask, link: str) -> Guest:
    guest = Guest(pages)
    guest.go(link)
    guest.send()
    assert guest.page.request.path.startswith("/room/"), guest.page.request.path
    return guest


@pytest.fixture
def two(app: App, pages: Flask, booked: AppointmentId) -> tuple[Guest, Guest]:
    """The practitioner and the patient, both in front of the page, nobody seated."""
    to_doctor, to_patient = ways_in(app)
    return came(pages, to_doctor), came(pages, to_patient)


def test_they_sit_down_are_admitted_speak_and_part(two: tuple[Guest, Guest]) -> None:
    doctor, patient = two
    seated = patient.post("seat").json
    assert seated["mine"]["admitted"] is False
    assert seated["other"] is None
    assert doctor.post("admit").json == {"admitted": True, "number": None}  # he need not sit
    here = doctor.post("seat").json
    assert here["other"]["epoch"] == 1
    assert here["other"]["admitted"] is True
    assert here["moment"] > seated["moment"]
    sent = patient.post("signals", epoch=1, to_epoch=1, body="{}")
    assert sent.json == {"number": 1}
    news = doctor.news(epoch=1).json
    assert [one["body"] for one in news["signals"]] == ["{}"]
    assert news["mark"]
    assert doctor.news(epoch=1, after=1).json["signals"] == []
    assert patient.post("leave", epoch=1).json == {"left": True}
    assert doctor.post("beat", epoch=1).json["other"] is None
    assert doctor.post("end").json == {"ended": True}
    assert patient.post("beat", epoch=1).json["ended"] is True


def test_nothing_of_a_call_passes_before_admission(two: tuple[Guest, Guest]) -> None:
    doctor, patient = two
    patient.post("seat")
    doctor.post("seat")
    for guest in two:
        refused = guest.post("signals", epoch=1, to_epoch=1, body="{}")
        assert refused.status_code == 409
        assert refused.mimetype == "application/problem+json"
        assert refused.json["code"] == "not-admitted"
    assert patient.news(epoch=1).json["signals"] == []
    assert patient.post("admit").json["code"] == "not-yours"
    assert patient.post("end").json["code"] == "not-yours"


def test_the_first_word_goes_along_with_admission_and_not_before(
    app: App, booked: AppointmentId, two: tuple[Guest, Guest]
) -> None:
    doctor, patient = two
    patient.post("seat")
    doctor.post("seat")
    words = {"epoch": 1, "to_epoch": 1, "body": "an offer"}
    assert patient.post("admit", **words).json["code"] == "not-yours"
    with app.desk.open_work(writing=False) as work:
        assert work.seats.mark(booked).endswith(" 0")
    assert doctor.post("admit", **words).json == {"admitted": True, "number": 1}
    news = patient.news(epoch=1).json  # both at once
    assert news["mine"]["admitted"] is True
    assert [one["body"] for one in news["signals"]] == ["an offer"]
    late = doctor.post("admit", **{**words, "to_epoch": 7}).json
    assert late == {"admitted": True, "number": None}


def test_the_way_around_is_told_to_whoever_is_admitted_alone(
    app: App, booked: AppointmentId
) -> None:
    relay = Relay(urls=("turn:turn.clinic.example",), secret="s" * 20, only=True)
    pages = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url=HERE,
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            relay=relay,
        )
    )
    to_doctor, to_patient = ways_in(app)
    doctor, patient = came(pages, to_doctor), came(pages, to_patient)
    assert "ice" not in patient.post("seat").json
    assert "ice" in doctor.post("seat").json
    doctor.post("admit")
    told = patient.post("beat", epoch=1).json
    assert told["ice"][0]["urls"] == ["turn:turn.clinic.example"]
    assert told["relay_only"] is True


def test_another_device_is_told_when_it_may_have_the_place(
    app: App, pages: Flask, two: tuple[Guest, Guest]
) -> None:
    patient = two[1]
    patient.post("seat")
    other = came(pages, ways_in(app)[1])
    refused = other.post("seat")
    assert (refused.status_code, refused.json["code"]) == (409, "seat-taken")
    assert refused.json["free_in"] == 15_000
    assert patient.post("seat").json["mine"]["epoch"] == 2  # its own is given back at once


def test_nobody_else_finds_the_room(pages: Flask, two: tuple[Guest, Guest]) -> None:
    stranger = Guest(pages)
    stranger.go("/")
    stranger.page = two[0].page  # knows the address, and a token that is another browser's
    for what in ("seat", "beat", "signals", "admit", "leave", "end"):
        assert stranger.post(what).status_code == 403
    assert stranger.news(epoch=1).status_code == 404
    assert stranger.go(two[0].room).status_code == 404


def test_a_question_for_news_is_answered_when_something_happens(
    two: tuple[Guest, Guest],
) -> None:
    doctor, patient = two
    patient.post("seat")
    mark = patient.news(epoch=1).json["mark"]
    began, answers = time.monotonic(), []
    waiting = threading.Thread(target=lambda: answers.append(patient.news(1, mark).json))
    waiting.start()
    doctor.post("seat")
    waiting.join()
    assert time.monotonic() - began < 15  # long before its patience is over
    assert answers[0]["other"]["epoch"] == 1
    assert answers[0]["mark"] != mark


class Place:
    """A server that can set a question aside."""

    used = False

    def wake(self) -> None:
        pass


def asked_aside(guest: Visitor, room: str) -> TestResponse | None:
    """What is said to whoever asks for news with the seat of epoch 1; None: he is set aside."""
    place = {PLACE: Place()}
    looked = guest._client.get(f"{room}/news?epoch=1&seen=", base_url=HERE, environ_overrides=place)
    if looked.status_code != 200:
        return looked
    query = {"epoch": 1, "seen": looked.json["mark"]}
    try:
        return guest._client.get(
            f"{room}/news", base_url=HERE, query_string=query, environ_overrides=place
        )
    except SetAside:
        return None


def test_who_has_no_seat_does_not_wait_for_news(pages: Flask, two: tuple[Guest, Guest]) -> None:
    in_person = Visitor(pages)
    there = in_person.book_first("/p/dupont?mode=in-person").split("/")[2]
    for guest, room in ((in_person, f"/room/{there}"), (two[1], two[1].room)):
        told = asked_aside(guest, room)
        assert told is not None
        assert (told.status_code, told.json["code"]) == (409, "seat-lost")


def test_who_asks_for_news_again_and_again_takes_nobodys_place(
    two: tuple[Guest, Guest],
) -> None:
    doctor, patient = two
    for guest in two:
        guest.post("seat")
    assert [asked_aside(patient, patient.room) for _ in range(EACH)] == [None] * EACH
    told = asked_aside(patient, patient.room)
    assert told is not None
    assert (told.status_code, told.json["again_in"]) == (200, 1000)
    assert asked_aside(doctor, doctor.room) is None


def test_who_has_no_place_to_wait_is_asked_to_come_back() -> None:
    closing = threading.Event()
    bells = Bells(dict, lambda _: "", closing, places=1)
    room = AppointmentId("a1")
    first = threading.Thread(target=lambda: bells.wait(room, "", 60))
    first.start()
    while bells.wait(room, "other", 0) is not None:
        pass
    began = time.monotonic()
    closing.set()  # the server ends: whoever waits goes home
    first.join()
    assert time.monotonic() - began < 30


def test_bells_that_cannot_look_go_on_looking() -> None:

    looks = iter([PortTrouble("away"), {AppointmentId("a1"): "new"}])

    def look() -> dict[AppointmentId, str]:
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        return found

    began, marks = time.monotonic(), iter(["old", "new"])
    bells = Bells(look, lambda _: next(marks), threading.Event(), places=9)
    assert bells.wait(AppointmentId("a1"), "old", 60) == "new"
    assert time.monotonic() - began < 30


def test_what_happens_in_this_process_is_rung_at_once_and_wakes_that_room_alone() -> None:
    a, b = AppointmentId("a"), AppointmentId("b")
    marks = {a: "1", b: "1"}
    closing, looked = threading.Event(), threading.Event()

    def look() -> dict[AppointmentId, str]:
        looked.set()
        closing.wait(60)  # the look of this process is not what wakes them
        return {}

    bells, woken = Bells(look, marks.__getitem__, closing, places=9), []
    assert bells.tell(a, "1", 60, lambda: woken.append(a))
    assert bells.tell(b, "1", 60, lambda: woken.append(b))
    assert looked.wait(30)
    bells.ring(a)
    assert woken == [a]
    bells.ring(a)
    assert woken == [a]  # once
    assert not bells.tell(b, "0", 60, woken.clear)  # there is something new already
    closing.set()
    bells.rest()
    assert woken == [a, b]


def test_the_door_says_why_it_is_closed(app: App, pages: Flask, booked: AppointmentId) -> None:
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(booked)
    assert found is not None
    guest = came(pages, ways_in(app)[1])
    assert 'id="room"' in guest.page.text
    room = guest.room
    pass_until(app, found.terms.end + timedelta(hours=5))
    page = guest.go(room)
    assert page.status_code == 409
    assert "The waiting room is closed" in guest.words
    assert "Refresh" not in page.headers


def test_too_early_is_asked_again_by_itself(app: App, pages: Flask) -> None:
    visitor = Guest(pages)
    path = visitor.book_first()
    visitor.send(card="visa-ok", agreed="yes")
    page = visitor.go(f"/room/{path.split('/')[2]}")
    assert page.status_code == 409
    assert "You are early" in visitor.words
    assert page.headers["Refresh"].startswith("60; url=/room/")


def test_signals_without_end_are_refused_with_a_time(two: tuple[Guest, Guest]) -> None:
    _, patient = two
    patient.post("seat")
    codes = {patient.post("leave", epoch=9).status_code for _ in range(61)}
    assert codes == {409, 429}
