"""The demonstration: a clinic with a past, a clock to move, everybody's part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from command_line import run
from teleconsult_core.appointments import Completed
from teleconsult_core.people import Role
from teleconsult_core.refusals import BadInput
from teleconsult_core.times import Interval
from teleconsult_flask.browser import session
from teleconsult_flask.demo.panel import acting
from teleconsult_flask.demo.site import MARK, a_living_clinic, listening, pages_of
from teleconsult_flask.demo.walk import NotAsExpected, book_one
from teleconsult_wiring import App
from visitor import Visitor


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with a_living_clinic(tmp_path_factory.mktemp("demo") / "home") as app:
        yield app


@pytest.fixture
def shown(clinic: App) -> Flask:
    return pages_of(clinic, b"x" * 32)


def test_the_clinic_has_a_past(clinic: App) -> None:
    weeks = Interval(clinic.now() - timedelta(days=22), clinic.now())
    with clinic.desk.open_work(writing=False) as work:
        for practitioner in work.clinic.practitioners():
            found = work.appointments.starting(practitioner.id, weeks)
            assert sum(isinstance(one, Completed) for one in found) >= 5, practitioner.id


def test_time_passes_and_what_was_due_arrives(shown: Flask, clinic: App) -> None:
    visitor = Visitor(shown)
    visitor.book_first()
    visitor.send(agreed="yes", card="visa-ok")
    visitor.go("/demo")
    before, seen = clinic.now(), len(clinic.sandbox.phone.messages("+32470123456"))
    stops = re.findall(r'name="to" value="([^"]+)"', visitor.page.text)
    assert len(stops) >= 5
    visitor.send(to=stops[0])
    assert clinic.now() > before
    assert len(clinic.sandbox.phone.messages("+32470123456")) > seen
    visitor.follow("https://rivoli.example/l/join/")
    assert "Enter the waiting room" in visitor.words
    visitor.go("/demo")
    assert visitor.send(to="2020-01-01T00:00:00+00:00").status_code == 400


def test_the_visitor_plays_everybody(shown: Flask) -> None:
    visitor = Visitor(shown)
    visitor.go("/demo")
    visitor.send("/demo/part", part="practitioner:janssens")
    assert 'value="practitioner:janssens" selected' in visitor.page.text
    assert visitor.send("/demo/part", part="practitioner:nobody").status_code == 400
    with shown.test_request_context():
        session["part"] = "support:sofie"
        actor = acting()
    assert actor is not None
    assert actor.role is Role.SUPPORT


def test_a_letter_is_read_with_its_links(shown: Flask) -> None:
    visitor = Visitor(shown)
    visitor.go("/demo")
    visitor.go(re.findall(r'href="(/demo/letters/\d+)"', visitor.page.text)[0])
    leads_to = re.findall(r'href="([^"]+)"', visitor.page.text)
    assert not [one for one in leads_to if one.startswith("https://rivoli.example")]
    assert visitor.go("/demo/letters/999999").status_code == 404


def test_it_checks_itself_through_its_own_pages(shown: Flask) -> None:
    with listening(shown, 0) as address:
        page = book_one(address)
    assert page.startswith(f"{address}/b/")


def test_what_is_missing_is_named(shown: Flask, clinic: App) -> None:
    silent = Flask("silent")
    silent.add_url_rule("/p/dupont", view_func=lambda: "<p>Nothing here</p>")
    missing = pytest.raises(NotAsExpected, match="no link « Book this time »")
    with listening(silent, 0) as address, missing:
        book_one(address)


def test_the_command_ends_by_itself_without_a_terminal(tmp_path: Path) -> None:
    answer = run("demo", "--directory", tmp_path / "demo")
    assert (answer.code, answer.err) == (0, "")
    assert "gave a card and is confirmed" in answer.out
    assert (tmp_path / "demo" / MARK).exists()


def test_nobodys_directory_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    answer = run("demo", "--directory", tmp_path / "letters")
    assert answer.code == 2
    assert MARK in answer.err
    assert (tmp_path / "letters" / "mine.txt").read_text() == "mine"


def test_a_port_that_is_taken_is_named(shown: Flask) -> None:
    with listening(shown, 0) as address:
        taken = int(address.rpartition(":")[2])
        with pytest.raises(BadInput, match=f"port: {taken}"), listening(shown, taken):
            pass
