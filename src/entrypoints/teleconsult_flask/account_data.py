"""What a patient does with his own data: his language, a copy of everything, erasure (GDPR).

May import the core, wiring. Erasure is of the whole account or of nothing: while an appointment
is to come or money is in motion, it waits.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_core.people import patient_actor
from teleconsult_core.refusals import NotSignedIn, Refusal
from teleconsult_flask.account import appointments_page, is_open, the_account
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import keep_choice, offered, say
from teleconsult_flask.limits import limited
from teleconsult_flask.signing import without_session
from teleconsult_flask.web import at_hand, now, session_cookie
from teleconsult_wiring.as_json import dumps

Page = str | tuple[str, int] | Answer


def pages(site: Blueprint) -> None:
    site.add_url_rule("/account/language", view_func=write_to_me, methods=["POST"])
    site.add_url_rule("/account/data", view_func=copy_of_data, methods=["POST"])
    site.add_url_rule("/account/erase", view_func=ask_erase)
    site.add_url_rule("/account/erase", view_func=erase, methods=["POST"])


def write_to_me() -> Page:
    """In which language messages come from now on, and these pages are."""
    found, language = the_account(), request.form.get("language", "")
    if language not in offered():
        return appointments_page(found, error=say("Please choose a language.")), 422
    token = request.cookies.get(session_cookie(), "")
    step = at_hand().desk.choose_language(token=token, language=language, now=now())
    if isinstance(step, NotSignedIn):
        return redirect(url_for("teleconsult.account"), 303)
    answer = redirect(url_for("teleconsult.appointments", _anchor="language"), 303)
    keep_choice(answer, language)
    return answer


def copy_of_data() -> Response:
    """Everything that is held about him, in a file; that it was taken is noted."""
    found = the_account()
    limited("copy of data", found.email, "10 per hour")
    files = [
        at_hand().desk.export_patient(patient=one.id, by=patient_actor(one.id), now=now())
        for one in found.patients
    ]
    whole = {"email": found.email, "patients": files}
    answer = Response(dumps(whole) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="teleconsult.json"'
    return answer


def ask_erase() -> Page:
    """What goes, what the law keeps, and what it must wait for."""
    found = the_account()
    open_ones = [(one, name) for one, name in found.appointments if is_open(one)]
    kept = at_hand().practice().policies.retention
    years = max(1, round(kept.accounting.days / 365))
    return render_template(
        "erase.html", account=found, open_ones=open_ones, years=years,
        names_stay=kept.names_on_receipts, error="",
    )  # fmt: skip


def erase() -> Page:
    """For good; the session ends with the account."""
    found = the_account()
    if any(is_open(one) for one, _ in found.appointments):
        return redirect(url_for("teleconsult.ask_erase"), 303)
    left = [
        step
        for one in found.patients
        if isinstance(
            step := at_hand().desk.erase_patient(
                patient=one.id, by=patient_actor(one.id), now=now()
            ),
            Refusal,
        )
    ]
    if left:
        error = say("A payment is still under way. Please try again in a day or two.")
        return appointments_page(the_account(), error=error), 409
    return without_session(Response(render_template("erased.html", session_here=None)))
