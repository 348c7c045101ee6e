"""A practitioner's opening hours: show them, a row more, a row less, a day that differs.

What is changed here counts as changed by hand: `teleconsult init` keeps off it.
"""

from __future__ import annotations

from datetime import date, time

import click
from attrs import evolve

from teleconsult_cli import typed
from teleconsult_cli.clinic_time import practitioner_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_core.ids import PractitionerId
from teleconsult_core.refusals import BadInput
from teleconsult_core.schedules import DatedException, OpeningHours
from teleconsult_core.slots import Modes
from teleconsult_core.times import zone
from teleconsult_core.use_cases.changing_schedule import ScheduleView
from teleconsult_core.versions import version

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
modes_option = click.option(
    "--mode", "modes", type=typed.MODES, required=True, metavar="video|in-person|both"
)


@cli.group("hours")
def hours() -> None:
    """Opening hours: weekly ones, and days that differ. Appointments made before stay."""


@command(hours, "show")
@practitioner_option
def show(at: AtHand, practitioner: str) -> None:
    """The hours by number, the days that differ, and the appointments that lie outside."""
    _tell(at, _seen(at, practitioner))


@command(hours, "add")
@practitioner_option
@modes_option
@click.option("--since", type=typed.DAY, metavar="DAY", help="The first day on which they hold.")
@click.option("--until", type=typed.DAY, metavar="DAY", help="The last one.")
@click.argument("days", type=typed.WEEKDAYS)
@click.argument("opens", type=typed.WALL)
@click.argument("closes", type=typed.WALL)
def add(
    at: AtHand,
    practitioner: str,
    modes: Modes,
    since: date | None,
    until: date | None,
    days: frozenset[int],
    opens: time,
    closes: time,
) -> None:
    """Open on DAYS (mon-fri, or mon,wed) from OPENS to CLOSES, each week."""
    row = OpeningHours(days, opens, closes, modes, since, until)
    standing = _seen(at, practitioner).schedule.hours
    _keep_hours(at, practitioner, standing, (*standing, row))


@command(hours, "remove")
@practitioner_option
@click.argument("number", type=click.IntRange(1))
def remove(at: AtHand, practitioner: str, number: int) -> None:
    """No longer open as in row NUMBER of `hours show`."""
    standing = _seen(at, practitioner).schedule.hours
    if number > len(standing):
        raise BadInput("number", number, f"a row of `hours show`, 1 to {len(standing)}")
    _keep_hours(at, practitioner, standing, standing[: number - 1] + standing[number:])


@command(hours, "day")
@practitioner_option
@modes_option
@click.option("--as-usual", is_flag=True, help="Like its week again, in this mode.")
@click.argument("day", type=typed.DAY)
@click.argument("opens", type=typed.WALL, required=False)
@click.argument("closes", type=typed.WALL, required=False)
def day(
    at: AtHand,
    practitioner: str,
    modes: Modes,
    as_usual: bool,
    day: date,
    opens: time | None,
    closes: time | None,
) -> None:
    """Closed on DAY, or open from OPENS to CLOSES instead."""
    if as_usual and opens is not None:
        raise click.UsageError("either --as-usual or hours")
    standing = _seen(at, practitioner).schedule.exceptions
    if as_usual:
        others = (one for one in standing if one.day != day)
        left = (evolve(one, modes=one.modes - modes) for one in standing if one.day == day)
        wanted = (*others, *(one for one in left if one.modes))
    else:
        wanted = (*standing, DatedException(day, modes, opens, closes))
    outcome = at.desk.change_exceptions(
        practitioner=PractitionerId(practitioner),
        exceptions=wanted,
        based_on=version(standing),
        by=OPERATOR,
        now=at.now,
    )
    _tell(at, at.screen.unless_refused(outcome))


def _keep_hours(
    at: AtHand,
    practitioner: str,
    standing: tuple[OpeningHours, ...],
    wanted: tuple[OpeningHours, ...],
) -> None:
    outcome = at.desk.change_opening_hours(
        practitioner=PractitionerId(practitioner),
        hours=wanted,
        based_on=version(standing),
        by=OPERATOR,
        now=at.now,
    )
    _tell(at, at.screen.unless_refused(outcome))


def _seen(at: AtHand, practitioner: str) -> ScheduleView:
    view: ScheduleView = at.screen.unless_refused(
        at.desk.show_schedule(practitioner=PractitionerId(practitioner), by=OPERATOR, now=at.now)
    )
    return view


def _tell(at: AtHand, view: ScheduleView) -> None:
    today = at.now.astimezone(zone(view.schedule.zone)).date()
    lines = [f"{n}  {_weekly(row)}" for n, row in enumerate(view.schedule.hours, 1)]
    lines += [_dated(row) for row in view.schedule.exceptions if row.day >= today]
    lines += [
        f"{one.terms.id}, {at.screen.wall(one.terms.start)}, is outside: please move it"
        for one in view.outside
    ]
    at.screen.value(view, "\n".join(lines) or "Never open.")


def _weekly(row: OpeningHours) -> str:
    days = ", ".join(DAYS[day - 1] for day in sorted(row.weekdays))
    since = f", since {row.valid_from}" if row.valid_from else ""
    until = f", until {row.valid_until}" if row.valid_until else ""
    return f"{days} {_walls(row.opens, row.closes)} ({' + '.join(sorted(row.modes))}){since}{until}"


def _dated(row: DatedException) -> str:
    when = "closed" if row.opens is None or row.closes is None else _walls(row.opens, row.closes)
    return f"{row.day} {when} ({' + '.join(sorted(row.modes))})"


def _walls(opens: time, closes: time) -> str:
    return f"{opens:%H:%M}–{closes:%H:%M}"
