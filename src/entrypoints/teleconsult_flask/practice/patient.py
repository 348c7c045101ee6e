"""One appointment as its practitioner sees it, and calling it off. May import the core."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from teleconsult_core.appointments import AwaitingConfirmation, Confirmed, has_lapsed
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Patient
from teleconsult_core.refusals import Refusal
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.look_at import AgendaLine
from teleconsult_flask.drawing import render_template
from teleconsult_flask.practice.agenda import row_of
from teleconsult_flask.practice.asker import its_line
from teleconsult_flask.practice.told import told
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response


def pages(site: Blueprint) -> None:
    own = "/practice/a/<appointment>"
    site.add_url_rule(own, view_func=one_appointment)
    site.add_url_rule(f"{own}/cancel", view_func=call_off, methods=["POST"])
    site.add_url_rule(f"{own}/link", view_func=send_link, methods=["POST"])


def one_appointment(appointment: str) -> Page:
    return _page(appointment)


def call_off(appointment: str) -> Page:
    """The practitioner cannot come: the patient is told, and nothing is charged."""
    by, _ = its_line(appointment)
    outcome = at_hand().desk.cancel(appointment=AppointmentId(appointment), by=by, now=now())
    if isinstance(outcome, Refusal):
        return _page(appointment, told(outcome)), 409
    return redirect(url_for("teleconsult.one_appointment", appointment=appointment), 303)


def send_link(appointment: str) -> Page:
    """The patient gets his link once more."""
    by, _ = its_line(appointment)
    outcome = at_hand().desk.resend_link(appointment=AppointmentId(appointment), by=by, now=now())
    if isinstance(outcome, Refusal):
        return _page(appointment, told(outcome)), 409
    return _page(appointment, sent=True)


def _page(appointment: str, error: str = "", *, sent: bool = False) -> str:
    _, line = its_line(appointment)
    found = line.appointment
    newest = line.holds[-1] if line.holds else None
    name = line.patient.name if isinstance(line.patient, Patient) else "—"
    hold = standing_hold(line.holds, now()) or newest
    comes = isinstance(found, Confirmed | AwaitingConfirmation) and not has_lapsed(found, now())
    return render_template(
        "practice/appointment.html",
        row=row_of(AgendaLine(found, name, hold)),
        terms=found.terms,
        patient=line.patient if isinstance(line.patient, Patient) else None,
        comes=comes and now() < found.terms.end,
        error=error,
        sent=sent,
    )
