"""The links of messages in a web of your own: a GET looks and changes nothing, a POST acts.

Mail programs and their scanners open every link of a letter before its reader does, some more than
once, some by HEAD. Whoever mounts links like this has confirmed nothing by it. Plain WSGI, so that
it fits into any web framework; no page of a clinic looks like this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from teleconsult_core.appointments import Confirmed
from teleconsult_core.desk import Desk
from teleconsult_core.links import Link, Purpose
from teleconsult_core.refusals import LinkDead

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PREFIX = f"/l/{Purpose.CONFIRM.value}/"

HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),  # the address is the secret
)


def links(desk: Desk, clock: Callable[[], datetime]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that answers the links by which patients confirm."""

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        status, page = _answer(desk, clock(), environ["REQUEST_METHOD"], environ["PATH_INFO"])
        start(status, list(HEADERS))  # a list of its own: servers write into it
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.encode()]

    return application


def _answer(desk: Desk, now: datetime, method: str, path: str) -> tuple[str, str]:
    if method not in {"GET", "HEAD", "POST"}:
        return "405 Method Not Allowed", _page("A link is looked at, or acted upon.")
    token = path.removeprefix(PREFIX)
    link = desk.open_link(token=token, purpose=Purpose.CONFIRM, now=now)
    if isinstance(link, LinkDead) or token == path:
        return "404 Not Found", _page("This link opens nothing.")
    return _confirm(desk, link, now) if method == "POST" else ("200 OK", _page(_FORM))


def _confirm(desk: Desk, link: Link, now: datetime) -> tuple[str, str]:
    """The second time it answers what it answered the first time."""
    told = desk.confirm(appointment=link.appointment, now=now)
    if isinstance(told, Confirmed):
        return "200 OK", _page("You are expected.")
    return "409 Conflict", _page(escape(str(told)))


_FORM = '<form method="post"><button>I shall come</button></form>'


def _page(words: str) -> str:
    return f"<!doctype html><title>Your appointment</title><p>{words}</p>"
