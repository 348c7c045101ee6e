"""For the accountant: the documents of a month as a table, checked against the ledger."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from teleconsult_cli import typed
from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.files import write_private
from teleconsult_cli.main import cli
from teleconsult_core.accounts import Accounts
from teleconsult_core.ids import PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor
from teleconsult_wiring import accountants_lines, as_csv


@cli.group("accounts")
def accounts() -> None:
    """What an accountant asks for."""


@command(accounts, "export")
@click.option("--month", required=True, metavar="YYYY-MM", help="In the practice's zone.")
@click.option("--practitioner", metavar="ID", help="One issuer's documents only.")
@click.option("--patients", is_flag=True, help="With a column for the patients' names.")
@click.option("--excel", is_flag=True, help="As Excel set to French or Dutch opens it.")
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file; stdout by default.",
)
@as_option
def export(
    at: AtHand,
    month: str,
    practitioner: str | None,
    patients: bool,
    excel: bool,
    path: Path | None,
    actor: Actor | None,
) -> None:
    """The documents of a month as CSV, checked against the ledger (1 when they differ)."""
    found = at.screen.unless_refused(
        at.desk.show_accounts(
            window=typed.month(month, at.practice),
            practitioner=PractitionerId(practitioner) if practitioner else None,
            by=actor or OPERATOR,
            now=at.now,
        )
    )
    zone = at.practice.zone
    table = as_csv(found.documents, zone_name=zone, patients=patients, excel=excel)
    if path is not None:
        write_private(path, table)
    elif not at.json:
        click.echo(table.decode(), nl=False)
    if at.json:
        lines = accountants_lines(found.documents, zone_name=zone, patients=patients)
        sums = {"totals": found.totals, "differences": found.differences}
        at.screen.value({"window": found.window, "documents": lines, **sums}, "")
    else:
        click.echo(_told(month, found, path), err=path is None)
    if found.differences:
        sys.exit(Exit.REFUSED)


def _told(month: str, found: Accounts, path: Path | None) -> str:
    count = len(found.documents)
    where = f", in {path}." if path else "."
    lines = [f"{month}: {count} {'document' if count == 1 else 'documents'}{where}"]
    lines += [
        f"{one.taken} taken, {one.returned} returned, {one.lost} lost to disputes."
        for one in found.totals
    ]
    lines += [
        f"{one.hold}: documents say {Money(one.documents, one.currency)} {one.what}, "
        f"the ledger says {Money(one.ledger, one.currency)}."
        for one in found.differences
    ]
    agree = "Documents and ledger differ." if found.differences else "Documents and ledger agree."
    return "\n".join([*lines, agree])
