"""The form of days that differ, by mode: a new one, another for one that stands, or one less.

May import the core. Such a day is closed, or open at other hours. First the preview: what stays
open that day, and the appointments that it does not move; then, when it is confirmed, the change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.ids import PractitionerId
from teleconsult_core.refusals import BadInput, Outdated, Refusal
from teleconsult_core.schedules import DatedException
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.versions import version
from teleconsult_flask.drawing import render_template
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
    """The form: empty, or with the day that `row` names."""
    standing, row = my_schedule().schedule.exceptions, request.args.get("row", "")
    given = _given(_at(standing, row)) if row else {"kind": "closed"}
    return _form(given, standing, row=row)


def set_differing() -> Page:
    by = me()
    if request.form.get("sure") == "yes":
        return _keep()
    standing, seen = my_schedule().schedule.exceptions, request.form.get("based_on", "")
    row, removing = request.form.get("row", ""), request.form.get("do") == "remove"
    if row and seen != version(standing):  # the places of rows may be others now
        return hours_again(Outdated(what="exceptions", id=by.id))
    before = (_at(standing, row),) if row else ()
    place = int(row) if row else None
    try:
        new = () if removing else (_day(),)
        left = tuple(one for n, one in enumerate(standing) if n != place)
        outcome = at_hand().desk.preview_exceptions(
            practitioner=PractitionerId(by.id),
            exceptions=(*left, *new),
            based_on=seen,
            by=by,
            now=now(),
        )
    except Wrong as wrong:
        return _form(_typed(), standing, wrong, row), 422
    except BadInput as error:
        return _form(_typed(), standing, wrong_in(error), row), 422
    if isinstance(outcome, ScheduleView):
        days = {one.day for one in (*before, *new)}
        return _preview(sorted(days), outcome, seen, row, removing=removing)
    return _form(_typed(), standing, Wrong("opens", told(outcome)), row), 409


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
    except BadInput as error:  # since the preview, midnight has passed
        return _again(wanted, wrong_in(error))
    if isinstance(outcome, Refusal):
        return hours_again(outcome)
    return redirect(url_for("teleconsult.hours"), 303)


def _again(wanted: Days, wrong: Wrong) -> Page:
    """The form with what was new in a preview that is too old by now."""
    standing, row = my_schedule().schedule.exceptions, request.form.get("row", "")
    new = next((one for one in wanted if one not in standing), None)
    return _form(_given(new) if new else {}, standing, wrong, row), 422


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


def _given(row: DatedException) -> Mapping[str, object]:
    """A day as its form shows it."""
    return {
        "day": row.day,
        "modes": {mode.value for mode in row.modes},
        "kind": "closed" if row.opens is None else "open",
        "opens": f"{row.opens:%H:%M}" if row.opens else "",
        "closes": f"{row.closes:%H:%M}" if row.closes else "",
    }


def _typed() -> Mapping[str, object]:
    said: dict[str, object] = {name: request.form.get(name, "").strip() for name in FIELDS}
    return said | {"modes": set(request.form.getlist("modes"))}


def _form(
    given: Mapping[str, object], standing: Days, wrong: Wrong | None = None, row: str = ""
) -> str:
    return render_template(
        "practice/hours_days.html",
        given={"modes": set()} | dict.fromkeys(FIELDS, "") | dict(given),
        row=row,
        based_on=version(standing),
        error=wrong.words if wrong else "",
        field=wrong.field if wrong else "",
    )


def _preview(
    days: Sequence[date], view: ScheduleView, seen: str, row: str, *, removing: bool
) -> str:
    return render_template(
        "practice/hours_days_preview.html",
        days=[(day, [(mode, view.schedule.open_on(day, mode)) for mode in Mode]) for day in days],
        removing=removing,
        outside=view.outside,
        rows=[carried(one) for one in view.schedule.exceptions],
        row=row,
        based_on=seen,
    )
