"""What guards every request and every answer, whatever the page. May import watching.

Forms carry a token that is bound to the browser (CSRF); a POST without it is refused before any
view runs. Every answer, errors too, has the same headers. Nothing of a third party is loaded.
"""

from __future__ import annotations

import hmac
import secrets
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, g, request

from teleconsult_flask.browser import session
from teleconsult_flask.watching import note
from teleconsult_flask.web import NAME, at_hand

FIELD = "form_token"
HEADER = "X-Form-Token"
"""Where a script of ours puts the token; no other site's script can send this header here."""
UNTOKENED = frozenset({"teleconsult.choose_language"})
"""Forms that stand on pages which leave nothing in the browser, so that there is no token to
compare. They change nothing but how the reader's own pages look."""
LARGEST_FORM = 64 * 1024
"""Bytes; no form of ours comes near it."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""The content security policy of a page; nothing outside the site, nothing written inline."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=()",
    "Strict-Transport-Security": "max-age=63072000",
}


def guard(these: Flask | Blueprint) -> None:
    """Put the guards around every request for one of these."""
    these.before_request(_bound)
    these.before_request(_refuse_strangers)
    these.after_request(_with_headers)


def _bound() -> None:
    request.max_content_length = request.max_form_memory_size = LARGEST_FORM


def form_token() -> str:
    """The token of this browser, made when a form is first shown."""
    if "form" not in session:
        session["form"] = secrets.token_urlsafe(32)
    return str(session["form"])


def allow(directive: str, source: str) -> None:
    """Let this one page also load `source`, such as the card network's own fields."""
    g.setdefault("allowed", []).append((directive, source))


def _refuse_strangers() -> None:
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint in unsigned():
        return
    origin = request.headers.get("Origin")
    ours = {_host(at_hand().base_url), request.host}
    if origin not in {None, "null"} and _host(str(origin)) not in ours:
        _refuse("a form of another site")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        _refuse("a form of another site")
    if request.endpoint in UNTOKENED:
        return
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(token.encode(), str(session.get("form", " ")).encode()):
        _refuse("a form without its token")


def _refuse(event: str) -> NoReturn:
    note(event)
    abort(403)


def unsigned() -> frozenset[str]:
    """Endpoints to which a machine posts, signed in its own way."""
    machines = ("stripe_news", "video_news", "sms_receipts")
    return frozenset(f"{NAME}.{one}" for one in machines)


def _host(address: str) -> str:
    return urlsplit(address).netloc


def _with_headers(response: Response) -> Response:
    policy = dict(POLICY)
    for directive, source in g.get("allowed", []):
        policy[directive] = f"{policy.get(directive, '')} {source}".strip()
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{name} {value}" for name, value in policy.items()
    )
    response.headers.extend(HEADERS)
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
