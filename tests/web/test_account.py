"""A patient's account: a link to his e-mail, all of his appointments, and his data."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask

from post import pass_until, works
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import ErasedPatient, Patient, patient_actor, practitioner_actor
from teleconsult_wiring import App
from visitor import NORA, Visitor

COOKIE = "__Host-teleconsult-in"


def letters(app: App, to: str = NORA["email"]) -> list[str]:
    """Paths of the links to the account that came, the newest last."""
    works(app)
    mails = app.sandbox.mailbox.messages()
    written = [mail.letter.text for mail in mails if mail.to.casefold() == to]
    return [path for text in written for path in re.findall(r"https://[^/\s]+(/account/\S+)", text)]


def booked(pages: Flask, **who: str) -> str:
    """The reference of a booking in a browser that is closed afterwards."""
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.follow("Book this time")
    visitor.say_who(**who)
    visitor.send()
    visitor.send(agreed="yes", card="visa-ok")
    return visitor.page.request.path.split("/")[2]


def asking(app: App, pages: Flask, email: str = NORA["email"]) -> tuple[Visitor, str]:
    visitor = Visitor(pages)
    visitor.go("/account")
    visitor.send(email=email)
    assert "Check your mailbox" in visitor.words
    found = letters(app)
    return visitor, found[-1] if found else ""


def in_account(app: App, pages: Flask) -> Visitor:
    visitor, link = asking(app, pages)
    visitor.go(link)
    visitor.send()
    assert visitor.page.request.path == "/account/appointments"
    return visitor


def cancel(app: App, id: str) -> None:
    """By the practitioner, who may at any time."""
    by = practitioner_actor(PractitionerId("dupont"))
    app.desk.cancel(appointment=AppointmentId(id), by=by, now=app.now())


def file_of(app: App, appointment: str) -> Patient | ErasedPatient | None:
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(AppointmentId(appointment))
        assert found is not None
        return work.patients.get(found.terms.patient)


def test_everything_under_an_address_is_in_its_account(app: App, pages: Flask) -> None:
    first = booked(pages)
    second = booked(pages, email="NORA@example.org")
    others = booked(pages, email="bob@example.org")
    visitor = in_account(app, pages)
    assert f"/b/{first}" in visitor.page.text
    assert f"/b/{second}" in visitor.page.text
    assert others not in visitor.page.text
    assert visitor.go(f"/b/{first}").status_code == 200
    assert visitor.go(f"/b/{second}/cancel").status_code == 200
    assert visitor.go(f"/b/{others}").status_code == 404
    cancel(app, first)
    visitor.go("/account/appointments")
    assert re.search("To come .*See the appointment.* Past .*Cancelled", visitor.words)


def test_the_page_is_the_same_for_an_address_that_nobody_has(app: App, pages: Flask) -> None:
    booked(pages)
    known, _ = asking(app, pages)
    unknown, _ = asking(app, pages, "nobody@example.org")
    assert known.words.replace("nora@", "nobody@") == unknown.words
    assert letters(app, "nobody@example.org") == []


@pytest.mark.parametrize("email", ["", "nora", "no ra@example.org", "a\x00@example.org"])
def test_an_address_that_is_none_is_mended(pages: Flask, email: str) -> None:
    visitor = Visitor(pages)
    visitor.go("/account")
    assert visitor.send(email=email).status_code == 422
    assert 'href="#email"' in visitor.page.text


def test_looking_at_a_link_uses_nothing_up_and_opening_does(app: App, pages: Flask) -> None:
    booked(pages)
    visitor, link = asking(app, pages)
    for _ in range(2):
        assert visitor.go(link).status_code == 200
    visitor.send()
    assert visitor.page.request.path == "/account/appointments"
    visitor.send("/sign-out")
    assert visitor.go("/account/appointments").request.path == "/account"
    assert visitor.send(link).status_code == 404
    assert "no longer works" in visitor.words


def test_a_link_opens_in_the_browser_that_asked_only(app: App, pages: Flask) -> None:
    booked(pages)
    asked, link = asking(app, pages)
    stranger = Visitor(pages)
    assert stranger.go(link).status_code == 403
    assert "where you asked for it" in stranger.words
    other, _ = asking(app, pages, "bob@example.org")
    other.go(link)
    assert other.send().status_code == 403
    asked.go(link)
    asked.send()
    assert asked.page.request.path == "/account/appointments"


def test_a_link_is_dead_after_ten_minutes(app: App, pages: Flask) -> None:
    booked(pages)
    visitor, link = asking(app, pages)
    visitor.go(link)
    app.sandbox.clock.forward(timedelta(minutes=10))
    assert visitor.send().status_code == 404


def test_one_address_is_written_to_five_times_in_ten_minutes(app: App, pages: Flask) -> None:
    booked(pages)
    visitor = Visitor(pages)
    visitor.go("/account")
    codes = [
        visitor.send("/account", email=email).status_code
        for email in (NORA["email"], NORA["email"].upper(), *[NORA["email"]] * 4)
    ]
    assert codes == [200] * 5 + [429]
    assert int(visitor.page.headers["Retry-After"]) > 0
    assert len(letters(app)) == 5


def test_a_patient_is_no_staff_and_out_after_a_week_of_rest(app: App, pages: Flask) -> None:
    booked(pages)
    visitor = in_account(app, pages)
    cookie = visitor._client.get_cookie(COOKIE, "localhost")
    assert cookie is not None
    assert cookie.max_age == 30 * 86_400
    assert visitor.go("/sign-in").status_code == 200
    for days, page in ((6, "/account/appointments"), (6, "/account/appointments"), (8, "/account")):
        app.sandbox.clock.forward(timedelta(days=days))
        assert visitor.go("/account").request.path == page


def test_signing_in_again_ends_what_was_before(app: App, pages: Flask) -> None:
    booked(pages)
    visitor = in_account(app, pages)
    before = visitor._client.get_cookie(COOKIE, "localhost")
    assert before is not None
    asked, link = asking(app, pages)
    asked._client.set_cookie(COOKIE, before.value, domain="localhost")
    asked.go(link)
    asked.send()
    assert asked.page.request.path == "/account/appointments"
    assert visitor.go("/account/appointments").request.path == "/account"


def test_what_was_is_rated_and_has_its_receipt(app: App, pages: Flask) -> None:
    id = booked(pages)
    visitor = in_account(app, pages)
    with app.desk.open_work(writing=False) as work:
        found = work.appointments.get(AppointmentId(id))
    assert found is not None
    terms = found.terms
    pass_until(app, terms.start)
    for person in (practitioner_actor(terms.practitioner), patient_actor(terms.patient)):
        app.desk.join(appointment=terms.id, by=person, device=person.id, now=app.now())
    pass_until(app, terms.end)
    app.desk.complete(
        appointment=terms.id, amount=terms.fee, by=practitioner_actor(terms.practitioner),
        now=app.now(),
    )  # fmt: skip
    works(app)
    app.sandbox.clock.forward(timedelta(hours=2))
    visitor.go("/account/appointments")
    visitor.follow("Receipt ")
    assert visitor.page.mimetype == "application/pdf"
    visitor.go("/account/appointments")
    visitor.follow("Give a rating")
    visitor.send(stars="5")
    assert "Give a rating" not in visitor.go("/account/appointments").text


def test_he_is_written_to_in_the_language_he_chose(app: App, pages: Flask) -> None:
    id = booked(pages)
    visitor = in_account(app, pages)
    assert visitor.send("/account/language", language="xx").status_code == 422
    visitor.send("/account/language", language="nl")
    assert "Mijn afspraken" in visitor.words
    patient = file_of(app, id)
    assert isinstance(patient, Patient)
    assert patient.language == "nl"


def test_a_copy_of_everything_without_a_secret(app: App, pages: Flask) -> None:
    ids = [booked(pages), booked(pages)]
    visitor = in_account(app, pages)
    visitor.send("/account/data")
    told = json.loads(visitor.page.text)
    assert told["email"] == NORA["email"]
    found = {one["appointments"][0]["appointment"]["terms"]["id"] for one in told["patients"]}
    assert found == set(ids)
    assert "token_hash" not in visitor.page.text
    assert "attachment" in visitor.page.headers["Content-Disposition"]


def test_an_account_is_erased_when_nothing_is_to_come(app: App, pages: Flask) -> None:
    id = booked(pages)
    visitor = in_account(app, pages)
    visitor.go("/account/erase")
    assert "not possible yet" in visitor.words
    visitor.send("/account/erase")
    assert "not possible yet" in visitor.words
    cancel(app, id)
    works(app)
    visitor.go("/account/erase")
    assert "10 years" in visitor.words
    assert isinstance(file_of(app, id), Patient)
    visitor.send()
    assert "erased" in visitor.words
    assert isinstance(file_of(app, id), ErasedPatient)
    assert visitor.go("/account/appointments").request.path == "/account"
    assert visitor.go(f"/b/{id}").status_code == 404


def test_whose_data_was_erased_is_remembered_by_no_browser(app: App, pages: Flask) -> None:
    phone = Visitor(pages)
    id = phone.book_first().split("/")[2]
    phone.send(agreed="yes", card="visa-ok")
    assert "is confirmed" in phone.words
    cancel(app, id)
    works(app)
    laptop = in_account(app, pages)
    laptop.go("/account/erase")
    laptop.send()
    assert phone.go(f"/b/{id}").status_code == 404
    gone = phone.words
    assert phone.go("/b/nothing").status_code == 404
    assert phone.words == gone


@pytest.mark.parametrize("path", ["/account/language", "/account/data", "/account/erase"])
def test_data_is_for_whoever_is_signed_in(pages: Flask, path: str) -> None:
    visitor = Visitor(pages)
    visitor.go("/")
    assert visitor.send(path).request.path == "/account"
