"""The pages within a host's application: all works below a prefix, and he is as he was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from attrs import evolve
from flask import Flask, render_template_string
from flask import session as hosts_session
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from post import links, pass_until
from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Purpose, Site
from teleconsult_core.people import Actor
from teleconsult_flask import create_app, mount
from teleconsult_flask.signalling import close_rooms
from teleconsult_flask.web import Web, web_at
from teleconsult_wiring import App
from visitor import HERE, NORA, Visitor
from web.test_practice import DUPONT, of

BELOW = "/care"


def a_host(directory: Path) -> Flask:
    """With a session, a layout and an error page of his own, all named as ours are."""
    (directory / "layout.html").write_text("the host's own layout")
    host = Flask("host", template_folder=str(directory))
    host.secret_key = "the host's own secret"
    host.testing = True
    host.add_url_rule("/", "start", _note, methods=["GET", "POST"])
    host.add_url_rule("/who", "who", lambda: str(sorted(hosts_session.items())))
    host.add_url_rule("/own", "own", lambda: render_template_string('{% include "layout.html" %}'))
    host.register_error_handler(404, lambda _: ("nothing at the host's", 404))
    return host


def _note() -> str:
    hosts_session["form"] = hosts_session["mine"] = "the host's"
    return "hello"


@pytest.fixture
def below(app: App) -> Web:
    """The site as it is seen from outside: below a prefix."""
    address = f"{HERE}{BELOW}"
    return Web(
        desk=evolve(app.desk, site=Site(address)),
        now=app.now,
        base_url=address,
        secret=b"x" * 32,
        sandbox=app.sandbox.cards,
        printer=app.printer,
    )


@pytest.fixture(params=["blueprint", "wsgi"])
def host(request: pytest.FixtureRequest, below: Web, tmp_path: Path) -> Iterator[Flask]:
    """Mounted as a blueprint; or an application beside his, behind one dispatcher."""
    host = a_host(tmp_path)
    if request.param == "blueprint":
        pages = host
        mount(host, below, url_prefix=BELOW)
    else:
        pages = create_app(below)
        host.wsgi_app = DispatcherMiddleware(host.wsgi_app, {BELOW: pages.wsgi_app})  # type: ignore[method-assign]
    yield host
    close_rooms(pages)


def test_a_consultation_is_booked_and_held_below_the_prefix(host: Flask, app: App) -> None:
    visitor = Visitor(host, below=BELOW)
    visitor.go("/")
    path = visitor.book_first(f"{BELOW}/p/dupont")
    assert path.startswith(f"{BELOW}/b/")
    visitor.send(card="visa-ok", agreed="yes")
    assert "Your appointment is confirmed" in visitor.words
    assert of(app, AppointmentId(path.split("/")[3])).state == "confirmed"


def test_every_link_and_form_of_a_page_stays_below_the_prefix(host: Flask) -> None:
    visitor = Visitor(host, below=BELOW)
    for page in ("/", "/p/dupont", "/account", "/lost", "/sign-in"):
        text = visitor.go(f"{BELOW}{page}").text
        assert visitor.page.status_code == 200, page
        leads_to = re.findall(r'(?:href|action|src)="(/[^"]*)"', text)
        assert leads_to
        assert not [one for one in leads_to if not one.startswith(f"{BELOW}/")], page
        css = next(one for one in leads_to if one.endswith(".css"))
        with visitor._client.get(css, base_url=HERE) as answer:
            assert answer.status_code == 200


def test_a_language_is_chosen_and_leads_back_to_the_same_page(host: Flask) -> None:
    visitor = Visitor(host, below=BELOW)
    visitor.go(f"{BELOW}/p/dupont?week=2")
    back = re.search(r'name="back" value="([^"]+)"', visitor.page.text)
    assert back
    assert back[1].startswith(f"{BELOW}/p/dupont?")
    visitor.send(f"{BELOW}/language", language="nl", back=unescape(back[1]))
    assert visitor.page.request.path == f"{BELOW}/p/dupont"
    assert visitor.page.request.args["week"] == "2"
    assert 'lang="nl"' in visitor.page.text


def test_links_of_messages_lead_below_the_prefix(host: Flask, app: App, below: Web) -> None:
    visitor = Visitor(host, below=BELOW)
    path = visitor.book_first(f"{BELOW}/p/dupont")
    visitor.send(card="visa-ok", agreed="yes")
    start = of(app, AppointmentId(path.split("/")[3])).terms.start
    soon = app.sandbox.clock.set(start - timedelta(minutes=55))
    below.desk.deliver_due_messages(now=soon, limit=100)
    written = " ".join(one.letter.text for one in app.sandbox.mailbox.messages(NORA["email"]))
    link = re.findall(rf"{HERE}({BELOW}/l/join/[\w-]+)", written)[-1]
    app.sandbox.clock.set(start)
    other = Visitor(host, below=BELOW)
    other.go(link)
    assert other.send().request.path.startswith(f"{BELOW}/")
    assert other.page.status_code == 200


def test_the_host_is_as_he_was(host: Flask) -> None:
    """His session outlives signing out, his templates and errors are his, and no header is ours."""
    visitor = Visitor(host, below=BELOW)
    visitor.go("/")
    before = visitor.go("/who").text
    assert "the host" in before
    visitor.book_first(f"{BELOW}/p/dupont")
    visitor.send(f"{BELOW}/sign-out")
    assert visitor.go("/who").text == before
    assert visitor.go("/own").text == "the host's own layout"
    assert visitor.go("/nothing").text == "nothing at the host's"
    assert "Content-Security-Policy" not in visitor.page.headers
    client = host.test_client()
    assert client.post("/", base_url=HERE).status_code == 200  # without a token of ours
    assert "There is nothing here" in visitor.go(f"{BELOW}/b/nothing").text
    assert "Content-Security-Policy" in visitor.page.headers


def test_signing_out_clears_nothing_that_a_host_has_stored(below: Web, tmp_path: Path) -> None:
    host = a_host(tmp_path)
    mount(host, below, url_prefix=BELOW)
    visitor = Visitor(host, below=BELOW)
    visitor.go(f"{BELOW}/account")
    data = {"form_token": visitor.token}
    answer = visitor._client.post(f"{BELOW}/sign-out", base_url=HERE, data=data)
    assert answer.status_code == 303
    assert "Clear-Site-Data" not in answer.headers
    close_rooms(host)


def test_a_host_says_who_is_there_and_lays_his_templates_over_ours(
    app: App, below: Web, tmp_path: Path
) -> None:
    who: list[Actor | None] = [None]
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "practitioners.html").write_text("{{ practice.name }} by the host")
    host = a_host(tmp_path)
    mount(
        host,
        evolve(below, identify=lambda: who[0], templates=tmp_path / "ours"),
        url_prefix=BELOW,
    )
    visitor = Visitor(host, below=BELOW)
    assert visitor.go(f"{BELOW}/").text == "Cabinet Rivoli by the host"
    assert visitor.go(f"{BELOW}/practice").status_code == 404
    who[0] = DUPONT
    assert visitor.go(f"{BELOW}/practice").status_code == 200
    assert web_at(host).templates
    close_rooms(host)


def test_the_room_and_its_questions_are_below_the_prefix(host: Flask, app: App) -> None:
    visitor = Visitor(host, below=BELOW)
    path = visitor.book_first(f"{BELOW}/p/dupont")
    visitor.send(card="visa-ok", agreed="yes")
    id = path.split("/")[3]
    pass_until(app, of(app, AppointmentId(id)).terms.start)
    room = visitor.go(f"{BELOW}/room/{id}")
    if "data-state" not in room.text:
        room = visitor.send()
    assert re.search(rf'data-[a-z]+="{BELOW}/room/{id}', room.text)
    assert not links(app, Purpose.RATE, NORA["email"])
