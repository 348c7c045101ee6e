"""Begin, look after and complete: init, upgrade, doctor, completion, tour."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from teleconsult_cli.check_up import check_up
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.main import cli
from teleconsult_cli.screen import Screen
from teleconsult_core.ids import PractitionerId
from teleconsult_core.people import OWN_FIELDS
from teleconsult_core.use_cases.describe_clinic import ClinicDescription
from teleconsult_wiring import (
    DIALECTS,
    NOTHING,
    create,
    load_settings,
    read_clinic,
    upgrade_script,
)


@cli.command("init")
@click.argument("clinic", type=click.Path(path_type=Path))
@click.option(
    "--replace-edits", is_flag=True, help="Give up hours and profiles that were changed by hand."
)
@click.pass_context
def init(ctx: click.Context, clinic: Path, replace_edits: bool) -> None:
    """Make an installation for the clinic that CLINIC (a TOML file) describes.

    Doing it again replaces the description and keeps everything else, and names what practitioners
    have changed by hand: that stays too, unless --replace-edits says otherwise.
    """
    described = read_clinic(clinic)  # before anything is made
    settings = load_settings(os.environ, ctx.find_root().params.get("home"))
    app = create(settings)
    try:
        kept = app.desk.describe_clinic(
            clinic=described, by=OPERATOR, now=app.now(), replace_edits=replace_edits
        )
    finally:
        app.close()
    names = ", ".join(one.id for one in described.practitioners)
    click.echo(f"{described.practice.name} is set up in {settings.home}, with {names}.")
    for id, edited in edits_in(kept):
        click.echo(f"Kept as changed by hand, and not as in the file: {', '.join(edited)} of {id}.")


def edits_in(clinic: ClinicDescription) -> Iterator[tuple[PractitionerId, list[str]]]:
    """What was changed by hand, by practitioner."""
    found: dict[PractitionerId, list[str]] = {}
    for schedule in clinic.schedules:
        found.setdefault(schedule.practitioner, []).extend(sorted(schedule.edited, reverse=True))
    for practitioner in clinic.practitioners:
        found.setdefault(practitioner.id, []).extend(
            one for one in OWN_FIELDS if one in practitioner.edited
        )
    return ((id, edited) for id, edited in found.items() if edited)


@cli.command("upgrade")
@click.option("--sql", is_flag=True, help="Only print the statements, for somebody else to run.")
@click.option(
    "--dialect", type=click.Choice(DIALECTS), help="With --sql: for which database; yours without."
)
@click.option(
    "--from",
    "since",
    default=NOTHING,
    metavar="VERSION",
    help="With --sql: the version your tables have now; without, they are made anew.",
)
@click.pass_context
def upgrade(ctx: click.Context, sql: bool, dialect: str | None, since: str) -> None:
    """Bring the tables of an earlier version up to this one. Make a backup first."""
    settings = load_settings(os.environ, ctx.find_root().params.get("home"))
    if sql:
        click.echo(upgrade_script(settings, dialect, since), nl=False)
        return
    create(settings).close()
    click.echo(f"The tables in {settings.database} are up to date.")


@command(cli, "doctor")
def doctor(at: AtHand) -> None:
    """Check the installation: one line a check, with what to do. Exit 1 when one fails."""
    checks = check_up(at)
    rows = [("ok" if one.fine else "FAILED", one.name, one.found, one.hint) for one in checks]
    screen = Screen(at.json)
    screen.table("Check-up", ("", "check", "found", "what to do"), rows, checks)
    if not all(one.fine for one in checks):
        raise SystemExit(Exit.REFUSED)


@cli.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL; source it in your shell's start-up file."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(cli, {}, "teleconsult", "_TELECONSULT_COMPLETE").source())


@cli.command("tour")
@click.option(
    "--directory", default="teleconsult-tour", show_default=True, type=click.Path(path_type=Path)
)
def tour(directory: Path) -> None:
    """Tell the whole story once, on a movable clock: no account, no network, ten seconds.

    Leaves an installation in DIRECTORY to explore.
    """
    from teleconsult_cli.tour import run  # its clinic and scenes are needed by nobody else

    run(directory)
