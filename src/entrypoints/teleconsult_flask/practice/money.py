"""The practitioner's payments: what to decide first, then every payment, and when the money comes
(S15, S16). May import the core."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from teleconsult_core.ids import PractitionerId
from teleconsult_core.ports import PortTrouble
from teleconsult_core.use_cases.show_payments import Payments
from teleconsult_core.use_cases.show_payouts import DashboardLink, Payouts
from teleconsult_flask.drawing import render_template
from teleconsult_flask.hold_words import hold_words
from teleconsult_flask.languages import say
from teleconsult_flask.practice.asker import me, my_profile
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
SHOWN = 100
"""Payments on the page, the newest."""


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/payments", view_func=payments)
    site.add_url_rule("/practice/payments/account", view_func=to_account, methods=["POST"])


def payments() -> Page:
    return _page()


def to_account() -> Page:
    """The account at the card network: a page of its own, that is good for this once."""
    by = me()
    try:
        link = at_hand().desk.open_payout_dashboard(
            practitioner=PractitionerId(by.id), by=by, now=now()
        )
    except PortTrouble:
        return _page(say("The card network does not answer; please try again later.")), 503
    if not isinstance(link, DashboardLink):
        return _page(say("There is no account that could be opened yet.")), 409
    # The policy of this site sends forms nowhere else; a link is the reader's own step.
    return _page(account=link.address)


def _page(error: str = "", account: str = "") -> str:
    by, profile = me(), my_profile()
    found = at_hand().desk.show_payments(practitioner=profile.id, by=by, now=now())
    if not isinstance(found, Payments):
        abort(404)
    try:
        payouts = at_hand().desk.show_payouts(practitioner=profile.id, by=by, now=now())
    except PortTrouble:
        payouts = None
    return render_template(
        "practice/payments.html",
        payments=found,
        words=hold_words(),
        shown=found.lines[:SHOWN],
        payouts=payouts if isinstance(payouts, Payouts) else None,
        account=account,
        error=error,
    )
