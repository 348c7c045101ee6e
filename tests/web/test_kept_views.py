"""Pages of free times that are kept as they were drawn: never older than the question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from flask import Flask

from teleconsult_core.ids import PractitionerId
from teleconsult_core.slots import BOTH
from teleconsult_core.times import Interval
from teleconsult_flask import create_app, profile
from teleconsult_flask.kept_views import KeptViews
from teleconsult_flask.signalling import close_rooms
from teleconsult_flask.web import web_at
from teleconsult_wiring import App
from visitor import HERE, Visitor
from web.test_practice import DUPONT


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was really drawn, one by one."""
    seen: list[str] = []
    for name in ("_page", "_json"):
        real = getattr(profile, name)

        def draw(id: PractitionerId, real: object = real, name: str = name) -> object:
            seen.append(name)
            return real(id)  # type: ignore[operator]  # one of the module's own

        monkeypatch.setattr(profile, name, draw)
    return seen


@pytest.fixture
def keeping(pages: Flask) -> Iterator[Flask]:
    made = create_app(evolve(web_at(pages), kept_views=KeptViews(3)))
    made.testing = True
    yield made
    close_rooms(made)


def test_a_page_is_drawn_once_for_all_who_only_look(keeping: Flask, drawn: list[str]) -> None:
    first = Visitor(keeping).go("/p/dupont").text
    assert Visitor(keeping).go("/p/dupont").text == first
    assert drawn == ["_page"]
    assert Visitor(keeping, "fr").go("/p/dupont").text != first
    assert drawn == ["_page"] * 2


def test_what_is_booked_is_gone_from_the_page_at_once(keeping: Flask, drawn: list[str]) -> None:
    visitor = Visitor(keeping)
    first, *others = asked(keeping)["slots"]
    visitor.go("/p/dupont")
    visitor.book_first()
    after = asked(keeping)["slots"]
    assert first not in after
    assert others[-1] in after
    assert drawn.count("_json") == 2


def test_what_is_given_back_by_time_alone_is_there_again(app: App, keeping: Flask) -> None:
    last, visitor = asked(keeping)["slots"][-1], Visitor(keeping)
    visitor.go(last["book"])
    visitor.say_who()
    visitor.send()
    assert last not in asked(keeping)["slots"]
    app.sandbox.clock.forward(timedelta(minutes=15))
    assert last in asked(keeping)["slots"]


def test_a_start_that_has_become_too_soon_is_no_longer_offered(app: App, keeping: Flask) -> None:
    first = asked(keeping)["slots"][0]
    app.sandbox.clock.forward(timedelta(days=1))
    assert first not in asked(keeping)["slots"]


def test_a_week_of_absence_is_looked_beyond_and_kept_all_the_same(
    app: App, keeping: Flask, drawn: list[str]
) -> None:
    app.desk.set_unavailability(
        practitioner=PractitionerId("dupont"),
        modes=BOTH,
        intervals=[Interval(app.now(), app.now() + timedelta(days=20))],
        source="test",
        by=DUPONT,
        now=app.now(),
    )
    visitor = Visitor(keeping)
    assert "Nothing is free in this week" in visitor.go("/p/dupont").text
    assert "First free time" in visitor.page.text
    assert drawn == ["_page"] * 2  # again, with a mark that reaches as far
    visitor.go("/p/dupont")
    assert drawn == ["_page"] * 2
    path = visitor.book_first()
    assert path.startswith("/b/")
    assert asked(keeping)["slots"] == []


def test_whoever_has_signed_in_has_his_page_drawn_for_him(
    keeping: Flask, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(keeping)
    visitor.go("/p/dupont")
    monkeypatch.setattr(profile, "living_session", object)
    visitor.go("/p/dupont")
    visitor.go("/p/dupont")
    assert drawn == ["_page"] * 3


def test_only_so_many_are_kept(keeping: Flask, drawn: list[str]) -> None:
    visitor = Visitor(keeping)
    for week in (0, 1, 2, 3, 0):
        visitor.go(f"/p/dupont?week={week}")
    assert len(drawn) == 5
    visitor.go("/p/dupont?week=3")
    assert len(drawn) == 5


def test_programs_are_told_when_for_how_much_and_where(keeping: Flask) -> None:
    told = asked(keeping, "?visit=dupont:consultation&mode=in-person&week=1")
    assert told["mode"] == "in-person"
    assert told["week"] == 1
    assert told["zone"] == "Europe/Brussels"
    assert told["fee"] == {"amount": "32.00", "currency": "EUR"}
    slot = told["slots"][0]
    assert slot["start"].endswith("Z")
    assert slot["start"] < slot["end"]
    assert "/book/" in slot["book"]
    assert Visitor(keeping).go(slot["book"]).status_code == 200
    assert Visitor(keeping).go("/p/nobody/slots.json").status_code == 404


def asked(pages: Flask, query: str = "") -> dict:
    answer = pages.test_client().get(f"/p/dupont/slots.json{query}", base_url=HERE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return dict(json.loads(answer.text))


def test_who_is_free_first_is_looked_up_for_each_reader_of_the_list(
    app: App, keeping: Flask
) -> None:
    """Whoever is booked out for a while moves down at once."""
    visitor = Visitor(keeping)
    before = names(visitor)
    assert names(visitor) == before
    app.desk.set_unavailability(
        practitioner=PractitionerId("dupont"),
        modes=BOTH,
        intervals=[Interval(app.now(), app.now() + timedelta(days=30))],
        source="test",
        by=DUPONT,
        now=app.now(),
    )
    after = names(visitor)
    assert after == [*(one for one in before if one != "dupont"), "dupont"]
    assert after != before


def names(visitor: Visitor) -> list[str]:
    """In the order in which they stand in the list."""
    found = re.findall(r'href="/p/(\w+)', visitor.go("/").text)
    return list(dict.fromkeys(found))


def test_nobody_fills_the_memory_with_long_addresses(keeping: Flask, drawn: list[str]) -> None:
    """What stands in an address beside the wish is not on the page, and makes no other page."""
    visitor = Visitor(keeping)
    first = visitor.go("/p/dupont").text
    assert visitor.go("/p/dupont?utm=" + "x" * 5000).text == first
    assert drawn == ["_page"]
    for _ in range(2):
        assert visitor.go("/p/dupont?visit=" + "x" * 5000).text == first
    assert drawn == ["_page"] * 3


def test_what_is_asked_for_often_stays(keeping: Flask, drawn: list[str]) -> None:
    visitor = Visitor(keeping)
    for week in (1, 2, 3, 4):
        visitor.go("/p/dupont")
        visitor.go(f"/p/dupont?week={week}")
    assert len(drawn) == 5


@pytest.mark.parametrize("week", ["9" * 5000, "-1", "12", "13", "x", "\u0663"])
def test_any_week_is_some_week(keeping: Flask, week: str) -> None:
    client = keeping.test_client()
    for path in ("/p/dupont", "/p/dupont/slots.json"):
        assert client.get(path, query_string={"week": week}, base_url=HERE).status_code == 200
