"""An appointment that the practitioner enters for a patient, who must confirm it (S7).

May import the core. The time is kept for the patient meanwhile; where a card is needed he gives it
when he confirms.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time

from attrs import field, frozen
from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import AppointmentId, PractitionerId, VisitTypeId
from teleconsult_core.people import Patient
from teleconsult_core.refusals import BadInput, Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.times import wall_to_utc, zone
from teleconsult_flask.details import QUESTIONS, Unfit, answered
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import language, say
from teleconsult_flask.limits import limited_for
from teleconsult_flask.own import patient_of
from teleconsult_flask.practice.asker import me, my_profile
from teleconsult_flask.practice.told import told
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
FIELDS = ("visit", "mode", "day", "hour", "name", "phone", "email")


class _Wrong(Exception):
    """What was typed in `field` cannot be used; `words` say how to mend it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field, self.words = field, words


@frozen
class _Wish:
    visit: VisitTypeId
    mode: Mode
    start: datetime
    said: Mapping[str, str] = field(repr=False)


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/enter", view_func=enter)
    site.add_url_rule("/practice/enter", "enter_it", enter_it, methods=["POST"])


def enter() -> Page:
    """The form; the day is the one the agenda showed."""
    given = {"day": request.args.get("day", local_day(now()).isoformat()), "mode": "video"}
    given["hour"] = request.args.get("hour", "")
    return _form(given, secrets.token_hex(8))


def enter_it() -> Page:
    """Enter it once, however often the form is sent."""
    by = me()
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    card = request.form.get("card") == "yes"
    wish_id = request.form.get("wish", "")
    id = AppointmentId(f"e{wish_id}" if wish_id.isalnum() else abort(400))
    try:
        wish = _wish(given)
    except _Wrong as wrong:
        return _form(given, wish_id, wrong.words, wrong.field, card=card), 422
    limited_for("enter", "120 per hour", str(by))
    limited_for("entered", "10 per hour", wish.said["phone"], wish.said["email"])
    patient = Patient(id=patient_of(id), language=language(), **wish.said)
    try:
        outcome = at_hand().desk.enter(
            id=id,
            practitioner=PractitionerId(by.id),
            visit_type=wish.visit,
            mode=wish.mode,
            start=wish.start,
            patient=patient,
            now=now(),
            card_required=card and wish.mode is Mode.VIDEO,
        )
    except BadInput:
        return _form(given, secrets.token_hex(8), say("Please look through it again."), ""), 422
    if isinstance(outcome, Refusal):
        return _form(given, wish_id, told(outcome), "hour", card=card), 409
    return redirect(url_for("teleconsult.one_appointment", appointment=id), 303)


def _wish(given: Mapping[str, str]) -> _Wish:
    """Raises `_Wrong` for the first field that cannot be used."""
    if given["mode"] not in {mode.value for mode in Mode}:
        raise _Wrong("mode", say("Choose how you meet."))
    try:
        day, hour = date.fromisoformat(given["day"]), time.fromisoformat(given["hour"])
    except ValueError:
        raise _Wrong("hour", say("Enter a day and an hour, such as 14:20.")) from None
    start = wall_to_utc(day, hour.replace(tzinfo=None), zone(at_hand().practice().zone))
    if start is None or not 1970 < day.year < 2200:
        raise _Wrong("hour", say("This hour does not exist on that day."))
    said = {}
    for question in QUESTIONS:
        try:
            said[question.name] = answered(question, given[question.name])
        except Unfit as unfit:
            raise _Wrong(question.name, str(unfit)) from None
    return _Wish(VisitTypeId(given["visit"]), Mode(given["mode"]), start, said)


def _form(
    given: Mapping[str, str], wish: str, error: str = "", field: str = "", *, card: bool = True
) -> str:
    profile = my_profile()
    with at_hand().desk.open_work(writing=False) as work:
        visits = work.clinic.visit_types(profile.id)
    return render_template(
        "practice/enter.html",
        profile=profile,
        visits=visits,
        given={name: given.get(name, "") for name in FIELDS},
        wish=wish,
        card=card,
        error=error,
        field=field,
    )
