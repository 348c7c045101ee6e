"""The form of weekly opening hours: a new row, another row for one that stands, or one row less.

May import the core. First the preview: the week as it would be, and the appointments that it does
not move; then, when it is confirmed, the change itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import PractitionerId
from teleconsult_core.refusals import BadInput, Outdated, Refusal
from teleconsult_core.schedules import OpeningHours
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.versions import version
from teleconsult_flask.drawing import render_template
from teleconsult_flask.practice.asker import me
from teleconsult_flask.practice.hours import hours_again, my_schedule
from teleconsult_flask.practice.hours_typed import (
    Wrong,
    carried,
    carried_hours,
    day_typed,
    in_order,
    modes_typed,
    wall_typed,
    weekdays_typed,
    wrong_in,
)
from teleconsult_flask.practice.told import told
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
FIELDS = ("opens", "closes", "valid_from", "valid_until")
Hours = tuple[OpeningHours, ...]


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/hours/weekly", view_func=weekly)
    site.add_url_rule("/practice/hours/weekly", "set_weekly", set_weekly, methods=["POST"])


def weekly() -> Page:
    """The form: empty, or with the row that `row` names."""
    standing, row = my_schedule().schedule.hours, request.args.get("row", "")
    if not row:
        return _form({}, standing)
    found = _at(standing, row)
    return _form(_given(found), standing, row=row) if found else abort(404)


def set_weekly() -> Page:
    by = me()
    if request.form.get("sure") == "yes":
        return _keep()
    standing, row = my_schedule().schedule.hours, request.form.get("row", "")
    removing = request.form.get("do") == "remove"
    seen, given = request.form.get("based_on", ""), _typed()
    if row and seen != version(standing):  # the places of rows may be others now
        return hours_again(Outdated(what="opening hours", id=by.id))
    try:
        wanted = _wanted(standing, row, None if removing else _row())
        outcome = at_hand().desk.preview_opening_hours(
            practitioner=PractitionerId(by.id), hours=wanted, based_on=seen, by=by, now=now()
        )
    except Wrong as wrong:
        return _form(given, standing, wrong, row), 422
    except BadInput as error:
        return _form(given, standing, wrong_in(error), row), 422
    if isinstance(outcome, ScheduleView):
        return _preview(standing, outcome, seen, row)
    return _form(given, standing, Wrong("opens", told(outcome)), row), 409


def _keep() -> Page:
    by = me()
    try:
        wanted = tuple(carried_hours(line) for line in request.form.getlist("rows"))
    except ValueError:
        abort(400)
    try:
        outcome = at_hand().desk.change_opening_hours(
            practitioner=PractitionerId(by.id),
            hours=wanted,
            based_on=request.form.get("based_on", ""),
            by=by,
            now=now(),
        )
    except BadInput as error:
        return _again(wanted, wrong_in(error))
    if isinstance(outcome, Refusal):
        return hours_again(outcome)
    return redirect(url_for("teleconsult.hours"), 303)


def _again(wanted: Hours, wrong: Wrong) -> Page:
    """The form with what was new in a preview, and cannot be kept."""
    standing, row = my_schedule().schedule.hours, request.form.get("row", "")
    new = next((one for one in wanted if one not in standing), None)
    return _form(_given(new) if new else {}, standing, wrong, row), 422


def _row() -> OpeningHours:
    """The row as it was typed. Raises `Wrong`."""
    weekdays, opens, closes = weekdays_typed(), wall_typed("opens"), wall_typed("closes")
    since, until = day_typed("valid_from"), day_typed("valid_until")
    return OpeningHours(weekdays, opens, closes, modes_typed(), since, until)


def _wanted(standing: Hours, row: str, typed: OpeningHours | None) -> Hours:
    """The whole week: with one row more, one row less, or another in its place."""
    new = (typed,) if typed else ()
    if not row:
        return (*standing, *new)
    if _at(standing, row) is None:
        abort(404)
    return (*standing[: int(row)], *new, *standing[int(row) + 1 :])


def _at(standing: Hours, row: str) -> OpeningHours | None:
    known = row.isascii() and row.isdigit() and len(row) < 4 and int(row) < len(standing)
    return standing[int(row)] if known else None


def _given(row: OpeningHours) -> Mapping[str, object]:
    """A row as its form shows it."""
    return {
        "weekdays": {str(day) for day in row.weekdays},
        "modes": {mode.value for mode in row.modes},
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "valid_from": row.valid_from or "",
        "valid_until": row.valid_until or "",
    }


def _typed() -> Mapping[str, object]:
    said: dict[str, object] = {name: request.form.get(name, "").strip() for name in FIELDS}
    return said | {name: set(request.form.getlist(name)) for name in ("weekdays", "modes")}


def _form(
    given: Mapping[str, object], standing: Hours, wrong: Wrong | None = None, row: str = ""
) -> str:
    return render_template(
        "practice/hours_weekly.html",
        Mode=Mode,
        given={"weekdays": set(), "modes": set()} | dict.fromkeys(FIELDS, "") | dict(given),
        row=row,
        based_on=version(standing),
        hours=in_order(standing),
        error=wrong.words if wrong else "",
        field=wrong.field if wrong else "",
    )


def _preview(standing: Hours, view: ScheduleView, seen: str, row: str) -> str:
    wanted = view.schedule.hours
    before = {mode for one in standing for mode in one.modes}
    after = {mode for one in wanted for mode in one.modes}
    return render_template(
        "practice/hours_preview.html",
        Mode=Mode,
        hours=in_order(wanted),
        new=[one for one in wanted if one not in standing],
        gone=[one for one in standing if one not in wanted],
        never=[mode for mode in Mode if mode in before - after],
        outside=view.outside,
        rows=[carried(one) for one in wanted],
        row=row,
        based_on=seen,
    )
