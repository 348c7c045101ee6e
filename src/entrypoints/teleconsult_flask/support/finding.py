"""Find an appointment by its reference, or a patient by phone, e-mail or name. May import the core.

What is looked for is posted, so that it stands in no address and no log.
"""

from __future__ import annotations

import phonenumbers
from attrs import frozen
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.appointments import Appointment
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Patient, Role
from teleconsult_core.refusals import Refusal
from teleconsult_flask.drawing import render_template
from teleconsult_flask.limits import limited_for
from teleconsult_flask.own import signed_in
from teleconsult_flask.support.masked import Shown, masked
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
MOST = 50
"""Appointments on the page, the newest."""


@frozen
class Found:
    patient: Shown
    appointment: Appointment


def pages(site: Blueprint) -> None:
    site.add_url_rule("/support", view_func=support)
    site.add_url_rule("/support", "find", find, methods=["POST"])


def support() -> Page:
    signed_in(Role.SUPPORT)
    return render_template("support/find.html", found=None, text="")


def find() -> Page:
    """A reference leads to its appointment; anything else to a list of them."""
    by, text = signed_in(Role.SUPPORT), request.form.get("text", "").strip()
    limited_for("find", "240 per hour", str(by))
    with at_hand().desk.open_work(writing=False) as work:
        if work.appointments.get(AppointmentId(text)) is not None:
            return redirect(url_for("teleconsult.look_at", appointment=text), 303)
    patients = at_hand().desk.find_patients(text=_as_kept(text), by=by, now=now()) if text else ()
    if isinstance(patients, Refusal):
        patients = ()
    found = [one for patient in patients for one in _appointments(patient)]
    found.sort(key=lambda one: one.appointment.terms.start, reverse=True)
    return render_template("support/find.html", found=found[:MOST], text=text)


def _as_kept(text: str) -> str:
    """A phone number as it is kept, however it was typed; anything else as it is."""
    try:
        number = phonenumbers.parse(text, at_hand().practice().country)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _appointments(patient: Patient) -> list[Found]:
    with at_hand().desk.open_work(writing=False) as work:
        return [Found(masked(patient), one) for one in work.appointments.of_patient(patient.id)]
