"""Which practitioner asks, and about what. May import the core."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import abort

from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import Actor, Practitioner, Role
from teleconsult_core.refusals import NotFound
from teleconsult_core.times import Interval, zone
from teleconsult_core.use_cases.look_at import TimeLine
from teleconsult_flask.own import practitioner_by_browser, signed_in
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now


def me() -> Actor:
    """The practitioner who has signed in."""
    return signed_in(Role.PRACTITIONER)


def my_profile() -> Practitioner:
    with at_hand().desk.open_work(writing=False) as work:
        found = work.clinic.practitioner(PractitionerId(me().id))
    return found if found is not None else abort(404)


def its_practitioner(appointment: str) -> Actor:
    """The practitioner of one appointment: by its link, or signed in."""
    return practitioner_by_browser(appointment) or me()


def its_line(appointment: str) -> tuple[Actor, TimeLine]:
    """Everything about an appointment of the practitioner who asks."""
    by = its_practitioner(appointment)
    line = at_hand().desk.show_appointment(appointment=AppointmentId(appointment), by=by, now=now())
    return abort(404) if isinstance(line, NotFound) else (by, line)


def day_of(text: str) -> date:
    """A day as it stands in an address, or today."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return local_day(now())
    return found if 1970 < found.year < 2200 else local_day(now())


def days(first: date, count: int) -> Interval:
    """From the midnight before `first` until `count` days later, on the practice's clocks."""
    return Interval(_midnight(first), _midnight(first + timedelta(days=count)))


def _midnight(day: date) -> datetime:
    """The first instant of `day`; where daylight saving skips midnight, the one after."""
    tz = zone(at_hand().practice().zone)
    return datetime.combine(day, time(), tzinfo=tz).astimezone(UTC)
