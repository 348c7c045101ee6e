"""The waiting list: be told when an earlier time is free, and no longer wait. May import the core.

An offer comes as a letter with a link to confirm; nothing is booked by waiting.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import PatientId, PractitionerId, VisitTypeId, WaitingId
from teleconsult_core.people import Patient, patient_actor
from teleconsult_core.refusals import NotFound, Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.times import wall_to_utc, zone
from teleconsult_core.waiting_list import Waiting, WaitingState
from teleconsult_flask.browser import session
from teleconsult_flask.details import QUESTIONS, Unfit, answered
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import language, say
from teleconsult_flask.limits import asker, limited, limited_for
from teleconsult_flask.refused import refused
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
LONGEST = timedelta(days=180)


def pages(site: Blueprint) -> None:
    site.add_url_rule("/wait/<practitioner>/<visit>/<mode>", view_func=ask_wait)
    site.add_url_rule("/wait/<practitioner>/<visit>/<mode>", view_func=wait, methods=["POST"])
    site.add_url_rule("/w/<waiting>", view_func=waits)
    site.add_url_rule("/w/<waiting>", view_func=leave, methods=["POST"])


def ask_wait(practitioner: str, visit: str, mode: str) -> Page:
    return _form(practitioner, visit, mode, dict(session.get("answers", {})))


def wait(practitioner: str, visit: str, mode: str) -> Page:
    """Put him on the list; the same form sent again is the same wish."""
    given: dict[str, str] = {one.name: request.form.get(one.name, "") for one in QUESTIONS}
    given["before"] = request.form.get("before", "")
    said: dict[str, str] = {}
    for question in QUESTIONS:
        try:
            said[question.name] = answered(question, given[question.name])
        except Unfit as unfit:
            return _form(practitioner, visit, mode, given, str(unfit), question.name), 422
    before = _before(given["before"])
    if before is None:
        error = say("Enter a day from tomorrow on, at most half a year ahead.")
        return _form(practitioner, visit, mode, given, error, "before"), 422
    limited("wait", asker(), "20 per hour")
    limited_for("wait", "10 per hour", said["phone"], said["email"])
    id = WaitingId(request.form.get("wish", "") or abort(400))
    outcome = at_hand().desk.join_waiting_list(
        id=id,
        practitioner=PractitionerId(practitioner),
        visit_type=VisitTypeId(visit),
        mode=_mode(mode),
        patient=Patient(id=PatientId(f"p-{id}"), language=language(), **said),
        before=before,
        now=now(),
    )
    if isinstance(outcome, Refusal):
        return _form(practitioner, visit, mode, given, refused(outcome)), 409
    session["answers"] = said
    session["waits"] = [*(one for one in session.get("waits", []) if one != id), id][-20:]
    return redirect(url_for("teleconsult.waits", waiting=id), 303)


def waits(waiting: str) -> str:
    found = _mine(waiting)
    profile = at_hand().desk.show_profile(practitioner=found.practitioner)
    name = "" if isinstance(profile, NotFound) else profile.practitioner.name
    latest = local_day(found.before - timedelta(seconds=1))
    over = found.state in {WaitingState.LEFT, WaitingState.SERVED}
    return render_template("waits.html", waiting=found, name=name, over=over, latest=latest)


def leave(waiting: str) -> Page:
    found = _mine(waiting)
    by = patient_actor(found.patient)
    at_hand().desk.leave_waiting_list(id=found.id, by=by, now=now())
    return redirect(url_for("teleconsult.waits", waiting=waiting), 303)


def _form(
    practitioner: str,
    visit: str,
    mode: str,
    given: dict[str, str],
    error: str = "",
    field: str = "",
) -> str:
    profile = at_hand().desk.show_profile(practitioner=PractitionerId(practitioner))
    if isinstance(profile, NotFound):
        abort(404)
    kind = next((one for one in profile.visit_types if one.id == visit), None)
    if kind is None or _mode(mode) not in kind.offers:
        abort(404)
    today = local_day(now())
    return render_template(
        "wait.html",
        profile=profile,
        kind=kind,
        mode=mode,
        given=given,
        questions=QUESTIONS,
        wish=request.form.get("wish") or f"q{secrets.token_hex(8)}",
        first=today + timedelta(days=1),
        last=today + LONGEST,
        error=error,
        field=field,
    )


def _before(written: str) -> datetime | None:
    """The end of the day that was named, by the practice's wall clock."""
    today = local_day(now())
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    if not today < day <= today + LONGEST:
        return None
    tz = zone(at_hand().practice().zone)
    return wall_to_utc(day + timedelta(days=1), time(0), tz) or datetime.combine(day, time(23), UTC)


def _mine(waiting: str) -> Waiting:
    if waiting not in session.get("waits", []):
        abort(404)
    with at_hand().desk.open_work(writing=False) as work:
        found: Any = work.waiting_list.get(WaitingId(waiting))
    return found if isinstance(found, Waiting) else abort(404)


def _mode(written: str) -> Mode:
    return next((one for one in Mode if one.value == written), None) or abort(404)
