"""Passkeys: made and removed on one's own access, and used to sign in. May import the core.

The challenge waits in the browser's signed cookie, and its hash in the store: it is answered once,
by this browser, within five minutes. The script is `static/passkeys.js`.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, abort, redirect, request, url_for

from teleconsult_core.checks import nfc
from teleconsult_core.ids import PasskeyId
from teleconsult_core.passkeys import Passkey
from teleconsult_core.refusals import (
    BadInput,
    NotFound,
    NotSignedIn,
    PasskeyRefused,
    SignInRefused,
    TooManyPasskeys,
)
from teleconsult_flask.access import (
    Page,
    Wrong,
    go_on,
    limit_tries,
    not_you,
    own_access,
    token,
    typed_code,
    typed_password,
)
from teleconsult_flask.browser import session
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.limits import asker, limited
from teleconsult_flask.own import own_path
from teleconsult_flask.signing import only_here, sign_in_form, start_of, with_session
from teleconsult_flask.web import at_hand, now
from teleconsult_flask.webauthn_answers import (
    RelyingParty,
    made,
    passkey_in,
    to_make,
    to_sign_in,
    uses_in,
)

MAKING, USING = "passkey to make", "passkey to use"
"""Under these names the browser keeps what its device is asked."""


def pages(site: Blueprint) -> None:
    site.add_url_rule("/access/passkeys", view_func=ask_passkey)
    site.add_url_rule("/access/passkeys", "begin_passkey", begin_passkey, methods=["POST"])
    site.add_url_rule("/access/passkeys/new", view_func=new_passkey)
    site.add_url_rule("/access/passkeys/new", "add_passkey", add_passkey, methods=["POST"])
    site.add_url_rule("/access/passkeys/<passkey>/remove", view_func=ask_remove)
    site.add_url_rule(
        "/access/passkeys/<passkey>/remove", "remove_passkey", remove_passkey, methods=["POST"]
    )
    site.add_url_rule(
        "/sign-in/passkey/question", "passkey_question", passkey_question, methods=["POST"]
    )
    site.add_url_rule("/sign-in/passkey", "let_in_by_passkey", let_in_by_passkey, methods=["POST"])


# --- making and removing -------------------------------------------------------------------------


def ask_passkey() -> Page:
    own_access()
    return _proof_form()


def begin_passkey() -> Page:
    """Password and code first; then the device is asked, on the next page."""
    own_access()
    limit_tries()
    challenge, fresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    step = at_hand().desk.begin_passkey(
        token=token(), password_fits=typed_password(), step_of=typed_code(),
        challenge=challenge, fresh=fresh, now=now(),
    )  # fmt: skip
    if isinstance(step, SignInRefused):
        return _proof_form(not_you()), 422
    if isinstance(step, TooManyPasskeys):
        words = say("You have %(most)s passkeys, and more are not possible. Remove one first.")
        return _proof_form(Wrong(words % {"most": step.most}, "password")), 422
    session[MAKING] = challenge
    return go_on(step, fresh, "teleconsult.new_passkey")


def new_passkey() -> Page:
    own_access()
    return _making_form() if MAKING in session else _begin_again()


def add_passkey() -> Page:
    """What the device has made. The question is used up, whatever the answer."""
    own_access()
    name = nfc(request.form.get("name", ""))
    if wrong := _unfit(name):
        return (_making_form(name, wrong), 422) if MAKING in session else _begin_again()
    answer, challenge = request.form.get("answer", ""), str(session.pop(MAKING, ""))
    step = at_hand().desk.add_passkey(
        token=token(), challenge=challenge, name=name, made=made(_site(), answer, challenge),
        now=now(),
    )  # fmt: skip
    if isinstance(step, NotSignedIn):
        return redirect(url_for("teleconsult.sign_in"), 303)
    if isinstance(step, PasskeyRefused):
        words = say("No passkey was made: the answer came too late, or does not fit. Begin again.")
        return _proof_form(Wrong(words, "password")), 422
    session["done"] = "passkey"
    return redirect(url_for("teleconsult.access"), 303)


def ask_remove(passkey: str) -> Page:
    return _removing_form(_mine(passkey))


def remove_passkey(passkey: str) -> Page:
    """Whoever has the device comes in no more, and every other browser is signed out."""
    meant = _mine(passkey)
    limit_tries()
    fresh = secrets.token_urlsafe(32)
    step = at_hand().desk.remove_passkey(
        token=token(), passkey=meant.id, password_fits=typed_password(), step_of=typed_code(),
        fresh=fresh, now=now(),
    )  # fmt: skip
    if isinstance(step, SignInRefused):
        return _removing_form(meant, not_you()), 422
    if isinstance(step, NotFound):
        return redirect(url_for("teleconsult.access"), 303)
    return go_on(step, fresh, "teleconsult.access", "removed")


# --- signing in ----------------------------------------------------------------------------------


def passkey_question() -> Page:
    """What the device is asked, for the script. The same for everybody: nobody is named."""
    only_here()
    limited("passkey question", asker(), "60 per 15 minutes")  # some are never answered
    session[USING] = challenge = secrets.token_urlsafe(32)
    at_hand().desk.ask_passkey(challenge=challenge, now=now())
    return Response(to_sign_in(_site(), challenge), mimetype="application/json")


def let_in_by_passkey() -> Page:
    """By the answer of the device alone."""
    only_here()
    limit_tries()
    answer, challenge = request.form.get("answer", ""), str(session.pop(USING, ""))
    back, fresh = own_path(request.form.get("back", "")), secrets.token_urlsafe(32)
    step = at_hand().desk.sign_in_by_passkey(
        challenge=challenge, passkey=passkey_in(answer),
        uses_in=uses_in(_site(), answer, challenge), token=fresh, now=now(),
    )  # fmt: skip
    if isinstance(step, SignInRefused):
        error = say("This passkey does not open anything here. Sign in with password and code.")
        return sign_in_form(back, error=error), 422
    session.clear()
    go = back or start_of(step.actor.role)
    return with_session(redirect(go, 303), fresh, for_good=False)


def _site() -> RelyingParty:
    return RelyingParty(at_hand().base_url)


def _mine(id: str) -> Passkey:
    found = own_access().passkeys
    return next((one for one in found if one.id == PasskeyId(id)), None) or abort(404)


def _unfit(name: str) -> Wrong | None:
    """Whether it cannot be the name of a passkey; nothing is asked of the device then."""
    try:
        Passkey(PasskeyId("any"), own_access().member.id, name, "", 0, now())
    except BadInput:
        return Wrong(say("Give it a name of 60 characters at most, such as “My phone”."), "name")
    return None


def _proof_form(wrong: Wrong | None = None) -> str:
    return render_template(
        "access_passkey.html", access=own_access(), wrong=wrong, error=wrong.words if wrong else ""
    )


def _begin_again() -> Page:
    """Without a question the device would make a passkey that stays on it and opens nothing."""
    return redirect(url_for("teleconsult.ask_passkey"), 303)


def _making_form(name: str = "", wrong: Wrong | None = None) -> str:
    found = own_access()
    practice, challenge = at_hand().practice().name, str(session[MAKING])
    return render_template(
        "access_passkey_new.html", name=name, wrong=wrong, error=wrong.words if wrong else "",
        question=to_make(_site(), found.member, found.passkeys, practice, challenge),
    )  # fmt: skip


def _removing_form(meant: Passkey, wrong: Wrong | None = None) -> str:
    return render_template(
        "access_passkey_remove.html", access=own_access(), meant=meant, wrong=wrong,
        error=wrong.words if wrong else "",
    )  # fmt: skip
