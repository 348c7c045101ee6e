"""The pages as an application of their own, or within a host's. May import every page.

    app = create_app(web)                            # nothing else in it
    mount(host, web, url_prefix="/consultations")    # beside what a host has

Mounted, the pages keep to themselves: their own cookie and secret, their own Jinja, guards around
their own routes. A host's session, templates, filters and errors are as they were.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response as Answer

from teleconsult_core.ports import PortTrouble
from teleconsult_core.refusals import BadInput
from teleconsult_flask import (
    access,
    account,
    account_data,
    appointment,
    booking,
    card,
    doors,
    drawing,
    finding,
    health,
    hooks,
    moving,
    operating,
    passkeys,
    practice,
    profile,
    room,
    signalling,
    signing,
    support,
    waiting,
    watching,
)
from teleconsult_flask.browser import keep
from teleconsult_flask.drawing import render_trouble
from teleconsult_flask.languages import keep_choice, language, offered
from teleconsult_flask.own import has_page, here, home, own_path
from teleconsult_flask.safety import form_token, guard
from teleconsult_flask.watching import Discreet, watch
from teleconsult_flask.web import EXTENSION, MOUNTED, NAME, Web, at_hand, by_session, living_session

TOLD = (400, 403, 404, 405, 409, 413, 429, 500, 503)
"""Named one by one, too: a host's handler of a number would come before ours of every error."""


def site() -> Blueprint:
    """All pages, bare: `create_app` and `mount` put around them what they need."""
    pages = Blueprint(
        NAME,
        __name__,
        static_folder="static",
        static_url_path="/static",
    )
    finding.pages(pages)
    profile.pages(pages)
    booking.pages(pages)
    card.pages(pages)
    appointment.pages(pages)
    moving.pages(pages)
    waiting.pages(pages)
    doors.pages(pages)
    room.pages(pages)
    signalling.pages(pages)
    practice.pages(pages)
    support.pages(pages)
    operating.pages(pages)
    health.pages(pages)
    hooks.pages(pages)
    signing.pages(pages)
    access.pages(pages)
    passkeys.pages(pages)
    account.pages(pages)
    account_data.pages(pages)
    pages.add_url_rule("/language", view_func=choose_language, methods=["POST"])
    return pages


def create_app(web: Web) -> Flask:
    """An application for `web`. Raises `BadInput` for a secret that is too short."""
    app = Discreet("teleconsult_flask", static_folder=None)
    _ready(app, web)
    _surround(app)
    app.register_blueprint(site())
    return app


def mount(host: Flask, web: Web, *, url_prefix: str = "") -> None:
    """Put the pages into a host's application, which keeps everything that is not below them.

    `web.base_url` is where they are seen from outside, prefix and all; links of messages lead
    there.
    Raises `BadInput` for a secret that is too short.
    """
    _ready(host, web)
    pages = site()
    _surround(pages)
    host.register_blueprint(pages, url_prefix=url_prefix or None)
    host.extensions[MOUNTED] = True


def _ready(app: Flask, web: Web) -> None:
    for secret in (web.secret, *web.earlier_secrets):
        if len(secret) < 32:
            raise BadInput("secret", f"{len(secret)} bytes", "at least 32 bytes")
    app.extensions[EXTENSION] = web
    drawing.ready(app, web, _around)
    watching.ready(app)


def _surround(these: Flask | Blueprint) -> None:
    """Whatever happens around a request for one of our pages; for an application, for any."""
    watch(these)
    guard(these)
    these.after_request(keep)
    for kind in (HTTPException, *TOLD):
        these.register_error_handler(kind, _failed)
    these.register_error_handler(PortTrouble, _trouble)
    these.register_error_handler(BadInput, _not_understood)


def choose_language() -> Answer:
    """Keep the reader's choice, and show him the page he came from."""
    chosen = request.form.get("language", "")
    answer = redirect(own_path(request.form.get("back", "")) or home(), 303)
    if chosen in offered():
        keep_choice(answer, chosen)
    return answer


def _around() -> dict[str, object]:
    """What every template may say."""
    return {
        "practice": at_hand().practice(),
        "language": language(),
        "languages": offered(),
        "form_token": form_token,
        "has_page": has_page,
        "session_here": living_session(),
        "staff_signs_in": at_hand().identify is by_session,
        "here": here(),
    }


def _failed(problem: HTTPException) -> Response | HTTPException:
    code = problem.code or 500
    if code < 400:
        return problem
    answer = Response(render_trouble(code), code)
    if isinstance(problem, TooManyRequests):
        answer.headers.extend(problem.get_headers())
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer


def _trouble(_: PortTrouble) -> tuple[str, int]:
    return render_trouble(503), 503


def _not_understood(_: BadInput) -> tuple[str, int]:
    return render_trouble(400), 400
