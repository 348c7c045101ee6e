"""What stands around the pages where they are served: connections, and proxies before them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from flask import request

from teleconsult_flask.serving.connections import MOST, SPARE, connections, waiting
from teleconsult_flask.serving.home import pages_of
from teleconsult_wiring import App

resource = pytest.importorskip("resource")
FOREVER = resource.RLIM_INFINITY
Limits = Callable[..., list[int]]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """A system that allows so many files; what it was asked for is kept."""

    def make(soft: int, hard: int, *, refuses: bool = False) -> list[int]:
        asked: list[int] = []

        def ask(_kind: int, limit: tuple[int, int]) -> None:
            asked.append(limit[0])
            if refuses:
                raise ValueError("current limit exceeds maximum limit")

        monkeypatch.setattr(resource, "getrlimit", lambda _kind: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", ask)
        return asked

    return make


@pytest.mark.parametrize(
    ("soft", "hard", "most", "asked"),
    [
        (1024, FOREVER, MOST, [MOST + SPARE]),
        (1024, 4096, 4096 - SPARE, [4096]),
        (FOREVER, FOREVER, MOST, []),
        (65536, 65536, MOST, []),
        (64, 64, SPARE, []),
    ],
)
def test_as_many_connections_as_the_system_allows(
    limits: Limits, soft: int, hard: int, most: int, asked: list[int]
) -> None:
    called = limits(soft, hard)
    assert connections() == most
    assert called == asked
    assert waiting() == most // 2


def test_a_system_that_promises_and_refuses_is_taken_as_it_is(limits: Limits) -> None:
    called = limits(1024, 4096, refuses=True)
    assert connections() == 1024 - SPARE
    assert called == [4096]


def test_a_proxy_that_nobody_spoke_of_is_told_once(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    client = pages_of(app, waiting=1).test_client()
    behind = {"X-Forwarded-For": "192.0.2.7"}
    with caplog.at_level(logging.WARNING):
        client.get("/health")
        assert not caplog.records
        for _ in range(3):
            client.get("/health", headers=behind)
    (told,) = [json.loads(one.message)["told"] for one in caplog.records]
    assert "--proxies 1" in told


def test_a_proxy_that_was_spoken_of_is_believed(app: App, caplog: pytest.LogCaptureFixture) -> None:
    pages = pages_of(app, waiting=1, proxies=1)
    seen: list[str] = []

    @pages.before_request
    def look() -> None:
        seen.append(str(request.remote_addr))

    with caplog.at_level(logging.WARNING):
        pages.test_client().get("/health", headers={"X-Forwarded-For": "192.0.2.7"})
    assert seen == ["192.0.2.7"]
    assert not caplog.records
