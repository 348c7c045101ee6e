"""The end of a consultation: the practitioner states the amount, or that nobody came (S9, S10).

May import the core. What is offered depends on who was seen in the room, on what is reserved and
on the clinic's terms; what is chosen is decided once, and for good.
"""

from __future__ import annotations

from attrs import frozen
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.appointments import Confirmed
from teleconsult_core.attendance import Judgement
from teleconsult_core.holds import CardHold
from teleconsult_core.money import Money
from teleconsult_core.people import Patient
from teleconsult_core.policies import (
    NoShowForbidden,
    NoShowIndemnity,
    NoShowPolicy,
    no_show_cap,
)
from teleconsult_core.refusals import BadInput, Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.practice.asker import its_line
from teleconsult_flask.practice.told import told
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
SEEN = frozenset({Judgement.PRESENT, Judgement.TECHNICAL})


@frozen
class Choices:
    """What may be decided now. `most` is what the card allows, `absence` what an absence may cost;
    None where there is nothing to take."""

    fee: Money
    most: Money | None
    absence: Money | None
    absent: bool
    """Whether "the patient did not come" can be said at all."""
    why_free: str
    """Why an absence costs nothing, in words; empty where it may be charged."""
    held: bool
    video: bool

    @property
    def half(self) -> Money:
        return Money(self.fee.minor // 2, self.fee.currency)


def pages(site: Blueprint) -> None:
    own = "/practice/a/<appointment>/decide"
    site.add_url_rule(own, view_func=decide)
    site.add_url_rule(own, "state_amount", state_amount, methods=["POST"])


def decide(appointment: str) -> Page:
    """The question, or what was decided."""
    _, line = its_line(appointment)
    return _page(line)


def state_amount(appointment: str) -> Page:
    """Decide; wrong amounts come back as they were typed."""
    by, line = its_line(appointment)
    desk, id, terms = at_hand().desk, line.appointment.terms.id, line.appointment.terms
    what, typed = request.form.get("what", ""), request.form.get("amount", "").strip()
    choices = _choices(line)
    outcome: object
    try:
        if what == "waived":
            outcome = desk.waive_no_show(appointment=id, by=by, now=now())
        elif what == "absent" and choices.absence:
            outcome = desk.mark_no_show(appointment=id, amount=choices.absence, by=by, now=now())
        elif what in {"fee", "half", "nothing", "other"}:
            sum = _stated(what, typed, choices)
            outcome = desk.complete(appointment=id, amount=sum, by=by, now=now())
        else:
            return _page(line, say("Choose what is due."), "what"), 422
    except BadInput:
        error = say("Enter an amount such as %(amount)s.") % {"amount": terms.fee.decimal}
        return _page(line, error, "amount", what, typed), 422
    if isinstance(outcome, Refusal):
        return _page(line, told(outcome), "", what, typed), 409
    return redirect(url_for("teleconsult.decide", appointment=appointment), 303)


def _stated(what: str, typed: str, choices: Choices) -> Money:
    """Raises `BadInput` for an amount that is none."""
    if what == "fee":
        return choices.fee
    if what == "half":
        return choices.half
    if what == "nothing":
        return Money(0, choices.fee.currency)
    return Money.parse(typed.replace(",", "."), choices.fee.currency)


def _choices(line: TimeLine) -> Choices:
    terms, practice = line.appointment.terms, at_hand().practice()
    hold = standing_hold(line.holds, now())
    seen = line.judgement in SEEN
    absent_since = terms.start + practice.policies.grace
    absent = now() >= absent_since and line.judgement is not Judgement.PRESENT
    with at_hand().desk.open_work(writing=False) as work:
        doctor = work.clinic.practitioner(terms.practitioner)
    policy = (doctor.no_show if doctor else None) or practice.policies.no_show
    cap = no_show_cap(policy, terms.fee)
    why_free = _why_free(line, hold, policy)
    absence = None
    if hold and absent and isinstance(cap, Money) and not why_free:
        absence = min(cap, hold.amount)
    return Choices(
        fee=min(terms.fee, hold.amount) if hold else terms.fee,
        most=hold.amount if hold and seen else None,
        absence=absence,
        absent=absent,
        why_free=why_free,
        held=hold is not None,
        video=terms.mode is Mode.VIDEO,
    )


def _why_free(line: TimeLine, hold: CardHold | None, policy: NoShowPolicy) -> str:
    """Why an absence may not be charged: whose rule it is, or what was seen."""
    match policy:
        case NoShowForbidden():
            return say("Your profession may not charge for a consultation that did not take place.")
        case NoShowIndemnity(announced=False):
            return say("An indemnity that was not announced at booking cannot be charged.")
    if hold is None:
        return say("Nothing is reserved on the card, so an absence cannot be charged.")
    if line.judgement is Judgement.TECHNICAL:
        return say("The patient tried to come in: this is no absence to charge.")
    if line.judgement is Judgement.INCONCLUSIVE:
        return say("An absence can be charged only when you waited in the room yourself.")
    return ""


def _page(line: TimeLine, error: str = "", field: str = "", what: str = "", typed: str = "") -> str:
    found = line.appointment
    return render_template(
        "practice/decide.html",
        appointment=found,
        terms=found.terms,
        name=line.patient.name if isinstance(line.patient, Patient) else "—",
        open=isinstance(found, Confirmed) and now() >= found.terms.start,
        early=isinstance(found, Confirmed) and now() < found.terms.start,
        choices=_choices(line),
        what=what,
        typed=typed,
        error=error,
        field=field,
    )
