"""The log of the web: what happened, by route, and nobody's data."""

from __future__ import annotations

import json
import logging

import pytest
from attrs import evolve
from flask import Flask

from teleconsult_core.people import Actor, Role
from teleconsult_flask import create_app
from teleconsult_flask.web import web_at
from teleconsult_wiring import App
from visitor import HERE, NORA, Visitor
from web.test_practice import as_staff


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="teleconsult.web")
    return caplog


def last(log: pytest.LogCaptureFixture) -> dict[str, object]:
    return dict(json.loads(log.messages[-1]))


def test_a_form_of_another_site_is_named_in_the_log(
    pages: Flask, log: pytest.LogCaptureFixture
) -> None:
    client = pages.test_client()
    client.post("/lost", base_url=HERE, headers={"Origin": "https://elsewhere.example"})
    assert last(log)["events"] == ["a form of another site"]
    assert last(log)["level"] == "warning"
    client.post("/lost", base_url=HERE)
    assert last(log)["events"] == ["a form without its token"]
    client.get("/lost", base_url=HERE)
    assert "events" not in last(log)


def test_who_asks_too_often_is_noted_by_what_he_asked(
    pages: Flask, log: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor(pages)
    visitor.go("/lost")
    for _ in range(21):
        visitor.send("/lost", reference="a", email=NORA["email"])
    assert last(log)["events"] == ["too often: link again"]
    assert NORA["email"] not in log.text


def test_staff_in_another_s_place_is_named(app: App, log: pytest.LogCaptureFixture) -> None:
    as_staff(app, Actor(Role.SUPPORT, "sofie")).go("/practice")
    assert last(log)["events"] == ["no place for support:sofie"]


def test_a_secret_is_replaced_without_anybody_losing_his_place(pages: Flask) -> None:
    """What the earlier one signed is known; what is signed now is signed by the new one."""
    visitor = Visitor(pages)
    path = visitor.book_first()
    cookies = visitor._client
    old = web_at(pages)
    new = create_app(evolve(old, secret=b"y" * 32, earlier_secrets=(old.secret,)))
    alone = create_app(evolve(old, secret=b"y" * 32))
    for app, code in ((new, 200), (alone, 404)):
        cookies.application = app
        answer = cookies.get(path, base_url=HERE, follow_redirects=True)
        assert answer.status_code == code


def test_an_earlier_secret_is_long_enough_too(pages: Flask) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        create_app(evolve(web_at(pages), earlier_secrets=(b"short",)))
