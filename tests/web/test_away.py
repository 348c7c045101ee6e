"""The database is away: every page says so, in the reader's words, and nobody sees a trace."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from attrs import evolve
from flask import Flask

from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.stores import Work
from teleconsult_flask import create_app
from teleconsult_flask.web import web_at
from visitor import HERE

PATHS = ("/", "/p/dupont", "/p/dupont/slots.json", "/lost", "/b/nothing", "/nothing")


def away(pages: Flask, trouble: Exception) -> Flask:
    """As one process would see it: each work fails when it is opened."""

    def open_work(*, writing: bool = True) -> AbstractContextManager[Work]:
        raise trouble

    web = web_at(pages)
    return create_app(evolve(web, desk=evolve(web.desk, open_work=open_work)))


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_says_that_it_is_away(pages: Flask, language: str) -> None:
    client = away(pages, PortTrouble("the server does not answer")).test_client()
    for path in PATHS:
        answer = client.get(path, base_url=HERE, headers={"Accept-Language": language})
        assert answer.status_code in {503, 404}, path
        assert f'<html lang="{language}">' in answer.text, path
        assert "<h1>" in answer.text
        assert "Content-Security-Policy" in answer.headers
    assert client.get("/p/dupont", base_url=HERE).status_code == 503
    assert client.get("/health", base_url=HERE).status_code == 200
    assert client.get("/ready", base_url=HERE).status_code == 503


def test_a_database_of_another_version_is_no_trace_either(pages: Flask) -> None:
    client = away(pages, PortMisused("no such table")).test_client()
    answer = client.get("/p/dupont", base_url=HERE, headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert "This did not work" in answer.text
    assert "no such table" not in answer.text
