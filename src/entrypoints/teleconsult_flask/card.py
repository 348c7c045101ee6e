"""The card: consent, the hold, the bank's question, and what became of it (S11, S14).

A card is never seen here: the sandbox's cards are names. What a browser says on its return from
the bank is not believed; the network's books are looked at.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_calendars import invitation_text
from teleconsult_core.appointments import Confirmed, Lapsed, Reserved, Terms, has_lapsed
from teleconsult_core.consents import Consent
from teleconsult_core.gateways import Event, Invitation, Method
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import CardToken
from teleconsult_core.people import Patient
from teleconsult_core.refusals import CardMissing, ConsentMissing, NotFound, Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.card_step import BeingChecked, PatientNeeded
from teleconsult_core.use_cases.inviting import event_uid
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_core.use_cases.offer_slots import BookingTerms
from teleconsult_flask.languages import language, say
from teleconsult_flask.own import mine, patient_by_browser
from teleconsult_flask.refused import refused
from teleconsult_flask.web import at_hand, now
from teleconsult_sandbox import CARDS

Page = str | tuple[str, int] | Answer


def pages(site: Blueprint) -> None:
    own = "/b/<appointment>"
    site.add_url_rule(own, view_func=booked)
    site.add_url_rule(f"{own}/calendar.ics", view_func=calendar)
    site.add_url_rule(f"{own}/card", "card", booked)
    site.add_url_rule(f"{own}/card", view_func=give, methods=["POST"])
    site.add_url_rule(f"{own}/bank", view_func=bank)
    site.add_url_rule(f"{own}/bank", view_func=answer_bank, methods=["POST"])
    site.add_url_rule("/card/<appointment>", view_func=back_from_bank)


def booked(appointment: str) -> Page:
    """Where the booking stands: the card step, the confirmation, or that it came to nothing."""
    return _page(_line(appointment))


def give(appointment: str) -> Page:
    """The patient agrees and gives a card: the hold is placed, and the time is his."""
    line = _line(appointment)
    terms = line.appointment.terms
    shown = _shown(terms)
    token = request.form.get("card", "")
    if request.form.get("agreed") != "yes":
        return _page(line, ConsentMissing(amount=terms.fee)), 422
    if not token:
        return _page(line, CardMissing(amount=terms.fee)), 422
    step = at_hand().desk.place_hold(
        appointment=terms.id,
        card=CardToken(token),
        consent=Consent(shown.terms.amount, shown.terms.version, language(), shown.words, now()),
        now=now(),
    )
    if isinstance(step, PatientNeeded):
        return redirect(url_for("pages.bank", appointment=terms.id), 303)
    if isinstance(step, BeingChecked):
        return _page(_line(appointment), checking=True)
    if isinstance(step, Refusal):
        return _page(_line(appointment), step), 422
    return redirect(url_for("pages.booked", appointment=terms.id), 303)


def bank(appointment: str) -> Page:
    """The sandbox's bank asks its customer whether it is him (3-D Secure)."""
    line = _line(appointment)
    if not _asked_by_bank(line):
        return redirect(url_for("pages.booked", appointment=appointment), 303)
    return render_template("bank.html", appointment=line.appointment)


def answer_bank(appointment: str) -> Page:
    """The customer answers, and is sent back as a bank would send him."""
    line = _line(appointment)
    if _asked_by_bank(line) and (ref := line.holds[-1].ref):
        at_hand().sandbox.authenticate(ref, request.form.get("answer") == "yes")
    return redirect(url_for("pages.back_from_bank", appointment=appointment), 303)


def back_from_bank(appointment: str) -> Page:
    """Look at the network's books, and go on from there."""
    id = mine(appointment)
    step = at_hand().desk.check_card_step(appointment=id, now=now())
    if isinstance(step, BeingChecked):
        return _page(_line(appointment), checking=True)
    if isinstance(step, Refusal) and not isinstance(step, NotFound):
        return _page(_line(appointment), step), 422
    return redirect(url_for("pages.booked", appointment=appointment), 303)


def calendar(appointment: str) -> Response:
    """The appointment for the patient's calendar, under the name that later letters use."""
    line = _line(appointment)
    found, patient = line.appointment, line.patient
    if not isinstance(found, Confirmed) or not isinstance(patient, Patient):
        abort(404)
    terms, practice = found.terms, at_hand().practice()
    uid = event_uid(terms.id, at_hand().desk.site)
    event = Event(
        Invitation(Method.REQUEST, uid, terms.sequence, found.confirmed_at),
        terms.start,
        terms.end,
        practice.zone,
        summary=say("Appointment with %(name)s") % {"name": _shown(terms).terms.practitioner_name},
        location="" if terms.mode is Mode.VIDEO else practice.address,
    )
    text = invitation_text(event, practice.email, patient.email, patient.name)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return answer


def _line(appointment: str) -> TimeLine:
    id = mine(appointment)
    by = patient_by_browser(appointment)
    line = at_hand().desk.show_appointment(appointment=id, by=by, now=now())
    return abort(404) if isinstance(line, NotFound) else line


def _shown(terms: Terms) -> BookingTerms:
    """What the patient agrees to, in the words of his language."""
    found = at_hand().desk.booking_terms(
        practitioner=terms.practitioner,
        visit_type=terms.visit_type,
        mode=terms.mode,
        start=terms.start,
        language=language(),
    )
    return found if isinstance(found, BookingTerms) else abort(404)


def _page(line: TimeLine, refusal: Refusal | None = None, *, checking: bool = False) -> str:
    found = line.appointment
    shown = _shown(found.terms)
    if has_lapsed(found, now()) or isinstance(found, Lapsed):
        return render_template("lapsed.html", terms=found.terms, shown=shown)
    if isinstance(found, Reserved):
        return render_template(
            "card.html",
            appointment=found,
            shown=shown,
            cards=CARDS.values(),
            error=_told(refusal),
            checking=checking or _unanswered(line),
        )
    hold = next((one for one in reversed(line.holds) if one.state is HoldState.HELD), None)
    return render_template("booked.html", line=line, terms=found.terms, shown=shown, hold=hold)


def _told(refusal: Refusal | None) -> str:
    if isinstance(refusal, CardMissing):
        return say("Please choose a card.")
    return refused(refusal) if refusal else ""


def _asked_by_bank(line: TimeLine) -> bool:
    return isinstance(line.appointment, Reserved) and _waits_for_bank(line)


def _waits_for_bank(line: TimeLine) -> bool:
    return bool(line.holds) and line.holds[-1].state is HoldState.AWAITING_PATIENT


def _unanswered(line: TimeLine) -> bool:
    return bool(line.holds) and line.holds[-1].state is HoldState.AUTHORISING
