"""What the practitioner does beside consulting: entering, not being there, and his money."""

from __future__ import annotations

from datetime import timedelta

import pytest

from post import links
from teleconsult_core.appointments import AwaitingConfirmation
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.links import Purpose
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_wiring import App
from visitor import NORA, Visitor
from web.test_practice import DUPONT, as_staff, came, of

DAY = "2027-03-03"
WISH = {"visit": "dupont:consultation", "mode": "video", "day": DAY, "hour": "10:00", **NORA}


@pytest.fixture
def doctor(app: App) -> Visitor:
    return as_staff(app, DUPONT)


def away(app: App) -> list[tuple[str, str]]:
    with app.desk.open_work(writing=False) as work:
        later = Interval(app.now(), app.now() + timedelta(days=300))
        found = work.unavailabilities.between(PractitionerId("dupont"), later)
    return [(one.mode.value, f"{one.interval.start:%d %H:%M}") for one in found]


def test_the_practitioner_enters_and_the_patient_is_asked_to_confirm(
    app: App, doctor: Visitor
) -> None:
    doctor.go("/practice/enter")
    doctor.send(**WISH, card="yes", wish="abc")
    assert doctor.page.request.path == "/practice/a/eabc"
    found = of(app, AppointmentId("eabc"))
    assert isinstance(found, AwaitingConfirmation)
    assert found.terms.card_required
    assert "not confirmed yet" in doctor.words
    assert links(app, Purpose.CONFIRM, NORA["email"])
    doctor.go("/practice/enter")
    doctor.send(**WISH, card="yes", wish="abc")  # sent twice is entered once
    assert doctor.page.request.path == "/practice/a/eabc"
    doctor.go("/practice/enter")
    doctor.send(**WISH, card="yes", wish="def")
    assert "Another appointment is at this time." in doctor.words


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"hour": "soon"}, 422, "Enter a day and an hour"),
        ({"day": "2027-03-28", "hour": "02:30"}, 422, "does not exist on that day"),
        ({"mode": "post"}, 422, "Choose how you meet"),
        ({"phone": "12"}, 422, "Enter a phone number"),
        ({"email": "nora"}, 422, "Enter an e-mail address"),
        ({"hour": "10:03"}, 409, "whole 5 minutes"),
        ({"day": "2026-03-03"}, 409, "in the past"),
        ({"visit": "nothing"}, 409, "not possible"),
    ],
)
def test_a_wrong_entry_keeps_what_was_typed(
    app: App, doctor: Visitor, wrong: dict[str, str], status: int, told: str
) -> None:
    doctor.go("/practice/enter")
    doctor.send(**{**WISH, **wrong}, wish="abc")
    assert doctor.page.status_code == status
    assert told in doctor.words
    assert 'value="Nora El Amrani"' in doctor.page.text
    with app.desk.open_work(writing=False) as work:
        assert work.appointments.get(AppointmentId("eabc")) is None


def test_not_being_there_is_shown_before_it_is_kept(app: App, doctor: Visitor) -> None:
    doctor.go("/practice/enter")
    doctor.send(**WISH, wish="abc")
    doctor.go("/practice/hours")
    assert "Nothing is planned." in doctor.words
    doctor.send(modes="video", from_day=DAY, from_hour="09:00", to_day=DAY, to_hour="12:00")
    assert "1 appointment was made before and stays" in doctor.words
    assert "This stays open to patients: At the practice" in doctor.words
    assert away(app) == []
    doctor.send(
        modes="video", from_day=DAY, from_hour="09:00", to_day=DAY, to_hour="12:00", sure="yes"
    )
    assert away(app) == [("video", "03 08:00")]
    assert isinstance(of(app, AppointmentId("eabc")), AwaitingConfirmation)
    with app.desk.open_work(writing=False) as work:
        (kept,) = work.unavailabilities.between(
            PractitionerId("dupont"), Interval(app.now(), app.now() + timedelta(days=30))
        )
    assert kept.mode is Mode.VIDEO
    doctor.send(f"/practice/hours/{kept.id}/remove")
    assert away(app) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_day": "someday"},
        {"from_day": DAY, "to_day": "2027-03-01"},
        {"from_day": DAY, "to_day": "2029-03-01"},
        {"from_day": "9999-12-31"},
    ],
)
def test_an_absence_that_means_nothing_is_refused(
    app: App, doctor: Visitor, wrong: dict[str, str]
) -> None:
    doctor.go("/practice/hours")
    doctor.send(**wrong, modes="video", sure="yes")
    assert doctor.page.status_code == 422
    doctor.send(from_day=DAY, sure="yes")
    assert "Choose for which kind" in doctor.words
    assert away(app) == []


def test_a_colleagues_absence_is_not_removed(app: App, doctor: Visitor) -> None:
    doctor.go("/practice/hours")
    doctor.send(modes="video", from_day=DAY, sure="yes")
    with app.desk.open_work(writing=False) as work:
        (kept,) = work.unavailabilities.between(
            PractitionerId("dupont"), Interval(app.now(), app.now() + timedelta(days=30))
        )
    from teleconsult_core.people import practitioner_actor

    colleague = as_staff(app, practitioner_actor(PractitionerId("janssens")))
    colleague.go("/practice/hours")
    colleague.send(f"/practice/hours/{kept.id}/remove")
    assert len(away(app)) == 1


def test_payments_say_what_is_to_decide_charged_and_to_come(app: App, doctor: Visitor) -> None:
    from calls import a_video_booking
    from teleconsult_flask import Web, create_app

    pages = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
        )
    )
    id = a_video_booking(app, pages)
    came(app, id)
    app.sandbox.clock.set(of(app, id).terms.end + timedelta(minutes=5))
    doctor.go("/practice/payments")
    assert "To decide Nora El Amrani" in doctor.words
    assert "Reserved €30.00" in doctor.words
    doctor.go(f"/practice/a/{id}/decide")
    doctor.send(what="half")
    from post import works

    works(app)
    doctor.go("/practice/payments")
    assert "To decide" not in doctor.words
    assert "Charged €15.00" in doctor.words
    assert "expected between" in doctor.words or "paid out on" in doctor.words
    doctor.send("/practice/payments/account")
    assert doctor.page.status_code == 409
    assert "There is no account" in doctor.words


def test_days_are_written_small_within_a_sentence(app: App, doctor: Visitor) -> None:
    doctor.go("/practice")
    doctor.send("/language", language="fr", back="/practice?view=week")
    assert "Semaine du lundi 1er mars" in doctor.words
    assert "Mercredi 3 mars Aucun rendez-vous." in doctor.words


def test_figures_stand_in_a_table_beside_their_charts(app: App, doctor: Visitor) -> None:
    doctor.go("/practice/figures")
    assert "Nothing decided yet." in doctor.words
    assert doctor.page.text.count("<rect") == 16
    assert doctor.page.text.count('<th scope="row">') == 8
