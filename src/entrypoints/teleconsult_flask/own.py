"""Whose request it is: the patient of an appointment by his browser, or staff who signed in.

May import the core. For anybody else there is no such page: the answer is the same as for an
appointment that does not exist.
"""

from __future__ import annotations

from flask import abort, current_app, redirect, request, session, url_for

from teleconsult_core.ids import AppointmentId, PatientId
from teleconsult_core.people import Actor, Role, patient_actor
from teleconsult_flask.web import at_hand

REMEMBERED = 20
"""How many appointments a browser's cookie names."""


def patient_of(appointment: AppointmentId) -> PatientId:
    """Who booked on the web is a person of his own: nobody is told apart by what he types."""
    return PatientId(f"p-{appointment}")


def remember(appointment: AppointmentId, patient: PatientId) -> None:
    """This browser is the patient's: he booked with it, or opened one of his links in it."""
    others = [one for one in session.get("mine", []) if one[0] != appointment]
    session["mine"] = [*others, [appointment, patient]][-REMEMBERED:]


def mine(appointment: str) -> AppointmentId:
    """The appointment, if this browser is its patient's."""
    patient_by_browser(appointment)
    return AppointmentId(appointment)


def patient_by_browser(appointment: str) -> Actor:
    """The patient of an appointment, by this browser."""
    known: dict[str, str] = dict(session.get("mine", []))
    return patient_actor(PatientId(known[appointment])) if appointment in known else abort(404)


def signed_in(*roles: Role) -> Actor:
    """The member of staff who asks, in one of `roles`.

    Who has not signed in is led there and back; whoever has, in another role, finds no page.
    """
    actor = at_hand().identify()
    if actor is None and "pages.sign_in" in current_app.view_functions:
        back = request.full_path.rstrip("?") if request.method == "GET" else "/"
        abort(redirect(url_for("pages.sign_in", back=back), 303))
    return actor if actor is not None and actor.role in roles else abort(404)
