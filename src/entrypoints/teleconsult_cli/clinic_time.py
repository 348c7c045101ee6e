"""When and what can be booked: profile, slots, why-not, terms, unavailability."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.screen import facts
from teleconsult_core.ids import PractitionerId, UnavailabilityId, VisitTypeId
from teleconsult_core.refusals import BadInput, Refusal
from teleconsult_core.slots import Mode, Modes
from teleconsult_core.times import Interval, zone
from teleconsult_wiring import read_calendar

practitioner_option = click.option("--practitioner", required=True, metavar="ID")
visit_option = click.option("--visit", required=True, metavar="ID", help="The visit type's id.")
mode_option = click.option("--mode", type=typed.MODE, required=True, metavar="video|in-person")


def visit_id(practitioner: str, visit: str) -> VisitTypeId:
    """A visit type as typed: its short id, or the whole one."""
    return VisitTypeId(visit if ":" in visit else f"{practitioner}:{visit}")


def days_from(at: AtHand, first: object, days: int) -> Interval:
    """`days` local days of the practice, from `first` (today by default)."""
    today = at.now.astimezone(zone(at.practice.zone)).date()
    begin = first or today
    start = typed.instant(f"{begin}T00:00", at.practice)
    end = typed.instant(f"{begin + timedelta(days=days)}T00:00", at.practice)  # type: ignore[operator] # a date
    return Interval(start, end)


@command(cli, "profile")
@click.argument("practitioner")
def profile(at: AtHand, practitioner: str) -> None:
    """The public profile of PRACTITIONER."""
    shown = at.screen.unless_refused(
        at.desk.show_profile(practitioner=PractitionerId(practitioner))
    )
    person = shown.practitioner
    visits = [
        (
            f"  {visit.id.partition(':')[2]}",
            f"{visit.name}: "
            + ", ".join(
                f"{mode.value} {o.duration} min, {o.fee}" for mode, o in visit.offers.items()
            ),
        )
        for visit in shown.visit_types
    ]
    head = [
        (person.name, f"{person.profession}, {shown.practice.name}"),
        ("speaks", ", ".join(person.languages)),
        ("rated", str(shown.rating)),
    ]
    public = {
        "id": person.id,
        "name": person.name,
        "profession": person.profession,
        "languages": person.languages,
        "practice": shown.practice.name,
        "visit_types": shown.visit_types,
        "rating": {"average_tenths": shown.rating.tenths, "count": shown.rating.count},
    }
    at.screen.value(public, facts([*head, *visits]))


@command(cli, "slots")
@practitioner_option
@visit_option
@click.option("--from", "first", type=typed.DAY, metavar="DAY", help="Today by default.")
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True)
@click.option("--mode", type=typed.MODE, metavar="video|in-person", help="Both by default.")
def slots(
    at: AtHand, practitioner: str, visit: str, first: object, days: int, mode: Mode | None
) -> None:
    """The slots that can be booked."""
    found = at.screen.unless_refused(
        at.desk.offer_slots(
            practitioner=PractitionerId(practitioner),
            visit_type=visit_id(practitioner, visit),
            window=days_from(at, first, days),
            now=at.now,
            modes=frozenset({mode}) if mode else None,
        )
    )
    rows = [
        (at.screen.wall(slot.start), at.screen.clock(slot.end), " + ".join(sorted(slot.modes)))
        for slot in found
    ]
    at.screen.table("Free slots", ("start", "end", "mode"), rows, found)


@command(cli, "why-not")
@practitioner_option
@visit_option
@mode_option
@click.argument("start")
def why_not(at: AtHand, practitioner: str, visit: str, mode: Mode, start: str) -> None:
    """Why START is not offered. Exit 0 when it is, 1 with the reason when it is not."""
    moment = typed.instant(start, at.practice)
    at.screen.unless_refused(
        at.desk.why_not_bookable(
            practitioner=PractitionerId(practitioner),
            visit_type=visit_id(practitioner, visit),
            mode=mode,
            start=moment,
            now=at.now,
        )
    )
    at.screen.value({"offered": True, "start": moment}, f"{at.screen.wall(moment)} can be booked.")


@command(cli, "terms")
@practitioner_option
@visit_option
@mode_option
@click.option("--language", default="fr", show_default=True)
@click.argument("start")
def terms(at: AtHand, practitioner: str, visit: str, mode: Mode, language: str, start: str) -> None:
    """What the patient is shown, word for word, before he gives his card for START."""
    shown = at.screen.unless_refused(
        at.desk.booking_terms(
            practitioner=PractitionerId(practitioner),
            visit_type=visit_id(practitioner, visit),
            mode=mode,
            start=typed.instant(start, at.practice),
            language=language,
        )
    )
    message = f"\n\n{shown.video_message}" if shown.video_message else ""
    at.screen.value(shown, shown.words + message)


@cli.group("unavailability")
def unavailability() -> None:
    """When a practitioner is not there: per mode, by hand or from a calendar."""


@command(unavailability, "add")
@practitioner_option
@click.option("--mode", "modes", type=typed.MODES, required=True, metavar="video|in-person|both")
@click.argument("start")
@click.argument("end")
def add(at: AtHand, practitioner: str, modes: Modes, start: str, end: str) -> None:
    """Not there from START to END."""
    away = Interval(typed.instant(start, at.practice), typed.instant(end, at.practice))
    _keep(at, practitioner, modes, [away], "by hand", replace=False)


@command(unavailability, "remove")
@click.argument("id")
def remove(at: AtHand, id: str) -> None:
    """There again: forget the unavailability ID."""
    gone = at.screen.unless_refused(
        at.desk.remove_unavailability(id=UnavailabilityId(id), by=OPERATOR, now=at.now)
    )
    at.screen.value(gone, f"{gone.id} is forgotten.")


@command(unavailability, "import")
@practitioner_option
@click.option("--mode", "modes", type=typed.MODES, required=True, metavar="video|in-person|both")
@click.option("--from", "first", type=typed.DAY, metavar="DAY", help="Today by default.")
@click.option("--days", type=click.IntRange(1, 730), default=180, show_default=True)
@click.option("--skip-problems", is_flag=True, help="Import what can be read, and name the rest.")
@click.argument("calendar", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_calendar(
    at: AtHand,
    practitioner: str,
    modes: Modes,
    first: object,
    days: int,
    skip_problems: bool,
    calendar: Path,
) -> None:
    """Import the busy times of CALENDAR (.ics), replacing what the same file brought before.

    Titles, places and names in the calendar are never read. When an event cannot be understood
    nothing is imported, unless --skip-problems says so.
    """
    window = days_from(at, first, days)
    reading = read_calendar(calendar.read_bytes(), zone=at.practice.zone, window=window)
    for problem in reading.problems:
        click.echo(str(problem), err=True)
    if reading.problems and not skip_problems:
        bound = "events that can all be read; --skip-problems imports the others"
        raise BadInput("calendar", calendar.name, f"{bound} ({len(reading.problems)} cannot)")
    _keep(at, practitioner, modes, [b.interval for b in reading.busy], calendar.name, replace=True)


def _keep(
    at: AtHand,
    practitioner: str,
    modes: Modes,
    intervals: list[Interval],
    source: str,
    *,
    replace: bool,
) -> None:
    outcome = at.desk.set_unavailability(
        practitioner=PractitionerId(practitioner),
        modes=modes,
        intervals=intervals,
        source=source,
        by=OPERATOR,
        now=at.now,
        replace=replace,
    )
    if isinstance(outcome, Refusal):
        at.screen.refuse(outcome)
    words = [f"{len(outcome.kept)} unavailabilities kept ({' and '.join(sorted(modes))})"]
    if outcome.replaced:
        words.append(f"{outcome.replaced} of an earlier import replaced")
    for clash in outcome.overlapping:
        words.append(
            f"overlaps {clash.terms.id}, {at.screen.wall(clash.terms.start)}: please move it"
        )
    at.screen.value(outcome, "; ".join(words) + ".")


__all__ = ["days_from", "mode_option", "practitioner_option", "visit_id", "visit_option"]
