"""The form of days that differ: closed, or open at other hours, by mode; and one such day less.

May import the core. First the preview: what stays open that day, and the appointments that it does
not move; then, when it is confirmed, the change itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import PractitionerId
from teleconsult_core.refusals import BadInput, Outdated, Refusal
from teleconsult_core.schedules import DatedException
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.versions import version
from teleconsult_flask.languages import say
from teleconsult_flask.practice.asker import me
from teleconsult_flask.practice.hours import hours_again, my_schedule
from teleconsult_flask.practice.hours_typed import (
    Wrong,
    carried,
    carried_day,
    day_typed,
    modes_typed,
    wall_typed,
    wrong_in,
)
from teleconsult_flask.practice.told import told
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
FIELDS = ("day", "kind", "opens", "closes")
Days = tuple[DatedException, ...]


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/hours/days", view_func=differing)
    site.add_url_rule("/practice/hours/days", "set_differing", set_differing, methods=["POST"])


def differing() -> Page:
    return _form({"kind": "closed"}, my_schedule().schedule.exceptions)


def set_differing() -> Page:
    by = me()
    if request.form.get("sure") == "yes":
        return _keep()
    standing, seen = my_schedule().schedule.exceptions, request.form.get("based_on", "")
    row = request.form.get("row", "")
    if row and seen != version(standing):  # the places of rows may be others now
        return hours_again(Outdated(what="exceptions", id=by.id))
    try:
        day = _at(standing, row) if row else _day()
        left = tuple(one for n, one in enumerate(standing) if str(n) != row)
        outcome = at_hand().desk.preview_exceptions(
            practitioner=PractitionerId(by.id),
            exceptions=left if row else (*standing, day),
            based_on=seen,
            by=by,
            now=now(),
        )
    except Wrong as wrong:
        return _form(_typed(), standing, wrong), 422
    except BadInput as error:
        return _form(_typed(), standing, wrong_in(error)), 422
    if isinstance(outcome, ScheduleView):
        return _preview(day, outcome, seen, removing=bool(row))
    return _form(_typed(), standing, Wrong("opens", told(outcome))), 409


def _keep() -> Page:
    by = me()
    try:
        wanted = tuple(carried_day(line) for line in request.form.getlist("rows"))
    except ValueError:
        abort(400)
    try:
        outcome = at_hand().desk.change_exceptions(
            practitioner=PractitionerId(by.id),
            exceptions=wanted,
            based_on=request.form.get("based_on", ""),
            by=by,
            now=now(),
        )
    except BadInput:
        abort(400)  # the preview would have said so
    if isinstance(outcome, Refusal):
        return hours_again(outcome)
    return redirect(url_for("pages.hours"), 303)


def _day() -> DatedException:
    """The day as it was typed. Raises `Wrong`."""
    day, modes = day_typed("day"), modes_typed()
    if day is None:
        raise Wrong("day", say("Enter a day that exists."))
    if request.form.get("kind") != "open":
        return DatedException(day, modes)
    return DatedException(day, modes, wall_typed("opens"), wall_typed("closes"))


def _at(standing: Days, row: str) -> DatedException:
    known = row.isascii() and row.isdigit() and len(row) < 4 and int(row) < len(standing)
    return standing[int(row)] if known else abort(404)


def _typed() -> Mapping[str, object]:
    said: dict[str, object] = {name: request.form.get(name, "").strip() for name in FIELDS}
    return said | {"modes": set(request.form.getlist("modes"))}


def _form(given: Mapping[str, object], standing: Days, wrong: Wrong | None = None) -> str:
    return render_template(
        "practice/hours_days.html",
        given={"modes": set()} | dict.fromkeys(FIELDS, "") | dict(given),
        based_on=version(standing),
        error=wrong.words if wrong else "",
        field=wrong.field if wrong else "",
    )


def _preview(day: DatedException, view: ScheduleView, seen: str, *, removing: bool) -> str:
    return render_template(
        "practice/hours_days_preview.html",
        day=day.day,
        removing=removing,
        open=[(mode, view.schedule.open_on(day.day, mode)) for mode in Mode],
        outside=view.outside,
        rows=[carried(one) for one in view.schedule.exceptions],
        based_on=seen,
    )
