"""A patient's account: a link to his e-mail instead of a password, then all of his appointments.

May import the core. The link is good once, for ten minutes, in the browser that asked; nobody
learns here whether an address is known. What he does with his data is `account_data`.
"""

from __future__ import annotations

import secrets

from attrs import frozen
from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Completed,
    Confirmed,
    Reserved,
    has_lapsed,
)
from teleconsult_core.ids import LinkId
from teleconsult_core.people import patient_actor
from teleconsult_core.receipts import Receipt
from teleconsult_core.refusals import LinkDead, NotFound, NotSignedIn, OtherBrowser
from teleconsult_core.sign_ins import folded_email
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_core.use_cases.show_account import Account
from teleconsult_flask.appointment import may_change
from teleconsult_flask.browser import session
from teleconsult_flask.card import wants_card
from teleconsult_flask.details import QUESTIONS, Unfit, answered
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.limits import asker, limited
from teleconsult_flask.signing import with_session
from teleconsult_flask.web import at_hand, living_session, now, session_cookie

Page = str | tuple[str, int] | Answer
MOST_PAST = 50
"""How many past appointments are shown; the export of his data has them all."""
BROWSER = "asking"
"""Under this name the browser keeps what proves that it asked."""


def pages(site: Blueprint) -> None:
    site.add_url_rule("/account", view_func=account)
    site.add_url_rule("/account", "ask_account", ask_account, methods=["POST"])
    site.add_url_rule("/account/<token>", view_func=account_link)
    site.add_url_rule("/account/<token>", "open_account", open_account, methods=["POST"])
    site.add_url_rule("/account/appointments", view_func=appointments)


@frozen
class Visit:
    """One appointment in the list, and what can be done about it now."""

    appointment: Appointment
    name: str
    upcoming: bool
    may_cancel: bool
    wants_card: bool
    door_open: bool
    may_rate: bool
    receipts: tuple[Receipt, ...]


def account() -> Page:
    """To the appointments, or the question for the address."""
    known = living_session()
    if known is not None and known.email:
        return redirect(url_for("teleconsult.appointments"), 303)
    return render_template("account.html", email="", error="")


def ask_account() -> Page:
    """A letter is on its way, if anybody has this address; the page is the same if nobody has."""
    email = request.form.get("email", "").strip()
    try:
        answered(QUESTIONS[2], email)
        if not folded_email(email):
            raise Unfit(say("Enter an e-mail address, such as nora@example.org."))
    except Unfit as unfit:
        return render_template("account.html", email=email, error=str(unfit)), 422
    limited("account", asker(), "20 per 15 minutes")
    limited("account of", email.casefold(), "5 per 10 minutes")
    if BROWSER not in session:
        session[BROWSER] = secrets.token_urlsafe(32)
    at_hand().desk.ask_sign_in_link(
        id=LinkId(f"sign-in:{secrets.token_urlsafe(24)}"),
        email=email,
        browser=str(session[BROWSER]),
        now=now(),
    )
    return render_template("account_asked.html", email=email)


def account_link(token: str) -> Page:
    """A button: mail programs open links too, and that must not use them up."""
    if BROWSER not in session:
        return render_template("account_elsewhere.html"), 403
    return render_template("account_link.html", token=token)


def open_account(token: str) -> Page:
    limited("account link", asker(), "30 per 15 minutes")
    fresh = secrets.token_urlsafe(32)
    step = at_hand().desk.take_sign_in_link(
        token=token, browser=str(session.get(BROWSER, "")), session=fresh, now=now()
    )
    if isinstance(step, OtherBrowser):
        return render_template("account_elsewhere.html"), 403
    if isinstance(step, LinkDead):
        return render_template("account_dead.html"), 404
    session.pop(BROWSER, None)
    return with_session(redirect(url_for("teleconsult.appointments"), 303), fresh, for_good=True)


def appointments() -> Page:
    """Everything under his address: what comes, soonest first, and what was, latest first."""
    return appointments_page(the_account())


def appointments_page(found: Account, **said: object) -> str:
    visits = [_visit(one, name) for one, name in found.appointments]
    past = [one for one in reversed(visits) if not one.upcoming]
    return render_template(
        "appointments.html",
        **{"error": "", "chosen": False, **said},
        account=found,
        coming=[one for one in visits if one.upcoming],
        past=past[:MOST_PAST],
        more=len(past) > MOST_PAST,
        printable=at_hand().printer is not None,
        written_to=found.patients[-1].language if found.patients else "",
    )


def the_account() -> Account:
    """The account this browser is signed in to; whoever is in none is asked for his address."""
    token = request.cookies.get(session_cookie(), "")
    found = at_hand().desk.show_account(token=token, now=now())
    if isinstance(found, NotSignedIn):
        abort(redirect(url_for("teleconsult.account"), 303))
    return found


def is_open(found: Appointment) -> bool:
    """Whether it is still to come, or under way."""
    pending = isinstance(found, Reserved | AwaitingConfirmation | Confirmed)
    over = found.terms.end + at_hand().practice().policies.join_late <= now()
    return pending and not has_lapsed(found, now()) and not over


def _visit(found: Appointment, name: str) -> Visit:
    terms, policies = found.terms, at_hand().practice().policies
    line = at_hand().desk.show_appointment(
        appointment=terms.id, by=patient_actor(terms.patient), now=now()
    )
    if isinstance(line, NotFound):
        abort(404)
    begins, ends = terms.start - policies.join_early, terms.end + policies.join_late
    video = isinstance(found, Confirmed) and terms.mode is Mode.VIDEO
    upcoming = is_open(found)
    return Visit(
        appointment=found,
        name=name,
        upcoming=upcoming,
        may_cancel=upcoming and may_change(line),
        wants_card=upcoming and wants_card(line),
        door_open=video and begins <= now() < ends,
        may_rate=isinstance(found, Completed) and not _rated(line),
        receipts=line.receipts,
    )


def _rated(line: TimeLine) -> bool:
    with at_hand().desk.open_work(writing=False) as work:
        return work.ratings.get(line.appointment.terms.id) is not None
