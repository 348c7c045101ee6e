"""What an operator sees of every request: a line of log and a few figures, and nothing personal.

May import flask, prometheus_client. A request is named by its route, never by its address, in
which references and tokens stand; nobody's address is kept. `X-Request-Id` of the proxy is taken
over where it is one, so that both logs can be read together.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from types import TracebackType
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram

LOG = logging.getLogger("teleconsult.web")
EXTENSION = "teleconsult-figures"
ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
"""Seconds; a question for news stays open for 20."""


class Figures:
    """Counters of this process; several processes are asked one by one."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "teleconsult_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "teleconsult_request_seconds",
            "How long an answer took.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )


def ready(app: Flask) -> None:
    """Count from now on."""
    app.extensions[EXTENSION] = Figures()


def watch(these: Flask | Blueprint) -> None:
    """Watch every request for one of these."""
    these.before_request(_begin)
    these.after_request(_end)


def figures() -> Figures:
    return cast(Figures, current_app.extensions[EXTENSION])


def route() -> str:
    """Which route a request is for, with the names of what stands in its address."""
    return request.url_rule.rule if request.url_rule else "(none)"


class Discreet(Flask):
    """Flask, but for what it writes about an error: the route instead of the address."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        told = {"level": "error", "id": request_id(), "method": request.method, "route": route()}
        LOG.error(json.dumps(told), exc_info=exc_info)


def note(event: str) -> None:
    """Name what happened in the line of this request, for whoever watches for attacks."""
    g.setdefault("events", []).append(event)


def request_id() -> str:
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if ID.fullmatch(given) else secrets.token_hex(8)
    return cast(str, g.request_id)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(answer: Response) -> Response:
    took = time.perf_counter() - g.get("began", time.perf_counter())
    figures().requests.labels(request.method, route(), answer.status_code).inc()
    figures().seconds.labels(route()).observe(took)
    answer.headers["X-Request-Id"] = request_id()
    told = {
        "level": "info",
        "id": request_id(),
        "method": request.method,
        "route": route(),
        "status": answer.status_code,
        "ms": round(took * 1000, 1),
    }
    if events := g.get("events"):
        told |= {"level": "warning", "events": events}
    LOG.info(json.dumps(told))
    return answer
