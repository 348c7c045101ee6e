"""A refund in two steps: how much and why, then once more with the exact sum (S12). Support alone.

May import the core. The refund has its name from the first step on, so that it is made once however
often the second is sent.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import RefundId
from teleconsult_core.money import Money
from teleconsult_core.people import Role
from teleconsult_core.refusals import BadInput, ChargeDisputed, NoLiveHold, RefundTooMuch, Refusal
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.limits import limited_for
from teleconsult_flask.own import signed_in
from teleconsult_flask.showing import amount
from teleconsult_flask.support.looking import charged, line_for_support, line_page
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response


def pages(site: Blueprint) -> None:
    site.add_url_rule("/support/a/<appointment>/refund", view_func=refund, methods=["POST"])


def refund(appointment: str) -> Page:
    """The check, or the refund itself once `sure` is said."""
    by, line = signed_in(Role.SUPPORT), line_for_support(appointment)
    asked = {name: request.form.get(name, "").strip() for name in ("amount", "reason")}
    terms = line.appointment.terms
    try:
        sum = Money.parse(asked["amount"].replace(",", "."), terms.fee.currency)
    except BadInput:
        error = say("Enter an amount such as %(amount)s.") % {"amount": terms.fee.decimal}
        return line_page(line, error, asked=asked, field="amount"), 422
    if not asked["reason"]:
        return line_page(line, say("Say why, in words."), asked=asked, field="reason"), 422
    if problem := _too_much(line, sum):
        return line_page(line, problem, asked=asked, field="amount"), 409
    name = request.form.get("refund", "") or f"w-{secrets.token_hex(8)}"
    if request.form.get("sure") != "yes":
        return render_template(
            "support/refund.html", line=line, terms=terms, sum=sum, asked=asked, refund=name
        )
    limited_for("refund", "60 per hour", str(by))
    try:
        outcome = at_hand().desk.refund(
            id=RefundId(name),
            appointment=terms.id,
            amount=sum,
            reason=asked["reason"],
            by=by,
            now=now(),
        )
    except BadInput:
        return line_page(line, say("Please begin this refund again."), asked=asked), 422
    if isinstance(outcome, Refusal):
        return line_page(line, _told(outcome), asked=asked, field="amount"), 409
    return redirect(url_for("teleconsult.look_at", appointment=terms.id), 303)


def _too_much(line: TimeLine, sum: Money) -> str:
    """Told before the check page, so that nobody is asked about what cannot be."""
    hold = charged(line)
    if hold is None:
        return _told(NoLiveHold(state="nothing was captured"))
    if not sum.minor or sum > hold.refundable:
        return _told(RefundTooMuch(amount=sum, refundable=hold.refundable))
    return ""


def _told(refusal: Refusal) -> str:
    match refusal:
        case RefundTooMuch(refundable=left):
            return say("Between 0.01 and %(left)s can be refunded.") % {"left": amount(left)}
        case ChargeDisputed():
            return say("The patient's bank has taken this charge back already.")
        case NoLiveHold():
            return say("Nothing was charged, so there is nothing to refund.")
        case _:
            return say("This is not possible (%(code)s).") % {"code": refusal.code}
