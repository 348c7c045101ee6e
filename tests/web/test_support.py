"""Support's pages: find, look, refund in two steps, send a link again; every look is noted."""

from __future__ import annotations

import pytest
from flask import Flask

from calls import a_video_booking
from post import links, works
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Role
from teleconsult_wiring import App
from visitor import Visitor
from web.test_practice import DUPONT, as_staff, came, of

SOFIE = Actor(Role.SUPPORT, "sofie")


@pytest.fixture
def booked(app: App, pages: Flask) -> AppointmentId:
    return a_video_booking(app, pages)


@pytest.fixture
def charged(app: App, booked: AppointmentId) -> AppointmentId:
    """Consulted, and 30.00 taken."""
    came(app, booked)
    app.sandbox.clock.set(of(app, booked).terms.end)
    app.desk.complete(appointment=booked, amount=Money(3000, "EUR"), by=DUPONT, now=app.now())
    works(app)
    return booked


@pytest.fixture
def support(app: App) -> Visitor:
    return as_staff(app, SOFIE)


def refunded(app: App, id: AppointmentId) -> int:
    works(app)
    with app.desk.open_work(writing=False) as work:
        return sum(hold.refunded.minor for hold in work.holds.of(id))


def actions(app: App, id: AppointmentId) -> list[str]:
    with app.desk.open_work(writing=False) as work:
        return [one.action for one in work.audit.of_subject(id) if one.actor == SOFIE]


@pytest.mark.parametrize(
    "text", ["0470 12 34 56", "+32470123456", "nora@example.org", "el amrani", "El Amrani"]
)
def test_a_patient_is_found_masked(
    app: App, booked: AppointmentId, support: Visitor, text: str
) -> None:
    support.go("/support")
    support.send(text=text)
    assert "1 appointment found." in support.words
    assert "N… E… A…" in support.words
    assert "Amrani" not in support.words.replace(text, "")
    assert support.page.request.path == "/support"  # what was looked for is in no address
    assert "?" not in support.page.request.full_path.rstrip("?")


def test_a_reference_leads_to_its_time_line(
    app: App, booked: AppointmentId, support: Visitor
) -> None:
    support.go("/support")
    support.send(text=booked)
    assert support.page.request.path == f"/support/a/{booked}"
    for words in ("time reserved", "SMS · last reminder"):
        assert words in support.words
    assert "nora@example.org" not in support.page.text
    assert "look" in actions(app, booked)
    support.go("/support")
    support.send(text="nobody")
    assert "0 appointments found." in support.words


def test_whoever_uncovers_is_written_down(
    app: App, booked: AppointmentId, support: Visitor
) -> None:
    support.go(f"/support/a/{booked}")
    support.send(f"/support/a/{booked}/contact")
    assert "nora@example.org" in support.words
    assert "see contact details" in actions(app, booked)
    support.go(f"/support/a/{booked}")
    assert "nora@example.org" not in support.page.text  # for that once


def test_a_refund_takes_two_steps_and_is_made_once(
    app: App, charged: AppointmentId, support: Visitor
) -> None:
    path = f"/support/a/{charged}/refund"
    support.go(f"/support/a/{charged}")
    support.send(path, amount="12,50", reason="called away")
    assert "Refund €12.50?" in support.words
    assert refunded(app, charged) == 0
    name = support.page.text.partition('name="refund" value="')[2].partition('"')[0]
    for _ in range(2):
        support.go(f"/support/a/{charged}")
        support.send(path, amount="12.50", reason="called away", refund=name, sure="yes")
    assert refunded(app, charged) == 1250
    assert "refund asked for" in support.go(f"/support/a/{charged}").text


@pytest.mark.parametrize(
    ("amount", "reason", "status", "told"),
    [
        ("lots", "x", 422, "Enter an amount such as 30.00"),
        ("5", "", 422, "Say why"),
        ("30.01", "x", 409, "Between 0.01 and €30.00"),
        ("0", "x", 409, "Between 0.01 and €30.00"),
    ],
)
def test_a_refund_that_cannot_be_is_told_at_once(
    app: App, charged: AppointmentId, support: Visitor, amount: str, reason: str, status: int,
    told: str,
) -> None:  # fmt: skip
    support.go(f"/support/a/{charged}")
    support.send(f"/support/a/{charged}/refund", amount=amount, reason=reason, sure="yes")
    assert support.page.status_code == status
    assert told in support.words
    assert f'value="{amount}"' in support.page.text
    assert refunded(app, charged) == 0


def test_nothing_charged_is_nothing_to_refund(
    app: App, booked: AppointmentId, support: Visitor
) -> None:
    support.go(f"/support/a/{booked}")
    support.send(f"/support/a/{booked}/refund", amount="1", reason="x", sure="yes")
    assert "nothing to refund" in support.words


def test_the_link_is_sent_again_but_not_without_end(
    app: App, booked: AppointmentId, support: Visitor
) -> None:
    before = len(links(app, Purpose.JOIN))
    support.go(f"/support/a/{booked}")
    support.send(f"/support/a/{booked}/link")
    assert support.page.status_code == 200
    assert len(links(app, Purpose.JOIN)) > before
    support.send(f"/support/a/{booked}/link")
    assert support.page.status_code == 409
    assert "has just been sent" in support.words
    app.desk.cancel(appointment=booked, by=DUPONT, now=app.now())
    support.go(f"/support/a/{booked}")
    support.send(f"/support/a/{booked}/link")
    assert "There is no link to send" in support.words


def test_nobody_else_comes_here(app: App, booked: AppointmentId, pages: Flask) -> None:
    for role in (Role.PRACTITIONER, Role.OPERATOR, Role.PATIENT):
        visitor = as_staff(app, Actor(role, "dupont"))
        assert visitor.go("/support").status_code == 404
        assert visitor.go(f"/support/a/{booked}").status_code == 404
    assert as_staff(app, SOFIE).go("/support/a/nobodys").status_code == 404
    stranger = Visitor(pages)
    assert stranger.go("/support").request.path == "/sign-in"
