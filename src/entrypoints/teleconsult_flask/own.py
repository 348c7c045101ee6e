"""Whose request it is: one of an appointment's two people by his browser, or staff who signed in.

May import the core. For anybody else there is no such page: the answer is the same as for an
appointment that does not exist.
"""

from __future__ import annotations

from flask import abort, current_app, redirect, request, url_for

from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId
from teleconsult_core.people import Actor, Patient, Role, patient_actor, practitioner_actor
from teleconsult_core.sign_ins import folded_email
from teleconsult_flask.browser import session
from teleconsult_flask.watching import note
from teleconsult_flask.web import at_hand, by_session, living_session

REMEMBERED = 20
"""How many appointments a browser's cookie names, for each role."""


def patient_of(appointment: AppointmentId) -> PatientId:
    """Who booked on the web is a person of his own: nobody is told apart by what he types."""
    return PatientId(f"p-{appointment}")


def remember(appointment: AppointmentId, patient: PatientId) -> None:
    """This browser is the patient's: he booked with it, or opened one of his links in it."""
    _keep("mine", appointment, patient)


def remember_practitioner(appointment: AppointmentId, practitioner: PractitionerId) -> None:
    """This browser is the practitioner's: he opened the link of this appointment in it."""
    _keep("theirs", appointment, practitioner)


def mine(appointment: str) -> AppointmentId:
    """The appointment, if this browser is its patient's."""
    patient_by_browser(appointment)
    return AppointmentId(appointment)


def patient_by_browser(appointment: str) -> Actor:
    """The patient of an appointment, by this browser or by the account it is signed in to."""
    known = _by_cookie(appointment) or _by_account(appointment)
    return patient_actor(known) if known else abort(404)


def _by_cookie(appointment: str) -> PatientId | None:
    """Whom this browser remembers; whose data was erased is remembered nowhere."""
    known = _kept("mine").get(appointment)
    if known is None:
        return None
    with at_hand().desk.open_work(writing=False) as work:
        patient = work.patients.get(PatientId(known))
    return patient.id if isinstance(patient, Patient) else None


def _by_account(appointment: str) -> PatientId | None:
    session = living_session()
    if session is None or not session.email:
        return None
    with at_hand().desk.open_work(writing=False) as work:
        found = work.appointments.get(AppointmentId(appointment))
        patient = work.patients.get(found.terms.patient) if found else None
    if isinstance(patient, Patient) and folded_email(patient.email) == session.email:
        return patient.id
    return None


def practitioner_by_browser(appointment: str) -> Actor | None:
    """The practitioner of an appointment, by a link of his that was opened in this browser."""
    known = _kept("theirs").get(appointment)
    return practitioner_actor(PractitionerId(known)) if known else None


def one_of_the_two(appointment: str) -> Actor:
    """Who of an appointment's two people asks: its practitioner, signed in or by his link, or its
    patient."""
    actor = at_hand().identify()
    if actor is not None and actor.role is Role.PRACTITIONER:
        with at_hand().desk.open_work(writing=False) as work:
            found = work.appointments.get(AppointmentId(appointment))
        if found and practitioner_actor(found.terms.practitioner) == actor:
            return actor
    return practitioner_by_browser(appointment) or patient_by_browser(appointment)


def signed_in(*roles: Role) -> Actor:
    """The member of staff who asks, in one of `roles`.

    Who has not signed in is led there and back; whoever has, in another role, finds no page.
    """
    actor = at_hand().identify()
    if actor is None and has_page("sign_in") and at_hand().identify is by_session:
        back = here() if request.method == "GET" else None
        abort(redirect(url_for("teleconsult.sign_in", back=back), 303))
    if actor is not None and actor.role in roles:
        return actor
    if actor is not None:
        note(f"no place for {actor}")
    return abort(404)


def has_page(endpoint: str) -> bool:
    """Whether the site has this page; a host may mount only some."""
    return f"teleconsult.{endpoint}" in current_app.view_functions


def here() -> str:
    """The address of this page on this site, to come back to."""
    path = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return request.script_root + path


def home() -> str:
    return url_for("teleconsult.practitioners")


def own_path(path: str) -> str:
    """Where to go back to: a page of this site; "" for what is none."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own else ""


def _keep(whose: str, appointment: AppointmentId, person: str) -> None:
    others = [one for one in session.get(whose, []) if one[0] != appointment]
    session[whose] = [*others, [appointment, person]][-REMEMBERED:]


def _kept(whose: str) -> dict[str, str]:
    return dict(session.get(whose, []))
