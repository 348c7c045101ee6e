"""The virtual waiting room and the call, as a page (S2, S3, S18). May import the core.

The page is one for both people; what happens in it is `signalling`, and the scripts beside it.
The door is asked at every visit: who comes too early waits on a page that asks again by itself.
With a provider of video the page leads there instead.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.appointments import Confirmed, Terms
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.refusals import HoldNeeded, NotFound, Refusal, TooEarly
from teleconsult_core.use_cases.door import may_enter
from teleconsult_core.use_cases.join import Joined
from teleconsult_flask.browser import session
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.own import has_page, one_of_the_two
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response

ASKED_AGAIN = (5, 60)
"""Seconds, at least and at most, after which a closed door is asked again."""


def pages(site: Blueprint) -> None:
    site.add_url_rule("/room/<appointment>", view_func=room)
    site.add_url_rule("/room/<appointment>", "enter_room", enter_room, methods=["POST"])


def room(appointment: str) -> Page:
    """The room, or why its door is closed."""
    by = one_of_the_two(appointment)
    with at_hand().desk.open_work(writing=False) as work:
        found = may_enter(work, AppointmentId(appointment), by, now())
    if not isinstance(found, Confirmed):
        return _closed(found, appointment, by)
    return _page(found.terms, by)


def enter_room(appointment: str) -> Page:
    """Into the room of a provider of video: a link that is for this person alone."""
    by = one_of_the_two(appointment)
    desk = at_hand().desk
    joined = desk.join(appointment=AppointmentId(appointment), by=by, device=device(), now=now())
    if not isinstance(joined, Joined):
        return _closed(joined, appointment, by)
    return _page(joined.appointment.terms, by, there=joined.room.address)


def device() -> str:
    """What tells this browser from another of the same person; a secret of its cookie."""
    if "device" not in session:
        session["device"] = secrets.token_urlsafe(24)
    return str(session["device"])


def after(appointment: str, role: Role) -> str:
    """Where it goes on once the consultation is over."""
    page = "decide" if role is Role.PRACTITIONER and has_page("decide") else "booked"
    return url_for(f"teleconsult.{page}", appointment=appointment)


def _page(terms: Terms, by: Actor, there: str = "") -> str:
    return render_template(
        "room.html",
        terms=terms,
        role=by.role.value,
        shown_name=_name_of_the_other(terms, by.role),
        built_in=at_hand().room_built_in,
        there=there,
        after=after(terms.id, by.role),
        card_needed=terms.card_required,
    )


def _name_of_the_other(terms: Terms, role: Role) -> str:
    with at_hand().desk.open_work(writing=False) as work:
        if role is Role.PATIENT:
            doctor = work.clinic.practitioner(terms.practitioner)
            return doctor.name if doctor else say("The practitioner")
        patient = work.patients.get(terms.patient)
    return patient.name if isinstance(patient, Patient) else say("The patient")


def _closed(refusal: Refusal, appointment: str, by: Actor) -> Page:
    if isinstance(refusal, NotFound):
        return render_template("trouble.html", code=404), 404
    if isinstance(refusal, HoldNeeded) and by.role is Role.PATIENT:
        return redirect(url_for("teleconsult.card", appointment=appointment), 303)
    page = render_template(
        "room_closed.html",
        why=refusal.code,
        refusal=refusal,
        role=by.role.value,
        back=after(appointment, by.role) if by.role is Role.PATIENT else "",
    )
    if not isinstance(refusal, (TooEarly, HoldNeeded)):
        return page, 409
    least, most = ASKED_AGAIN
    wait = most
    if isinstance(refusal, TooEarly):
        left = (refusal.opens_at - now()).total_seconds()
        wait = int(min(max(left, least), most))
    return page, 409, {"Refresh": f"{wait}; url={request.path}"}
