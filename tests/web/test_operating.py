"""The operator's page: what does not get on is seen and taken up again; nothing is forgotten."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve
from flask import Flask

from calls import a_video_booking
from post import works
from teleconsult_core.messages import MessageState
from teleconsult_core.people import Actor, Role
from teleconsult_wiring import App
from visitor import Visitor
from web.test_practice import as_staff

OLIVIER = Actor(Role.OPERATOR, "olivier")


def test_everything_gets_on_until_something_is_late(app: App, pages: Flask) -> None:
    operator = as_staff(app, OLIVIER)
    operator.go("/operate")
    assert "Everything is running." in operator.words
    visitor = Visitor(pages)
    visitor.book_first()
    visitor.send(agreed="yes", card="visa-ok")
    app.sandbox.clock.forward(timedelta(minutes=30))  # and no worker runs
    operator.go("/operate")
    assert "Something is stuck." in operator.words
    works(app)
    assert "Everything is running." in operator.go("/operate").text


def test_what_was_set_aside_is_taken_up_again(app: App, pages: Flask) -> None:
    id = a_video_booking(app, pages)
    with app.desk.open_work() as work:
        planned = next(one for one in work.outbox.of(id) if one.planned)
        parked = evolve(planned, state=MessageState.PARKED, note="no such number")
        work.outbox.put([parked])
        work.commit()
    operator = as_staff(app, OLIVIER)
    operator.go("/operate")
    assert "no such number" in operator.words
    operator.send("/operate/retry", id=planned.id)
    assert "Nothing is set aside." in operator.words
    operator.send("/operate/retry", id=planned.id)
    assert operator.page.status_code == 409


def test_retention_is_counted_and_nothing_forgotten(app: App, pages: Flask) -> None:
    id = a_video_booking(app, pages)
    app.sandbox.clock.set(app.now() + timedelta(days=4000))
    operator = as_staff(app, OLIVIER)
    operator.go("/operate")
    operator.send("/operate/retention")
    assert "A run now would forget:" in operator.words
    with app.desk.open_work(writing=False) as work:
        assert work.appointments.get(id) is not None
