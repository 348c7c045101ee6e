"""The agenda by day and by week: who comes, how, whether he confirmed, how his card stands, and
what to do now. May import the core."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from attrs import frozen
from flask import Blueprint, abort, request

from teleconsult_core.appointments import Confirmed, has_lapsed
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import Role
from teleconsult_core.slots import Mode
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.door import closes_at
from teleconsult_core.use_cases.look_at import AgendaLine
from teleconsult_core.wanted import covered
from teleconsult_flask.drawing import render_template
from teleconsult_flask.practice.asker import day_of, days, me, my_profile
from teleconsult_flask.practice.free import Free, free_on
from teleconsult_flask.showing import local_day
from teleconsult_flask.web import at_hand, now

HIDDEN = frozenset({"lapsed", "cancelled"})
"""States that leave the time free; one's own page still shows them."""


@frozen
class Row:
    """One line of the agenda, and what can be done about it."""

    line: AgendaLine
    card: str
    """"" where none is needed, "held", "again" when it must be authorized again, or "none"."""
    door_open: bool
    waits_since: datetime | None
    undecided: bool

    @property
    def now(self) -> bool:
        """Whether this is what to do next."""
        return self.door_open and not self.undecided


@frozen
class Day:
    day: date
    rows: tuple[Row, ...]
    free: tuple[Free, ...] = ()

    @property
    def lines(self) -> list[Row | Free]:
        """Down the hours: who comes, and when nobody does."""
        return sorted([*self.rows, *self.free], key=_start)

    @property
    def video(self) -> int:
        return sum(row.line.appointment.terms.mode is Mode.VIDEO for row in self.rows)


def pages(site: Blueprint) -> None:
    site.add_url_rule("/practice", view_func=agenda)


def agenda() -> str:
    """One day, or the week around it from its Monday on."""
    by, profile = me(), my_profile()
    week = request.args.get("view") == "week"
    chosen = day_of(request.args.get("day", ""))
    first = chosen - timedelta(days=chosen.weekday()) if week else chosen
    count = 7 if week else 1
    lines = at_hand().desk.show_agenda(
        practitioner=PractitionerId(by.id), window=days(first, count), by=by, now=now()
    )
    if not isinstance(lines, tuple):
        abort(404)
    shown = _rows([line for line in lines if not _free_again(line)])
    return render_template(
        "practice/agenda.html",
        profile=profile,
        week=week,
        chosen=chosen,
        today=local_day(now()),
        days=[
            Day(
                day,
                tuple(row for row in shown if _day_of(row) == day),
                () if week else tuple(free_on(day, profile.id)),
            )
            for day in (first + timedelta(days=n) for n in range(count))
        ],
        before=first - timedelta(days=count),
        after=first + timedelta(days=count),
    )


def _start(line: Row | Free) -> datetime:
    return line.start if isinstance(line, Free) else line.line.appointment.terms.start


def row_of(line: AgendaLine) -> Row:
    """One line, for whoever shows one appointment."""
    return _rows([line])[0]


def _rows(lines: Sequence[AgendaLine]) -> list[Row]:
    with at_hand().desk.open_work(writing=False) as work:
        return [_row(work, line) for line in lines]


def _row(work: Work, line: AgendaLine) -> Row:
    found, practice, at = line.appointment, at_hand().practice(), now()
    terms = found.terms
    video = terms.mode is Mode.VIDEO and isinstance(found, Confirmed)
    opens, closes = terms.start - practice.policies.join_early, closes_at(terms, practice)
    door_open = video and opens <= at < closes
    return Row(
        line=line,
        card=_card(line) if isinstance(found, Confirmed) else "",
        door_open=door_open,
        waits_since=_waits(work, terms.id, at) if door_open else None,
        undecided=isinstance(found, Confirmed) and at >= terms.end,
    )


def _card(line: AgendaLine) -> str:
    terms, policies = line.appointment.terms, at_hand().practice().policies
    if not terms.card_required:
        return ""
    if line.hold is None or not line.hold.standing(now()):
        return "none"
    return "held" if covered(terms, line.hold, policies, now()) else "again"


def _waits(work: Work, appointment: AppointmentId, at: datetime) -> datetime | None:
    """Since when the patient sits in the waiting room and has not been let in."""
    seats = [one for one in work.seats.of(appointment) if one.role is Role.PATIENT]
    waiting = [one for one in seats if one.living(at) and one.admitted_at is None]
    return waiting[0].taken_at if waiting else None


def _free_again(line: AgendaLine) -> bool:
    return line.appointment.state in HIDDEN or has_lapsed(line.appointment, now())


def _day_of(row: Row) -> date:
    return local_day(row.line.appointment.terms.start)
