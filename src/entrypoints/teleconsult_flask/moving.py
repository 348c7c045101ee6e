"""Another time for an appointment: the free ones, a check, and then it is moved.

May import the core. Same practitioner, visit and mode; a hold that still covers is kept.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.appointments import AwaitingConfirmation, Confirmed
from teleconsult_core.refusals import Refusal
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_flask.appointment import may_change
from teleconsult_flask.booking import INSTANT
from teleconsult_flask.card import line_of, shown_terms
from teleconsult_flask.drawing import render_template
from teleconsult_flask.free_times import WEEKS, by_day, free_in, week_of
from teleconsult_flask.own import mine, patient_by_browser
from teleconsult_flask.refused import refused
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response


def pages(site: Blueprint) -> None:
    own = "/b/<appointment>/move"
    site.add_url_rule(own, view_func=other_times)
    site.add_url_rule(f"{own}/<start>", view_func=ask_move)
    site.add_url_rule(f"{own}/<start>", view_func=move, methods=["POST"])


def other_times(appointment: str) -> Page:
    """The free times of a week."""
    line = line_of(appointment)
    if not _movable(line):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    week, terms = week_of(request.args.get("week", "")), line.appointment.terms
    days = by_day(free_in(terms.practitioner, terms.visit_type, terms.mode, week))
    return render_template(
        "move.html", terms=terms, shown=shown_terms(terms), days=days, week=week, last=WEEKS - 1
    )


def ask_move(appointment: str, start: str) -> Page:
    line, instant = line_of(appointment), _instant(start)
    if not _movable(line):
        return redirect(url_for("teleconsult.booked", appointment=appointment), 303)
    return _ask(line, instant)


def move(appointment: str, start: str) -> Page:
    """Old links die with it, and a letter tells the new time."""
    instant = _instant(start)
    step = at_hand().desk.move(
        appointment=mine(appointment),
        start=instant,
        by=patient_by_browser(appointment),
        now=now(),
    )
    if isinstance(step, Refusal):
        return _ask(line_of(appointment), instant, refused(step)), 409
    return redirect(url_for("teleconsult.booked", appointment=appointment), 303)


def _ask(line: TimeLine, instant: datetime, error: str = "") -> str:
    terms = line.appointment.terms
    return render_template(
        "move_check.html", terms=terms, shown=shown_terms(terms), start=instant,
        named=instant.strftime(INSTANT), error=error,
    )  # fmt: skip


def _instant(start: str) -> datetime:
    try:
        return datetime.strptime(start, INSTANT).replace(tzinfo=UTC)
    except ValueError:
        abort(404)


def _movable(line: TimeLine) -> bool:
    return isinstance(line.appointment, Confirmed | AwaitingConfirmation) and may_change(line)
