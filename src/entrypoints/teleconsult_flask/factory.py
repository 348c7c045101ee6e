"""The Flask application, and the blueprint that a host mounts in its own. May import every page."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, redirect, render_template, request
from jinja2 import StrictUndefined
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
    finding,
    health,
    hooks,
    moving,
    operating,
    passkeys,
    practice,
    profile,
    room,
    showing,
    signalling,
    signing,
    support,
    waiting,
)
from teleconsult_flask.languages import keep_choice, language, offered, say
from teleconsult_flask.own import has_page, own_path
from teleconsult_flask.safety import form_token, guard
from teleconsult_flask.watching import Discreet, watch
from teleconsult_flask.web import EXTENSION, Web, at_hand, by_session, living_session


def site() -> Blueprint:
    """All pages; `create_app` is an application with nothing else in it."""
    pages = Blueprint(
        "pages",
        __name__,
        static_folder="static",
        static_url_path="/static",
        template_folder="templates",
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
    for secret in (web.secret, *web.earlier_secrets):
        if len(secret) < 32:
            raise BadInput("secret", f"{len(secret)} bytes", "at least 32 bytes")
    app = Discreet("teleconsult_flask", static_folder=None)
    app.secret_key = web.secret
    app.config["SECRET_KEY_FALLBACKS"] = list(web.earlier_secrets)
    app.extensions[EXTENSION] = web
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        say, _say_many, newstyle=True
    )
    watch(app)
    guard(app)
    showing.speak(app)
    app.context_processor(_around)
    app.register_blueprint(site())
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(PortTrouble, _trouble)
    app.register_error_handler(BadInput, _not_understood)
    return app


def web_at(app: Flask) -> Web:
    """What `app` was made for."""
    return cast(Web, app.extensions[EXTENSION])


def choose_language() -> Answer:
    """Keep the reader's choice, and show him the page he came from."""
    chosen = request.form.get("language", "")
    answer = redirect(own_path(request.form.get("back", "/")), 303)
    if chosen in offered():
        keep_choice(answer, chosen)
    return answer


def _say_many(one: str, many: str, count: int) -> str:
    return at_hand().words.of(language()).ngettext(one, many, count)


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
        "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
    }


def _failed(problem: HTTPException) -> Response | HTTPException:
    code = problem.code or 500
    if code < 400:
        return problem
    answer = Response(render_template("trouble.html", code=code), code)
    if isinstance(problem, TooManyRequests):
        answer.headers.extend(problem.get_headers())
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer


def _trouble(_: PortTrouble) -> tuple[str, int]:
    return render_template("trouble.html", code=503), 503


def _not_understood(_: BadInput) -> tuple[str, int]:
    return render_template("trouble.html", code=400), 400
