"""How often something may be asked: by address, by phone and e-mail, by card, by person."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from flask import Flask
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from calls import a_video_booking, ways_in
from teleconsult_core.people import Actor, Role
from teleconsult_flask import create_app
from teleconsult_flask.counting import InThisProcess
from teleconsult_flask.web import web_at
from teleconsult_wiring import App
from visitor import NORA, Visitor
from web.test_practice import as_staff
from web.test_room import Guest

LATER = {"phone": "0470 99 88 77", "email": "other@example.org"}


def refused_after(ask: Callable[[], int], most: int = 300) -> int:
    """How often it was answered before the answer was to wait."""
    for times in range(most):
        if ask() == 429:
            return times
    raise AssertionError(f"never refused in {most} times")


def from_address(visitor: Visitor, address: str) -> Visitor:
    visitor._client.environ_base["REMOTE_ADDR"] = address
    return visitor


@pytest.fixture
def at_the_check(pages: Flask) -> Visitor:
    """Everything is said, and nothing booked."""
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.follow("Book this time")
    visitor.say_who()
    return visitor


def test_a_phone_books_ten_times_an_hour_from_wherever(at_the_check: Visitor) -> None:
    check = at_the_check.page.request.path
    asked = iter(range(300))

    def book() -> int:
        from_address(at_the_check, f"127.0.1.{next(asked)}")
        return at_the_check.send(check).status_code

    assert refused_after(book) == 10
    assert int(at_the_check.page.headers["Retry-After"]) > 60
    assert "Wait a few minutes" in at_the_check.words
    at_the_check.go(f"{check}/2")  # what was said is not lost
    assert "0470" in at_the_check.page.text or "+32470" in at_the_check.page.text


def test_another_phone_and_e_mail_may_still_book(pages: Flask, at_the_check: Visitor) -> None:
    check = at_the_check.page.request.path
    refused_after(lambda: at_the_check.send(check).status_code)
    other = Visitor(pages)
    other.go("/p/dupont?week=1")
    other.follow("Book this time")
    other.say_who(**LATER)
    assert other.send().request.path.startswith("/b/")


def test_an_address_is_not_endless_whoever_it_says_it_is(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/p/dupont")
    visitor.follow("Book this time")
    visitor.say_who()
    check, turn = visitor.page.request.path, iter(range(1000))

    def book() -> int:
        number = next(turn)
        visitor.send(f"{check}/2", phone=f"0470 12 {number // 100:02} {number % 100:02}")
        visitor.send(f"{check}/3", email=f"n{number}@example.org")
        return visitor.send(check).status_code

    assert refused_after(book) == 40


def test_an_appointment_takes_ten_cards_in_a_quarter_of_an_hour(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.book_first()
    step = visitor.action

    def give() -> int:
        return visitor.send(step, agreed="yes", card="visa-declined").status_code

    assert refused_after(give) == 10


def test_a_token_of_a_card_is_tried_thirty_times_an_hour(pages: Flask) -> None:
    """For whatever appointment, and each from another address; the sandbox's are kinds of cards."""
    real = create_app(evolve(web_at(pages), sandbox=None))
    for app, most in ((real, 30), (pages, 36)):
        given = 0
        for number in range(4):
            visitor = from_address(Visitor(app), f"127.0.2.{number}")
            visitor.go(f"/p/dupont?week={number}")
            visitor.follow("Book this time")
            visitor.say_who(
                phone=f"0470 {most} 34 {number:02}", email=f"n{most}{number}@example.org"
            )
            visitor.send()
            step = f"{visitor.page.request.path.removesuffix('/card')}/card"
            for _ in range(9):
                answer = visitor.send(step, agreed="yes", card="visa-declined")
                given += answer.status_code != 429
        assert given == most


def test_a_waiting_list_is_joined_ten_times_an_hour(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/wait/dupont/dupont:consultation/video")
    path = visitor.page.request.path

    def wait() -> int:
        return visitor.send(path, wish="q1", before="2027-04-01", **NORA).status_code

    assert refused_after(wait) == 10


def test_news_is_asked_for_ten_times_a_second_by_somebody_who_sits(app: App, pages: Flask) -> None:
    a_video_booking(app, pages)
    app.sandbox.clock.set(app.now() + timedelta(seconds=1))
    patient = Guest(pages)
    patient.go(ways_in(app)[1])
    patient.send()
    patient.post("seat")
    assert refused_after(lambda: patient.news(1).status_code, 700) == 600
    assert patient.post("beat", epoch=1).status_code == 200  # and keeps the seat


def test_a_link_is_asked_for_again_twenty_times_an_hour(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/lost")
    assert refused_after(lambda: visitor.send("/lost", reference="a", email="b").status_code) == 20


def test_a_member_of_staff_looks_for_people_only_so_often(app: App) -> None:
    sofie = as_staff(app, Actor(Role.SUPPORT, "sofie"))
    sofie.go("/support")
    assert refused_after(lambda: sofie.send("/support", text="nora").status_code) == 240


def test_processes_may_count_together(pages: Flask) -> None:
    beside = create_app(evolve(web_at(pages)))
    assert web_at(beside).limits is web_at(pages).limits
    visitors = Visitor(pages), Visitor(beside)
    for visitor in visitors:
        visitor.go("/lost")
    answers = [
        visitor.send("/lost", reference="a", email="b").status_code
        for _ in range(10)
        for visitor in visitors
    ]
    assert set(answers) == {200}
    assert visitors[0].send("/lost", reference="a", email="b").status_code == 429


def test_of_ipv6_the_network_is_counted(pages: Flask) -> None:
    visitor = Visitor(pages)
    visitor.go("/lost")
    turn = iter(range(1000))

    def ask() -> int:
        from_address(visitor, f"2001:db8:0:1::{next(turn):x}")
        return visitor.send("/lost", reference="a", email="b").status_code

    assert refused_after(ask) == 20
    from_address(visitor, "2001:db8:0:2::1")
    assert visitor.send("/lost", reference="a", email="b").status_code == 200


def test_windows_that_are_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there were: what is kept is of the last hour, not of all the time."""
    counted, rate = InThisProcess(), parse("2 per minute")
    limiter, now = MovingWindowRateLimiter(counted), [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for number in range(500):
        assert limiter.hit(rate, "book", str(number))
    assert limiter.hit(rate, "book", "0")
    assert not limiter.hit(rate, "book", "0")
    assert limiter.get_window_stats(rate, "book", "0").reset_time == now[0] + 60
    now[0] += 61
    assert limiter.hit(rate, "book", "0")
    assert len(counted) == 1
