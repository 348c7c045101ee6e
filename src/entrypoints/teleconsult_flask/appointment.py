"""One appointment as its patient sees it: where it stands, and what he can do about it.

Confirm what the practitioner entered, put it into a calendar, cancel, say that nobody came, rate,
and read the receipts. What needs a card is `card`, another time is `moving`.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_calendars import invitation_text
from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Reserved,
    has_lapsed,
)
from teleconsult_core.attendance import stays, waited_from_start
from teleconsult_core.gateways import Event, Invitation, Method
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import ReceiptNumber
from teleconsult_core.people import Patient, Role
from teleconsult_core.policies import cancellation_cutoff
from teleconsult_core.refusals import BadInput, NotFound, Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.door import closes_at
from teleconsult_core.use_cases.inviting import event_uid
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_flask.card import (
    card_page,
    is_covered,
    line_of,
    opens_again,
    shown_terms,
    wants_card,
)
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.own import mine, patient_by_browser
from teleconsult_flask.refused import refused
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Answer


def pages(site: Blueprint) -> None:
    own = "/b/<appointment>"
    site.add_url_rule(own, view_func=booked)
    site.add_url_rule(own, view_func=confirm, methods=["POST"])
    site.add_url_rule(f"{own}/calendar.ics", view_func=calendar)
    site.add_url_rule(f"{own}/cancel", view_func=ask_cancel)
    site.add_url_rule(f"{own}/cancel", view_func=cancel, methods=["POST"])
    site.add_url_rule(f"{own}/absent", view_func=absent, methods=["POST"])
    site.add_url_rule(f"{own}/rating", view_func=rating)
    site.add_url_rule(f"{own}/rating", view_func=rate, methods=["POST"])
    site.add_url_rule(f"{own}/receipts/<number>.pdf", view_func=receipt)


def booked(appointment: str) -> Page:
    """Where it stands: the card step, a question, the confirmation, or how it ended."""
    return _page(line_of(appointment))


def confirm(appointment: str) -> Page:
    """The patient will come; where a card is needed the next page asks for it."""
    line = line_of(appointment)
    if wants_card(line):
        return redirect(url_for("teleconsult.card", appointment=appointment), 303)
    step = at_hand().desk.confirm(appointment=line.appointment.terms.id, now=now())
    if isinstance(step, Refusal):
        return _page(line_of(appointment), step), 409
    return redirect(url_for("teleconsult.booked", appointment=appointment), 303)


def calendar(appointment: str) -> Response:
    """The appointment for the patient's calendar, under the name that later letters use."""
    line = line_of(appointment)
    found, patient = line.appointment, line.patient
    if not isinstance(found, Confirmed) or not isinstance(patient, Patient):
        abort(404)
    terms, practice = found.terms, at_hand().practice()
    name = shown_terms(terms).terms.practitioner_name
    uid = event_uid(terms.id, at_hand().desk.site)
    event = Event(
        Invitation(Method.REQUEST, uid, terms.sequence, found.confirmed_at),
        terms.start,
        terms.end,
        practice.zone,
        summary=say("Appointment with %(name)s") % {"name": name},
        location="" if terms.mode is Mode.VIDEO else practice.address,
    )
    text = invitation_text(event, practice.email, patient.email, patient.name)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return answer


def ask_cancel(appointment: str) -> Page:
    """What cancelling means for the money, before it is done."""
    line = line_of(appointment)
    if not may_change(line):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    return render_template("cancel.html", line=line, shown=shown_terms(line.appointment.terms))


def cancel(appointment: str) -> Page:
    step = at_hand().desk.cancel(
        appointment=mine(appointment), by=patient_by_browser(appointment), now=now()
    )
    if isinstance(step, Refusal):
        return _page(line_of(appointment), step), 409
    return redirect(url_for("teleconsult.booked", appointment=appointment), 303)


def absent(appointment: str) -> Page:
    """The practitioner did not come: the hold is released at once."""
    step = at_hand().desk.report_absent_practitioner(
        appointment=mine(appointment), by=patient_by_browser(appointment), now=now()
    )
    if isinstance(step, Refusal):
        return _page(line_of(appointment), step), 409
    return redirect(url_for("teleconsult.booked", appointment=appointment), 303)


def rating(appointment: str) -> Page:
    line = line_of(appointment)
    if not isinstance(line.appointment, Completed):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    return _rating(line)


def rate(appointment: str) -> Page:
    """Once; the same said again is the same rating."""
    line = line_of(appointment)
    stars, words = request.form.get("stars", ""), request.form.get("words", "").strip()
    if stars not in {"1", "2", "3", "4", "5"}:
        return _rating(line, say("Please choose one to five stars."), words=words), 422
    try:
        step = at_hand().desk.rate(
            appointment=line.appointment.terms.id,
            stars=int(stars),
            words=words.replace("\r\n", "\n"),
            by=patient_by_browser(appointment),
            now=now(),
        )
    except BadInput:
        error = say("Please write at most 2000 characters.")
        return _rating(line, error, stars, words, field="words"), 422
    if isinstance(step, Refusal):
        return _page(line_of(appointment), step), 409
    return _rating(line, thanks=True)


def receipt(appointment: str, number: str) -> Response:
    """The document itself, for whose it is."""
    web, practice = at_hand(), at_hand().practice()
    if web.printer is None:
        abort(404)
    found = web.desk.print_receipt(
        number=ReceiptNumber(number),
        printer=web.printer(practice.zone),
        by=patient_by_browser(appointment),
        now=now(),
    )
    if isinstance(found, NotFound):
        abort(404)
    answer = Response(found.content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return answer


def may_change(line: TimeLine) -> bool:
    """Whether the patient may still cancel or move by himself."""
    found = line.appointment
    pending = isinstance(found, Reserved | AwaitingConfirmation)
    if pending or not isinstance(found, Confirmed):
        return pending and not has_lapsed(found, now())
    return now() <= cancellation_cutoff(found.terms.start, at_hand().practice().policies)


def _page(line: TimeLine, refusal: Refusal | None = None) -> str:
    found = line.appointment
    if has_lapsed(found, now()) or isinstance(found, Lapsed):
        return render_template("lapsed.html", terms=found.terms, shown=shown_terms(found.terms))
    if isinstance(found, Reserved):
        return card_page(line, refusal)
    policies = at_hand().practice().policies
    terms = found.terms
    return render_template(
        "booked.html",
        line=line,
        terms=terms,
        shown=shown_terms(terms),
        hold=next((one for one in reversed(line.holds) if one.state is HoldState.HELD), None),
        error=refused(refusal) if refusal else "",
        may_change=may_change(line),
        wants_card=wants_card(line),
        asked_again=None
        if is_covered(line) or not isinstance(found, Confirmed)
        else opens_again(found),
        cutoff=cancellation_cutoff(terms.start, policies),
        door_open=terms.start - policies.join_early <= now() < terms.end + policies.join_late,
        over=_over(line),
        missing=_missing(line),
        receipts=line.receipts,
        refunded=next((one.refunded for one in line.holds if one.refunded.minor), None),
        let_go=_let_go(line),
        printable=at_hand().printer is not None,
    )


def _over(line: TimeLine) -> bool:
    """Whether it has ended, and nobody has said yet what is due."""
    terms = line.appointment.terms
    with at_hand().desk.open_work(writing=False) as work:
        seat = next((one for one in work.seats.of(terms.id) if one.role is Role.PRACTITIONER), None)
    ended = seat is not None and seat.ended and seat.sequence == terms.sequence
    return ended or now() >= closes_at(terms, at_hand().practice())


def _missing(line: TimeLine) -> bool:
    """Whether the practitioner should be there by now, and has not been seen since the start."""
    terms, policies = line.appointment.terms, at_hand().practice().policies
    seen = waited_from_start(stays(line.attendance, Role.PRACTITIONER, now()), terms)
    return terms.mode is Mode.VIDEO and now() >= terms.start + policies.grace and not seen


def _let_go(line: TimeLine) -> bool:
    """Whether some of what was reserved goes back: it ended, and less is charged, or nothing."""
    match line.appointment:
        case Completed(amount=charged) | NoShow(amount=charged) | Cancelled(fee=charged):
            return any(one.until is not None and charged < one.amount for one in line.holds)
    return False


def _rating(
    line: TimeLine,
    error: str = "",
    stars: str = "",
    words: str = "",
    *,
    field: str = "stars-5",
    thanks: bool = False,
) -> str:
    with at_hand().desk.open_work(writing=False) as work:
        known = work.ratings.get(line.appointment.terms.id)
    return render_template(
        "rating.html", line=line, shown=shown_terms(line.appointment.terms), known=known,
        error=error, stars=stars, words=words, field=field, thanks=thanks,
    )  # fmt: skip
