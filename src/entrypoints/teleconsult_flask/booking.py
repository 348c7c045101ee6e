"""Book a slot: a question a page, what was agreed, then the time is kept (S1, S21).

The wish stands in the address, the answers in the browser's own cookie; the first thing written
down is the booking itself, under an id made with the first answer, so that saying it twice is
saying it once.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import AppointmentId, PractitionerId, VisitTypeId
from teleconsult_core.people import Patient
from teleconsult_core.refusals import Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.offer_slots import BookingTerms
from teleconsult_flask.browser import session
from teleconsult_flask.details import QUESTIONS, Unfit, answered, asked
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import language
from teleconsult_flask.limits import asker, limited, limited_for
from teleconsult_flask.own import patient_of, remember
from teleconsult_flask.refused import refused
from teleconsult_flask.web import at_hand, now

INSTANT = "%Y%m%dT%H%MZ"
Page = str | tuple[str, int] | Response


@frozen
class Wish:
    """What is to be booked, as it stands in the address."""

    practitioner: PractitionerId
    visit: VisitTypeId
    mode: Mode
    start: datetime

    @classmethod
    def read(cls, practitioner: str, visit: str, mode: str, start: str) -> Wish:
        """An address that names no time or no mode is no page."""
        try:
            instant = datetime.strptime(start, INSTANT).replace(tzinfo=UTC)
            return cls(PractitionerId(practitioner), VisitTypeId(visit), Mode(mode), instant)
        except ValueError:
            abort(404)

    @property
    def address(self) -> dict[str, str]:
        return {
            "practitioner": self.practitioner,
            "visit": self.visit,
            "mode": self.mode.value,
            "start": self.start.strftime(INSTANT),
        }


def pages(site: Blueprint) -> None:
    wish = "/book/<practitioner>/<visit>/<mode>/<start>"
    site.add_url_rule(f"{wish}/<int:step>", view_func=question)
    site.add_url_rule(f"{wish}/<int:step>", view_func=answer, methods=["POST"])
    site.add_url_rule(wish, view_func=check)
    site.add_url_rule(wish, view_func=book, methods=["POST"])


def question(step: int, **address: str) -> Page:
    """One question, with the answer that was given before."""
    return _ask(Wish.read(**address), step)


def answer(step: int, **address: str) -> Page:
    """Keep the answer and go on, to the first that is missing or to the check."""
    wish = Wish.read(**address)
    asking = asked(step) or abort(404)
    given = request.form.get(asking.name, "")
    try:
        kept = answered(asking, given)
    except Unfit as unfit:
        return _ask(wish, step, given, str(unfit)), 422
    session["answers"] = {**session.get("answers", {}), asking.name: kept}
    return redirect(_next(wish), 303)


def check(**address: str) -> Page:
    """Everything that was said, and what it will cost at most, before anything is written."""
    wish = Wish.read(**address)
    if _missing():
        return redirect(_next(wish), 303)
    return _check(wish)


def book(**address: str) -> Page:
    """Keep the time. Where a card is needed the next page asks for it."""
    wish = Wish.read(**address)
    if _missing():
        return redirect(_next(wish), 303)
    id = _id_for(wish)
    limited("book", asker(), "40 per hour")
    limited_for("book", "10 per hour", session["answers"]["phone"], session["answers"]["email"])
    outcome = at_hand().desk.book(
        id=id,
        practitioner=wish.practitioner,
        visit_type=wish.visit,
        mode=wish.mode,
        start=wish.start,
        patient=_patient(id),
        now=now(),
    )
    if isinstance(outcome, Refusal):
        session.pop("wish", None)  # the next try is another booking
        return _check(wish, refused(outcome)), 409
    remember(id, patient_of(id))
    return redirect(url_for("teleconsult.booked", appointment=id), 303)


def _ask(wish: Wish, step: int, given: str | None = None, error: str = "") -> str:
    asking = asked(step) or abort(404)
    return render_template(
        "question.html",
        wish=wish,
        shown=_shown(wish),
        question=asking,
        step=step,
        steps=len(QUESTIONS) + 1,
        given=session.get("answers", {}).get(asking.name, "") if given is None else given,
        error=error,
    )


def _check(wish: Wish, error: str = "") -> str:
    return render_template(
        "check.html",
        wish=wish,
        shown=_shown(wish),
        answers=session.get("answers", {}),
        steps=len(QUESTIONS) + 1,
        error=error,
    )


def _shown(wish: Wish) -> BookingTerms:
    found = at_hand().desk.booking_terms(
        practitioner=wish.practitioner,
        visit_type=wish.visit,
        mode=wish.mode,
        start=wish.start,
        language=language(),
    )
    return found if isinstance(found, BookingTerms) else abort(404)


def _missing() -> int | None:
    """The number of the first question without an answer."""
    answers = session.get("answers", {})
    return next((n for n, one in enumerate(QUESTIONS, 1) if not answers.get(one.name)), None)


def _next(wish: Wish) -> str:
    missing, address = _missing(), dict[str, Any](wish.address)
    if missing is None:
        return url_for("teleconsult.check", **address)
    return url_for("teleconsult.question", step=missing, **address)


def _id_for(wish: Wish) -> AppointmentId:
    """One id for one wish, however often it is sent."""
    words = " ".join(wish.address.values())
    known = session.get("wish")
    if not known or known[0] != words:
        session["wish"] = known = [words, f"w{secrets.token_hex(8)}"]
    return AppointmentId(known[1])


def _patient(id: AppointmentId) -> Patient:
    said = session["answers"]
    return Patient(
        id=patient_of(id),
        name=said["name"],
        phone=said["phone"],
        email=said["email"],
        language=language(),
    )
