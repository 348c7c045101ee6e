"""Book on the web: what is asked, what is written, what is said when it cannot be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from teleconsult_core.appointments import Confirmed, Reserved
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Patient
from teleconsult_wiring import App
from visitor import NORA, Visitor


def booked(app: App, path: str) -> object:
    with app.desk.open_work(writing=False) as work:
        return work.appointments.get(AppointmentId(path.rpartition("/")[2]))


def test_a_video_consultation_is_booked_and_the_card_held(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first()
    assert isinstance(booked(app, path), Reserved)
    assert "reserved, not charged" in visitor.words
    visitor.send(agreed="yes", card="visa-ok")
    assert "Your appointment is confirmed" in visitor.words
    found = booked(app, path)
    assert isinstance(found, Confirmed)
    with app.desk.open_work(writing=False) as work:
        patient = work.patients.get(found.terms.patient)
        consents = work.consents.of(found.terms.id)
        held = work.holds.of(found.terms.id)
    assert isinstance(patient, Patient)
    assert (patient.name, patient.phone, patient.language) == (NORA["name"], "+32470123456", "en")
    assert [one.consent.amount for one in consents] == [found.terms.fee]
    assert [one.amount for one in held] == [found.terms.fee]


def test_in_person_needs_no_card(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first("/p/dupont?mode=in-person")
    assert "Your appointment is confirmed" in visitor.words
    assert isinstance(booked(app, path), Confirmed)


@pytest.mark.parametrize(("answer", "told"), [("yes", "is confirmed"), ("no", "declined")])
def test_the_bank_asks_and_its_books_are_believed(
    pages: Flask, app: App, answer: str, told: str
) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first()
    visitor.send(agreed="yes", card="visa-3ds")
    assert "Your bank asks" in visitor.words
    assert isinstance(booked(app, path), Reserved)
    visitor.send(answer=answer)
    assert told in visitor.words
    assert isinstance(booked(app, path), Confirmed if answer == "yes" else Reserved)


def test_a_brand_is_refused_by_name_and_another_card_is_taken(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.book_first()
    answer = visitor.send(agreed="yes", card="discover")
    assert answer.status_code == 422
    assert "Discover is not accepted" in visitor.words
    visitor.send(agreed="yes", card="mastercard-ok")
    assert "is confirmed" in visitor.words


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"card": "visa-ok"}, "Please agree"), ({"agreed": "yes"}, "Please choose a card")],
)
def test_nothing_is_held_without_consent_or_card(
    pages: Flask, app: App, fields: dict[str, str], told: str
) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first()
    assert visitor.send(**fields).status_code == 422
    assert told in visitor.words
    with app.desk.open_work(writing=False) as work:
        assert not work.holds.of(AppointmentId(path.rpartition("/")[2]))


def test_the_video_message_is_shown_while_a_video_consultation_is_booked_only(
    pages: Flask, app: App
) -> None:
    with app.desk.open_work(writing=False) as work:
        message = next(one for one in work.clinic.practitioners() if one.id == "dupont")
    said = message.video_message.split()[0]
    visitor = Visitor(pages)
    assert said not in visitor.go("/").text
    assert said not in visitor.go("/p/dupont").text
    assert said in visitor.follow("Book this time").text
    visitor.go("/p/dupont?mode=in-person")
    assert said not in visitor.follow("Book this time").text


def test_a_time_that_somebody_took_is_told_before_anything_is_written(pages: Flask) -> None:
    first, second = Visitor(pages), Visitor(pages)
    second.go("/p/dupont")
    second.follow("Book this time")
    second.say_who(name="Luc Peeters")
    first.book_first()
    assert second.send().status_code == 409
    assert "Somebody has just taken this time" in second.words
    second.follow("Choose another time")
    assert "Choose a time" in second.words


def test_the_same_wish_sent_twice_is_one_booking(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.follow("Book this time")
    visitor.say_who()
    where, token = visitor.action, visitor.token
    first = visitor.send(where, form_token=token).request.path
    assert visitor.send(where, form_token=token).request.path == first


def test_a_reservation_that_ran_out_says_so(pages: Flask, app: App) -> None:
    visitor = Visitor(pages)
    path = visitor.book_first()
    where, token = visitor.action, visitor.token
    app.sandbox.clock.forward(timedelta(minutes=16))
    assert "This time is free again" in visitor.go(path).text
    visitor.send(where, form_token=token, agreed="yes", card="visa-ok")
    assert "This time is free again" in visitor.words


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", " "),
        ("name", "n" * 201),
        ("phone", "12"),
        ("phone", "call me"),
        ("email", "nora"),
        ("email", "nora@example.org, luc@example.org"),
    ],
)
def test_an_answer_that_cannot_be_used_is_kept_on_the_page_and_told(
    pages: Flask, field: str, given: str
) -> None:
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.follow("Book this time")
    for name, answer in NORA.items():
        if name == field:
            break
        visitor.send(**{name: answer})
    assert visitor.send(**{field: given}).status_code == 422
    assert 'role="alert"' in visitor.page.text
    assert 'aria-invalid="true"' in visitor.page.text
    assert "<title>Error: " in visitor.page.text
    assert given.strip() in visitor.page.text


def test_the_language_changes_on_every_page_of_a_booking(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.book_first()
    visitor.send(agreed="yes", card="discover")
    here = visitor.page.request.path
    assert f'name="back" value="{here}"' in visitor.page.text
    assert visitor.send("/language", language="fr", back=here).status_code == 200
    assert "Votre carte" in visitor.words


def test_nobody_else_sees_a_booking(pages: Flask) -> None:
    path = Visitor(pages).book_first()
    stranger = Visitor(pages)
    for page in (path, f"{path}/calendar.ics", f"{path}/bank", path.replace("/b/", "/card/")):
        assert stranger.go(page).status_code == 404
        refused = stranger.words
        assert stranger.go("/b/nothing").status_code == 404
        assert stranger.words == refused


def test_the_appointment_goes_into_a_calendar(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.book_first("/p/dupont?mode=in-person")
    answer = visitor.follow("Add it to my calendar")
    assert answer.mimetype == "text/calendar"
    assert answer.text.startswith("BEGIN:VCALENDAR")


def test_looking_writes_nothing(pages: Flask, app: App) -> None:
    """Five looks at every page of a booking leave the database as it was."""
    visitor = Visitor(pages)
    path = visitor.book_first()
    visitor.go(path)

    def kept() -> tuple[object, ...]:
        with app.desk.open_work(writing=False) as work:
            id = AppointmentId(path.rpartition("/")[2])
            return (
                work.appointments.get(id),
                tuple(work.holds.of(id)),
                tuple(work.outbox.of(id)),
                tuple(work.audit.of_subject(id)),
            )

    before = kept()
    for page in ("/", "/p/dupont", path, f"{path}/bank"):
        for _ in range(5):
            visitor.go(page)
    assert kept() == before
