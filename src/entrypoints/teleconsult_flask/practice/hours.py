"""When the practitioner is there, by mode: opening hours, and unavailabilities of his own (S8c).

May import the core. Before an unavailability is kept, the page says which appointments it does
not move, and what stays open. Hours and days that differ have forms of their own (`hours_weekly`,
`hours_days`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from attrs import frozen
from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from teleconsult_core.appointments import Appointment
from teleconsult_core.ids import PractitionerId, UnavailabilityId
from teleconsult_core.refusals import Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval, wall_to_utc, zone
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.versions import version
from teleconsult_flask.drawing import render_template
from teleconsult_flask.languages import say
from teleconsult_flask.practice.asker import days, me, my_profile
from teleconsult_flask.practice.hours_typed import in_order
from teleconsult_flask.practice.told import told
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now

Page = str | tuple[str, int] | Response
FIELDS = ("from_day", "from_hour", "to_day", "to_hour")
AHEAD = timedelta(days=400)
LONGEST = timedelta(days=366)
BY_HAND = "web"


@frozen
class Preview:
    """What an unavailability would do: `stay` are appointments that it does not move."""

    interval: Interval
    modes: frozenset[Mode]
    stay: tuple[Appointment, ...]

    @property
    def open(self) -> list[Mode]:
        """Modes that stay open to patients."""
        return [mode for mode in Mode if mode not in self.modes]


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice/hours", view_func=hours)
    site.add_url_rule("/practice/hours", "set_away", set_away, methods=["POST"])
    site.add_url_rule("/practice/hours/<away>/remove", view_func=remove_away, methods=["POST"])


def hours() -> Page:
    me()
    return _page({}, frozenset())


def hours_again(refusal: Refusal) -> Page:
    """The page as it stands now, for a change that came too late or from elsewhere."""
    return _page({}, frozenset(), told(refusal)), 409


def my_schedule() -> ScheduleView:
    """The hours of whoever asks, and which appointments lie outside them."""
    by = me()
    found = at_hand().desk.show_schedule(practitioner=PractitionerId(by.id), by=by, now=now())
    return found if isinstance(found, ScheduleView) else abort(404)


def set_away() -> Page:
    """First the preview, then, when it is confirmed, the unavailability itself."""
    by = me()
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    modes = frozenset(mode for mode in Mode if mode.value in request.form.getlist("modes"))
    interval = _interval(given)
    if isinstance(interval, str):
        return _page(given, modes, interval, "from_day"), 422
    if not modes:
        return _page(given, modes, say("Choose for which kind of appointment."), "modes"), 422
    if request.form.get("sure") != "yes":
        return _page(given, modes, preview=_preview(interval, modes))
    outcome = at_hand().desk.set_unavailability(
        practitioner=PractitionerId(by.id),
        modes=modes,
        intervals=[interval],
        source=BY_HAND,
        by=by,
        now=now(),
    )
    if isinstance(outcome, Refusal):
        return _page(given, modes, told(outcome)), 409
    return redirect(url_for("teleconsult.hours"), 303)


def remove_away(away: str) -> Page:
    """Be there again; what is gone already is gone."""
    at_hand().desk.remove_unavailability(id=UnavailabilityId(away), by=me(), now=now())
    return redirect(url_for("teleconsult.hours"), 303)


def _interval(given: Mapping[str, str]) -> Interval | str:
    """From when until when, or what is wrong with it."""
    start = _instant(given["from_day"], given["from_hour"] or "00:00")
    last = given["to_day"] or given["from_day"]
    end = _instant(last, given["to_hour"] or "00:00")
    if start is None or end is None:
        return say("Enter days and hours that exist.")
    if not given["to_hour"]:
        end = days(date.fromisoformat(last), 1).end
    if not start < end or end - start > LONGEST:
        return say("The end must come after the beginning, within a year.")
    return Interval(start, end)


def _instant(day: str, hour: str) -> datetime | None:
    try:
        on, at = date.fromisoformat(day), time.fromisoformat(hour).replace(tzinfo=None)
    except ValueError:
        return None
    if not 1970 < on.year < 2200:
        return None
    return wall_to_utc(on, at, zone(at_hand().practice().zone))


def _preview(interval: Interval, modes: frozenset[Mode]) -> Preview:
    with at_hand().desk.open_work(writing=False) as work:
        blocking = work.appointments.blocking(PractitionerId(me().id), interval)
        return Preview(interval, modes, tuple(b for b in blocking if b.terms.mode in modes))


def _page(
    given: Mapping[str, str],
    modes: frozenset[Mode],
    error: str = "",
    field: str = "",
    *,
    preview: Preview | None = None,
) -> str:
    profile, view = my_profile(), my_schedule()
    schedule = view.schedule
    with at_hand().desk.open_work(writing=False) as work:
        away = work.unavailabilities.between(profile.id, Interval(now(), now() + AHEAD))
    return render_template(
        "practice/hours.html",
        Mode=Mode,
        hours=in_order(schedule.hours),
        hours_seen=version(schedule.hours),
        differing=[one for one in in_order(schedule.exceptions) if one[1].day >= local_day(now())],
        days_seen=version(schedule.exceptions),
        outside=view.outside,
        away=sorted(away, key=lambda one: (one.interval.start, one.mode)),
        by_hand=BY_HAND,
        given={name: given.get(name, "") for name in FIELDS},
        modes={mode.value for mode in modes},
        preview=preview,
        error=error,
        field=field,
    )
