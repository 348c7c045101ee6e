"""What the links of messages lead to: looking changes nothing, a button opens (S3, S19).

Mail programs and their scanners open every link before its reader does. A link that is opened
tells this browser whose it is, and leads on; whatever is wrong with it, the answer is the same.
Calendar programs read their feeds here.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_core.ids import AppointmentId
from teleconsult_core.links import Link, Purpose
from teleconsult_core.people import Patient, Role, patient_actor
from teleconsult_core.refusals import LinkDead
from teleconsult_flask.drawing import render_template
from teleconsult_flask.limits import asker, limited
from teleconsult_flask.own import has_page, remember, remember_practitioner
from teleconsult_flask.web import at_hand, now
from teleconsult_wiring import feed_text

Page = str | tuple[str, int] | Answer

LEADS_TO = {
    Purpose.JOIN: "room",
    Purpose.CONFIRM: "booked",
    Purpose.AUTHORIZE: "card",
    Purpose.ACCOUNT: "booked",
    Purpose.RATE: "rating",
    Purpose.DECIDE: "decide",
}
"""The page behind each purpose."""


def pages(site: Blueprint) -> None:
    link = "/l/<purpose>/<token>"
    site.add_url_rule(link, view_func=look)
    site.add_url_rule(link, "open", open_link, methods=["POST"])
    site.add_url_rule("/f/<token>", view_func=feed)
    site.add_url_rule("/lost", view_func=lost)
    site.add_url_rule("/lost", "send_again", send_again, methods=["POST"])


def look(purpose: str, token: str) -> Page:
    """What the link is for, and the button; the page says nothing about the appointment."""
    link = _link(purpose, token)
    if link is None:
        return render_template("dead.html"), 404
    return render_template("door.html", purpose=link.purpose.value, role=link.role.value)


def open_link(purpose: str, token: str) -> Page:
    """This browser is the person's from now on, for this appointment alone."""
    link = _link(purpose, token)
    with at_hand().desk.open_work(writing=False) as work:
        found = work.appointments.get(link.appointment) if link else None
    if link is None or found is None:
        return render_template("dead.html"), 404
    if link.role is Role.PRACTITIONER:
        remember_practitioner(link.appointment, found.terms.practitioner)
    else:
        remember(link.appointment, found.terms.patient)
    page = LEADS_TO[link.purpose]
    if not has_page(page):
        page = "booked"
    return redirect(url_for(f"teleconsult.{page}", appointment=link.appointment), 303)


def feed(token: str) -> Response:
    """A calendar to subscribe to."""
    view = at_hand().desk.read_feed(token=token.removesuffix(".ics"), now=now())
    if isinstance(view, LinkDead):
        abort(404)
    return Response(feed_text(view), mimetype="text/calendar")


def lost() -> str:
    return render_template("lost.html", sent=False)


def send_again() -> Page:
    """New links, to the addresses on file alone; the answer is the same whatever was typed."""
    reference = AppointmentId(request.form.get("reference", "").strip())
    email = request.form.get("email", "").strip().casefold()
    limited("link again", asker(), "20 per hour")
    with at_hand().desk.open_work(writing=False) as work:
        found = work.appointments.get(reference)
        patient = work.patients.get(found.terms.patient) if found else None
    if isinstance(patient, Patient) and patient.email.casefold() == email:
        by = patient_actor(patient.id)
        at_hand().desk.resend_link(appointment=reference, by=by, now=now())
    return render_template("lost.html", sent=True)


def _link(purpose: str, token: str) -> Link | None:
    known = next((one for one in Purpose if one.value == purpose), None)
    if known is None:
        return None
    link = at_hand().desk.open_link(token=token, purpose=known, now=now())
    return None if isinstance(link, LinkDead) else link
