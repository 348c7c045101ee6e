"""Personal data by command: export, erase, retention."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.files import write_private
from teleconsult_cli.main import cli
from teleconsult_cli.screen import facts
from teleconsult_core.ids import PatientId
from teleconsult_core.people import Actor
from teleconsult_wiring.as_json import dumps, plain


@command(cli, "export")
@as_option
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file; stdout by default.",
)
@click.argument("patient")
def export(at: AtHand, patient: str, path: Path | None, actor: Actor | None) -> None:
    """Everything that is held about PATIENT, as JSON."""
    file = at.screen.unless_refused(
        at.desk.export_patient(patient=PatientId(patient), by=actor or OPERATOR, now=at.now)
    )
    if path is None:
        click.echo(dumps(file))
        return
    write_private(path, dumps(file).encode() + b"\n")
    at.screen.value({"patient": patient, "file": str(path)}, f"{patient}'s data is in {path}.")


@command(cli, "erase")
@as_option
@click.option("--yes", is_flag=True, help="Without asking; needed where nobody can be asked.")
@click.argument("patient")
def erase(at: AtHand, patient: str, yes: bool, actor: Actor | None) -> None:
    """Erase PATIENT for good; receipts stay as the law obliges."""
    if not yes:
        if at.json or not sys.stdin.isatty():
            raise click.UsageError(f"to erase {patient} for good, say --yes")
        click.confirm(f"Erase {patient} for good?", abort=True)
    gone = at.screen.unless_refused(
        at.desk.erase_patient(patient=PatientId(patient), by=actor or OPERATOR, now=at.now)
    )
    at.screen.value(gone, f"{patient} was erased on {at.screen.wall(gone.erased_at)}.")


@command(cli, "retention")
@click.option("--dry-run", is_flag=True, help="Count only; change nothing.")
@as_option
def retention(at: AtHand, dry_run: bool, actor: Actor | None) -> None:
    """Forget what was kept long enough, by the periods of the clinic's file."""
    done = at.screen.unless_refused(
        at.desk.apply_retention(by=actor or OPERATOR, now=at.now, dry_run=dry_run)
    )
    counts = [(name, number) for name, number in plain(done).items() if isinstance(number, int)]
    head = "Would be forgotten:" if dry_run else "Forgotten:"
    at.screen.value(done, head + "\n" + facts([(n, str(c)) for n, c in counts if n != "dry_run"]))
