"""The practitioner's pages: agenda, one appointment, the end of a consultation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from calls import a_video_booking
from post import links, works
from teleconsult_core.appointments import Appointment, Cancelled, Completed, NoShow
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.links import Purpose
from teleconsult_core.people import Actor, Role, patient_actor, practitioner_actor
from teleconsult_core.use_cases.take_seat import Seated
from teleconsult_flask import Web, create_app
from teleconsult_wiring import App
from visitor import HERE, Visitor

DUPONT = practitioner_actor(PractitionerId("dupont"))


def as_staff(app: App, actor: Actor | None) -> Visitor:
    pages = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url=HERE,
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            printer=app.printer,
            identify=lambda: actor,
        )
    )
    return Visitor(pages)


def of(app: App, id: AppointmentId) -> Appointment:
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(id)
    assert found is not None
    return found


@pytest.fixture
def booked(app: App, pages: Flask) -> AppointmentId:
    return a_video_booking(app, pages)


@pytest.fixture
def doctor(app: App) -> Visitor:
    return as_staff(app, DUPONT)


def came(app: App, id: AppointmentId) -> None:
    """Both were in the room for two minutes after the start."""
    terms = of(app, id).terms
    both = practitioner_actor(terms.practitioner), patient_actor(terms.patient)
    app.sandbox.clock.set(terms.start)
    for by in both:
        seated = app.desk.take_seat(appointment=id, by=by, device=str(by), now=app.now())
        assert isinstance(seated, Seated)
    for _ in range(12):
        app.sandbox.clock.forward(timedelta(seconds=10))
        for by in both:
            app.desk.keep_seat(appointment=id, by=by, epoch=1, now=app.now())


def missed(app: App, id: AppointmentId) -> None:
    """The practitioner waited for half an hour, and nobody came."""
    terms = of(app, id).terms
    by = practitioner_actor(terms.practitioner)
    app.sandbox.clock.set(terms.start)
    app.desk.take_seat(appointment=id, by=by, device="desk", now=app.now())
    for _ in range(200):
        app.sandbox.clock.forward(timedelta(seconds=10))
        app.desk.keep_seat(appointment=id, by=by, epoch=1, now=app.now())


def test_the_agenda_shows_who_comes_and_what_to_do(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    doctor.go("/practice")
    assert "Nora El Amrani" in doctor.words
    assert "card: €30.00" in doctor.words
    assert f'href="/room/{booked}"' in doctor.page.text
    patient = patient_actor(of(app, booked).terms.patient)
    app.desk.take_seat(appointment=booked, by=patient, device="phone", now=app.now())
    doctor.go("/practice")
    assert "waiting since" in doctor.words
    assert "Let them in" in doctor.words
    doctor.follow("Week")
    assert "Nora El Amrani" in doctor.words
    doctor.follow("Next")
    assert "Nora El Amrani" not in doctor.words
    doctor.go("/practice?day=yesterday&view=year")
    assert "Nora El Amrani" in doctor.words  # what means nothing is today


def test_a_colleague_sees_nothing_of_it(app: App, booked: AppointmentId) -> None:
    colleague = as_staff(app, practitioner_actor(PractitionerId("janssens")))
    assert "Nora" not in colleague.go("/practice").text
    for path in (f"/practice/a/{booked}", f"/practice/a/{booked}/decide"):
        assert colleague.go(path).status_code == 404
    for role in (Role.SUPPORT, Role.OPERATOR, Role.PATIENT):
        assert as_staff(app, Actor(role, "sofie")).go("/practice").status_code == 404


def test_without_signing_in_one_is_led_there(pages: Flask, booked: AppointmentId) -> None:
    visitor = Visitor(pages)
    visitor.go("/practice")
    assert visitor.page.request.path == "/sign-in"


@pytest.mark.parametrize(
    ("what", "typed", "minor"),
    [("fee", "", 3000), ("half", "", 1500), ("nothing", "", 0), ("other", "12,50", 1250)],
)
def test_the_practitioner_states_the_amount(
    app: App, booked: AppointmentId, doctor: Visitor, what: str, typed: str, minor: int
) -> None:
    came(app, booked)
    doctor.go(f"/practice/a/{booked}/decide")
    doctor.send(what=what, amount=typed)
    found = of(app, booked)
    assert isinstance(found, Completed)
    assert found.amount.minor == minor
    assert "Decided" in doctor.words


def test_wrong_amounts_come_back_as_they_were_typed(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    came(app, booked)
    for what, typed, status, told in (
        ("other", "thirty", 422, "Enter an amount such as 30.00"),
        ("other", "30.01", 409, "€30.01 is more than the €30.00 reserved"),
        ("other", "0.10", 409, "The smallest amount that can be charged is €0.50"),
        ("", "", 422, "Choose what is due"),
        ("absent", "", 422, "Choose what is due"),
    ):
        doctor.go(f"/practice/a/{booked}/decide")
        doctor.send(what=what, amount=typed)
        assert doctor.page.status_code == status
        assert told in doctor.words
        assert f'value="{typed}"' in doctor.page.text
    assert of(app, booked).state == "confirmed"


def test_an_absence_is_charged_within_the_terms(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    missed(app, booked)
    doctor.go(f"/practice/a/{booked}/decide")
    assert "Charge the absence" in doctor.words
    assert "The fee" not in doctor.words
    doctor.send(what="fee")
    assert "care cannot be charged" in doctor.words
    doctor.go(f"/practice/a/{booked}/decide")
    doctor.send(what="absent")
    found = of(app, booked)
    assert isinstance(found, NoShow)
    assert found.amount.minor == 2500  # the indemnity of the example clinic
    assert "The absence is noted: €25.00" in doctor.words


def test_an_absence_is_waived(app: App, booked: AppointmentId, doctor: Visitor) -> None:
    missed(app, booked)
    doctor.go(f"/practice/a/{booked}/decide")
    doctor.send(what="waived")
    found = of(app, booked)
    assert isinstance(found, NoShow)
    assert found.amount.minor == 0


def test_who_did_not_wait_cannot_charge_an_absence(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    app.sandbox.clock.set(of(app, booked).terms.start + timedelta(minutes=40))
    doctor.go(f"/practice/a/{booked}/decide")
    assert "only when you waited in the room yourself" in doctor.words
    assert "Charge the absence" not in doctor.words


def test_who_may_not_charge_an_absence_is_told_whose_rule_it_is(app: App, pages: Flask) -> None:
    visitor = Visitor(pages)
    id = AppointmentId(visitor.book_first("/p/claes").split("/")[2])
    visitor.send(card="visa-ok", agreed="yes")
    missed(app, id)
    doctor = as_staff(app, practitioner_actor(PractitionerId("claes")))
    doctor.go(f"/practice/a/{id}/decide")
    assert "Charge the absence" not in doctor.words
    assert "Your profession may not charge" in doctor.words
    assert "What is reserved on the patient's card is released at once." in doctor.words
    assert doctor.send(what="absent").status_code == 422  # nor by a form of one's own
    doctor.send(what="waived")
    assert "The absence is noted: €0.00" in doctor.words


def test_an_absence_that_no_card_covers_any_more_says_so(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    missed(app, booked)
    app.sandbox.clock.forward(timedelta(days=8))
    doctor.go(f"/practice/a/{booked}/decide")
    assert "Nothing is reserved on the card, so an absence cannot be charged." in doctor.words
    assert "Charge the absence" not in doctor.words
    assert "not seen in the room" not in doctor.words


def test_who_tried_to_come_in_is_not_charged_an_absence(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    patient = patient_actor(of(app, booked).terms.patient)
    app.desk.take_seat(appointment=booked, by=patient, device="phone", now=app.now())
    app.sandbox.clock.forward(timedelta(seconds=20))
    app.desk.give_up_seat(appointment=booked, by=patient, epoch=1, now=app.now())
    missed(app, booked)
    doctor.go(f"/practice/a/{booked}/decide")
    assert "The patient tried to come in: this is no absence" in doctor.words
    assert "Charge the absence" not in doctor.words


def test_before_the_start_nothing_is_decided(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    doctor.go(f"/practice/a/{booked}/decide")
    assert "The amount can be stated from" in doctor.words


def test_the_letters_link_leads_to_the_question_alone(
    app: App, pages: Flask, booked: AppointmentId
) -> None:
    came(app, booked)
    app.sandbox.clock.set(of(app, booked).terms.end + timedelta(minutes=30))
    works(app)
    with app.desk.open_work(writing=False) as work:
        doctors = work.clinic.practitioner(PractitionerId("dupont"))
    assert doctors is not None
    link = links(app, Purpose.DECIDE, doctors.email)[-1]
    visitor = Visitor(pages)
    visitor.go(link)
    visitor.send()
    assert visitor.page.request.path == f"/practice/a/{booked}/decide"
    visitor.send(what="half")
    assert isinstance(of(app, booked), Completed)
    assert visitor.go("/practice").request.path == "/sign-in"


def test_the_practitioner_cancels_and_sends_the_link_again(
    app: App, booked: AppointmentId, doctor: Visitor
) -> None:
    doctor.go(f"/practice/a/{booked}")
    before = len(links(app, Purpose.JOIN, "nora@example.org"))
    doctor.send(f"/practice/a/{booked}/link")
    assert "The link has been sent again." in doctor.words
    assert len(links(app, Purpose.JOIN, "nora@example.org")) > before
    doctor.send(f"/practice/a/{booked}/cancel")
    assert isinstance(of(app, booked), Cancelled)
    assert "cancelled" in doctor.words
    assert "Cancel it" not in doctor.words
