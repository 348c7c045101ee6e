"""Staff's own access: his password, where he is signed in, his passkeys. May import wiring.

What matters asks for the present password and a code again, and counts as a try like signing in.
"""

from __future__ import annotations

import hmac
import secrets

from attrs import frozen
from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_core.people import Role
from teleconsult_core.refusals import NotFound, NotSignedIn, SignInRefused
from teleconsult_core.sign_ins import Session, StaffMember
from teleconsult_core.use_cases.own_access import OwnAccess
from teleconsult_core.use_cases.proving import PasswordFits, StepOf
from teleconsult_flask.browser import session
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.limits import asker, limited
from teleconsult_flask.own import signed_in
from teleconsult_flask.signing import only_here, start_of, with_session
from teleconsult_flask.web import at_hand, now, session_cookie
from teleconsult_wiring.passwords import (
    LONGEST,
    SHORTEST,
    Weakness,
    WeakPassword,
    words_about,
)
from teleconsult_wiring.staff_secrets import fits, hash_password, step_of

Page = str | tuple[str, int] | Answer


@frozen
class Wrong:
    """What a form does not take: the words, and the field they are about."""

    words: str
    field: str


def pages(site: Blueprint) -> None:
    site.add_url_rule("/access", view_func=access)
    site.add_url_rule("/access/password", view_func=new_password)
    site.add_url_rule("/access/password", "change_password", change_password, methods=["POST"])
    site.add_url_rule("/access/sessions/<name>", view_func=ask_end)
    site.add_url_rule("/access/sessions/<name>", "end_it", end_it, methods=["POST"])


def access() -> Page:
    """How he comes in, and where he is in."""
    found = own_access()
    start = start_of(found.here.actor.role)
    return render_template("access.html", access=found, start=start, done=session.pop("done", ""))


def new_password() -> Page:
    own_access()
    return _password_form()


def change_password() -> Page:
    """From now on another; every other browser is signed out."""
    found = own_access()
    limit_tries()
    typed, again = request.form.get("new", ""), request.form.get("again", "")
    try:
        hashed = hash_password(typed, _words(found.member))
    except WeakPassword as weak:
        return _password_form(Wrong(_mend(weak), "new")), 422
    if not hmac.compare_digest(typed.encode(), again.encode()):
        return _password_form(Wrong(say("The two new passwords are not the same."), "again")), 422
    fresh = secrets.token_urlsafe(32)
    step = at_hand().desk.change_own_password(
        token=token(), password_fits=typed_password(), step_of=typed_code(),
        password_hash=hashed, fresh=fresh, now=now(),
    )  # fmt: skip
    if isinstance(step, SignInRefused):
        return _password_form(not_you()), 422
    return go_on(step, fresh, "teleconsult.access", "password")


def ask_end(name: str) -> Page:
    return _end_form(_meant(name))


def end_it(name: str) -> Page:
    """One of his other sessions, after his password."""
    meant = _meant(name)
    limit_tries()
    step = at_hand().desk.end_own_session(
        token=token(), name=name, password_fits=typed_password(), now=now()
    )
    if isinstance(step, SignInRefused):
        words = say("This is not your password, or it was tried too often.")
        return _end_form(meant, Wrong(words, "password")), 422
    if isinstance(step, NotSignedIn):
        abort(redirect(url_for("teleconsult.sign_in"), 303))
    session["done"] = "" if isinstance(step, NotFound) else "session"
    return redirect(url_for("teleconsult.access"), 303)


def own_access() -> OwnAccess:
    """Of whoever of staff signed in here; anybody else is led to where one signs in."""
    only_here()
    signed_in(Role.PRACTITIONER, Role.SUPPORT, Role.OPERATOR)
    found = at_hand().desk.show_own_access(token=token(), now=now())
    return abort(404) if isinstance(found, NotSignedIn) else found


def token() -> str:
    return request.cookies.get(session_cookie(), "")


def limit_tries() -> None:
    """As many as signing in has, and of the same."""
    limited("sign-in", asker(), "30 per 15 minutes")


def typed_password() -> PasswordFits:
    return fits(request.form.get("password", ""))


def typed_code() -> StepOf:
    return step_of(request.form.get("code", ""), now())


def not_you() -> Wrong:
    words = say("Password and code do not fit, or it was tried too often. A code works once.")
    return Wrong(words, "password")


def go_on(step: Session | NotSignedIn, fresh: str, page: str, done: str = "") -> Answer:
    """To `page`, with the session that begins after password and code."""
    if isinstance(step, NotSignedIn):
        abort(redirect(url_for("teleconsult.sign_in"), 303))
    session["done"] = done
    return with_session(redirect(url_for(page), 303), fresh, for_good=False)


def _meant(name: str) -> Session:
    found = own_access()
    others = (one for one in found.sessions if one.name != found.here.name)
    return next((one for one in others if one.name == name), None) or abort(404)


def _password_form(wrong: Wrong | None = None) -> str:
    return render_template(
        "access_password.html", access=own_access(), wrong=wrong, shortest=SHORTEST,
        error=wrong.words if wrong else "",
    )  # fmt: skip


def _end_form(meant: Session, wrong: Wrong | None = None) -> str:
    return render_template(
        "access_end.html", meant=meant, wrong=wrong, error=wrong.words if wrong else ""
    )


def _words(member: StaffMember) -> frozenset[str]:
    with at_hand().desk.open_work(writing=False) as work:
        whose = work.clinic.practitioner(member.practitioner) if member.practitioner else None
    return words_about(member, at_hand().practice(), whose)


def _mend(weak: WeakPassword) -> str:
    match weak.why:
        case Weakness.SHORT:
            return say("The new password needs %(count)s characters or more.") % {"count": SHORTEST}
        case Weakness.LONG:
            return say("The new password has %(count)s characters at most.") % {"count": LONGEST}
        case Weakness.OF_THE_CLINIC:
            return say(
                "Leave “%(word)s” out of the new password: whoever knows the practice tries that."
            ) % {"word": weak.word}
        case Weakness.COMMON:
            return say(
                "The new password is among the first that are tried. Take three or four words that "
                "do not belong together."
            )
