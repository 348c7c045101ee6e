"""The card step: consent, the hold, the bank's question, and what became of it (S11, S14).

The same page holds a booking, confirms what was entered, and authorizes again. A card is never
seen here: the sandbox's cards are names, and Stripe's own fields give a name for what was typed.
What a browser says on its return from the bank is not believed; the network's books are looked at.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Confirmed,
    Reserved,
    Terms,
    has_lapsed,
)
from teleconsult_core.consents import Consent
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import CardToken
from teleconsult_core.refusals import CardMissing, ConsentMissing, NotFound, Refusal
from teleconsult_core.use_cases.card_step import BeingChecked, CardStep, PatientNeeded
from teleconsult_core.use_cases.door import closes_at
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_core.use_cases.offer_slots import BookingTerms
from teleconsult_core.wanted import covered
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import language, say
from teleconsult_flask.limits import asker, limited, limited_for
from teleconsult_flask.own import mine, patient_by_browser
from teleconsult_flask.refused import refused
from teleconsult_flask.safety import allow
from teleconsult_flask.web import at_hand, now
from teleconsult_sandbox import CARDS

Page = str | tuple[str, int] | Answer

SCRIPTS = "https://js.stripe.com"
ASKS = "https://hooks.stripe.com"
ANSWERS = "https://api.stripe.com"
"""What the page with Stripe's card fields may load besides our own: it and no other page."""


def pages(site: Blueprint) -> None:
    own = "/b/<appointment>"
    site.add_url_rule(f"{own}/card", view_func=card)
    site.add_url_rule(f"{own}/card", view_func=give, methods=["POST"])
    site.add_url_rule(f"{own}/bank", view_func=bank)
    site.add_url_rule(f"{own}/bank", view_func=answer_bank, methods=["POST"])
    site.add_url_rule("/card/<appointment>", view_func=back_from_bank)


def card(appointment: str) -> Page:
    """What is to be reserved and why; where no card is wanted, the appointment itself."""
    line = line_of(appointment)
    if not wants_card(line):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    return card_page(line)


def give(appointment: str) -> Page:
    """The patient agrees and gives a card: the hold is placed, and the time is his."""
    line = line_of(appointment)
    terms = line.appointment.terms
    token = request.form.get("card", "")
    if not wants_card(line):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    if request.form.get("agreed") != "yes":
        return card_page(line, ConsentMissing(amount=terms.fee)), 422
    if not token:
        return card_page(line, CardMissing(amount=terms.fee), agreed=True), 422
    limited("card", asker(), "60 per hour")
    limited_for("card", "10 per 15 minutes", terms.id)
    if at_hand().sandbox is None:  # whose cards are kinds of cards, which everybody gives
        limited_for("card", "30 per hour", token)
    step = _placed(line, CardToken(token))
    if isinstance(step, PatientNeeded):
        return _to_bank(step)
    if isinstance(step, BeingChecked):
        return card_page(line_of(appointment), checking=True)
    line = line_of(appointment)
    if isinstance(step, Refusal) and wants_card(line):
        return card_page(line, step, agreed=True), 422
    return redirect(url_for("teleconsult.booked", appointment=terms.id), 303)


def _placed(line: TimeLine, token: CardToken) -> CardStep | Confirmed | Refusal:
    """Ask for the hold in the way that the state of the appointment wants."""
    desk, id, at = at_hand().desk, line.appointment.terms.id, now()
    shown = shown_terms(line.appointment.terms)
    agreed = Consent(shown.terms.amount, shown.terms.version, language(), shown.words, at)
    if isinstance(line.appointment, Reserved):
        return desk.place_hold(appointment=id, card=token, consent=agreed, now=at)
    if isinstance(line.appointment, AwaitingConfirmation):
        return desk.confirm(appointment=id, card=token, consent=agreed, now=at)
    return desk.reauthorize(appointment=id, card=token, consent=agreed, now=at)


def _to_bank(step: PatientNeeded) -> Page:
    """The sandbox's bank is a page here; a real one is elsewhere, and forms may not lead there."""
    if at_hand().publishable_key:
        return render_template("to_bank.html", challenge=step.challenge)
    return redirect(url_for("teleconsult.bank", appointment=step.appointment.terms.id), 303)


def bank(appointment: str) -> Page:
    """The sandbox's bank asks its customer whether it is him (3-D Secure)."""
    line = line_of(appointment)
    if not _asked_by_bank(line):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    return render_template("bank.html", appointment=line.appointment)


def answer_bank(appointment: str) -> Page:
    """The customer answers, and is sent back as a bank would send him."""
    line = line_of(appointment)
    sandbox = at_hand().sandbox
    if sandbox and _asked_by_bank(line) and (ref := line.holds[-1].ref):
        sandbox.authenticate(ref, request.form.get("answer") == "yes")
    return redirect(url_for("teleconsult.back_from_bank", appointment=appointment), 303)


def back_from_bank(appointment: str) -> Page:
    """Look at the network's books, and go on from there."""
    id = mine(appointment)
    step = at_hand().desk.check_card_step(appointment=id, now=now())
    line = line_of(appointment)
    if isinstance(step, BeingChecked) and wants_card(line):
        return card_page(line, checking=True)
    if isinstance(step, Refusal) and wants_card(line):
        return card_page(line, None if isinstance(step, NotFound) else step), 422
    return redirect(url_for("teleconsult.booked", appointment=appointment), 303)


def line_of(appointment: str) -> TimeLine:
    """Everything about an appointment of this browser's patient."""
    id = mine(appointment)
    by = patient_by_browser(appointment)
    line = at_hand().desk.show_appointment(appointment=id, by=by, now=now())
    return abort(404) if isinstance(line, NotFound) else line


def shown_terms(terms: Terms) -> BookingTerms:
    """What the patient agrees to, in the words of his language."""
    found = at_hand().desk.booking_terms(
        practitioner=terms.practitioner,
        visit_type=terms.visit_type,
        mode=terms.mode,
        start=terms.start,
        language=language(),
    )
    return found if isinstance(found, BookingTerms) else abort(404)


def wants_card(line: TimeLine) -> bool:
    """Whether a card is to be given now."""
    found = line.appointment
    if not found.terms.card_required or has_lapsed(found, now()):
        return False
    if isinstance(found, Reserved | AwaitingConfirmation):
        return True
    if not isinstance(found, Confirmed) or is_covered(line):
        return False
    return opens_again(found) <= now() < closes_at(found.terms, at_hand().practice())


def is_covered(line: TimeLine) -> bool:
    """Whether the hold that stands outlives the consultation by enough."""
    standing = next((one for one in reversed(line.holds) if one.state is HoldState.HELD), None)
    return covered(line.appointment.terms, standing, at_hand().practice().policies, now())


def opens_again(found: Confirmed) -> datetime:
    """From when on the card can be authorized again."""
    return found.terms.start - at_hand().practice().policies.reauthorization_opens


def card_page(
    line: TimeLine,
    refusal: Refusal | None = None,
    *,
    checking: bool = False,
    agreed: bool = False,
) -> str:
    if at_hand().publishable_key:
        allow("script-src", SCRIPTS)
        allow("frame-src", f"{SCRIPTS} {ASKS}")
        allow("connect-src", ANSWERS)
    return render_template(
        "card.html",
        publishable_key=at_hand().publishable_key,
        stripe_script=f"{SCRIPTS}/v3/",
        appointment=line.appointment,
        shown=shown_terms(line.appointment.terms),
        cards=CARDS.values(),
        abouts=_abouts(),
        error=_told(refusal),
        agreed=agreed,
        checking=checking or _unanswered(line),
    )


def _abouts() -> dict[str, str]:
    """What the sandbox's cards do, by the sandbox's own words."""
    return {
        "always good": say("always good"),
        "a brand that is not accepted": say("a brand that is not accepted"),
        "declined without a reason": say("declined without a reason"),
        "declined: not enough money": say("declined: not enough money"),
        "declined: the card has expired": say("declined: the card has expired"),
        "the patient must authenticate": say("the patient must authenticate"),
        "authentication never succeeds": say("authentication never succeeds"),
        "the bank drops the hold after 2 days": say("the bank drops the hold after 2 days"),
        "disputed a day after capture": say("disputed a day after capture"),
    }


def _told(refusal: Refusal | None) -> str:
    if isinstance(refusal, CardMissing):
        return say("Please choose a card.")
    return refused(refusal) if refusal else ""


def _asked_by_bank(line: TimeLine) -> bool:
    return bool(line.holds) and line.holds[-1].state is HoldState.AWAITING_PATIENT


def _unanswered(line: TimeLine) -> bool:
    return bool(line.holds) and line.holds[-1].state is HoldState.AUTHORISING
