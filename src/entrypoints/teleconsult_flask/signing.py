"""Staff signs in with e-mail, password and a code; everybody signs out. May import wiring.

Whatever is wrong the answer is the same. Signing in gives the browser a new random value in a
cookie of its own and a new token for its forms; nothing it had before is worth anything after.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_core.people import Role
from teleconsult_core.refusals import SignInRefused
from teleconsult_core.sign_ins import PATIENT_LONGEST
from teleconsult_flask.browser import session, set_cookie
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.limits import asker, limited
from teleconsult_flask.own import has_page, home, own_path
from teleconsult_flask.web import (
    MOUNTED,
    SIGNED_IN,
    at_hand,
    by_session,
    living_session,
    now,
    session_cookie,
)
from teleconsult_wiring.staff_secrets import fits, step_of

Page = str | tuple[str, int] | Answer

STARTS = {
    Role.PRACTITIONER: ("agenda", "day"),
    Role.SUPPORT: ("support", "find"),
    Role.OPERATOR: ("operator", "health", "support"),
    Role.PATIENT: ("appointments",),
}
"""Where one begins, by role: the first of these pages that the site has."""


def pages(site: Blueprint) -> None:
    site.add_url_rule("/sign-in", view_func=sign_in)
    site.add_url_rule("/sign-in", "let_in", let_in, methods=["POST"])
    site.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    site.add_url_rule("/sign-out/everywhere", view_func=sign_out_everywhere, methods=["POST"])


def sign_in() -> Page:
    """The form; whoever is in already goes where he begins."""
    only_here()
    back = own_path(request.args.get("back", ""))
    actor = by_session()
    if actor is not None:
        return redirect(back or start_of(actor.role), 303)
    return sign_in_form(back)


def let_in() -> Page:
    """E-mail, password and code, all three together."""
    only_here()
    limited("sign-in", asker(), "30 per 15 minutes")
    email = request.form.get("email", "").strip()
    back = own_path(request.form.get("back", ""))
    token = secrets.token_urlsafe(32)
    step = at_hand().desk.sign_in(
        email=email,
        password_fits=fits(request.form.get("password", "")),
        step_of=step_of(request.form.get("code", ""), now()),
        token=token,
        now=now(),
    )
    if isinstance(step, SignInRefused):
        words = say("E-mail, password and code do not fit together, or it was tried too often.")
        return sign_in_form(back, email, words), 422
    session.clear()
    go = back or start_of(step.actor.role)
    return with_session(redirect(go, 303), token, for_good=False)


def sign_out() -> Answer:
    """This browser knows nobody any more, nor any appointment."""
    at_hand().desk.end_session(token=request.cookies.get(session_cookie(), ""), now=now())
    return without_session(redirect(home(), 303))


def sign_out_everywhere() -> Answer:
    """The same for every browser in which he is signed in."""
    if living_session() is not None:
        at_hand().desk.end_all_sessions(token=request.cookies[session_cookie()], now=now())
    return without_session(redirect(home(), 303))


def start_of(role: Role) -> str:
    page = next((one for one in STARTS.get(role, ()) if has_page(one)), "practitioners")
    return url_for(f"teleconsult.{page}")


def with_session(answer: Answer, token: str, *, for_good: bool) -> Answer:
    """`answer`, after which this browser is signed in; whoever was before is out.

    Staff's cookie ends with the browser; a patient's outlives it.
    """
    session.pop("form", None)
    if before := request.cookies.get(session_cookie()):
        at_hand().desk.end_session(token=before, now=now())
    set_cookie(answer, SIGNED_IN, token, PATIENT_LONGEST if for_good else None)
    return answer


def without_session(answer: Answer) -> Answer:
    """`answer`, after which nothing of whoever was here is left in this browser.

    Cookies are taken one by one: the header would take those of the host's neighbours, too, as it
    would take what a host stores, where the pages are mounted in his.
    """
    session.clear()
    set_cookie(answer, SIGNED_IN, "", 0)
    if MOUNTED not in current_app.extensions:
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def only_here() -> None:
    """Where a host says who somebody is, nobody signs in on these pages."""
    if at_hand().identify is not by_session:
        abort(404)


def sign_in_form(back: str, email: str = "", error: str = "") -> str:
    return render_template("sign_in.html", back=back, email=email, error=error)
