"""What is charged: complete, no-show, report-absent, refund, rate, receipt."""

from __future__ import annotations

from pathlib import Path

import click

from teleconsult_cli import typed
from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.files import write_private
from teleconsult_cli.main import cli
from teleconsult_cli.telling import tell
from teleconsult_core.ids import AppointmentId, ReceiptNumber, RefundId
from teleconsult_core.people import Actor, Role
from teleconsult_wiring import as_text

SUPPORT = Actor(Role.SUPPORT, "cli")


@command(cli, "complete")
@click.option("--amount", required=True, help="0.00 up to the amount held.")
@as_option
@click.argument("appointment")
def complete(at: AtHand, appointment: str, amount: str, actor: Actor | None) -> None:
    """APPOINTMENT took place; the practitioner states what it costs."""
    outcome = at.desk.complete(
        appointment=AppointmentId(appointment),
        amount=typed.money(amount, at.practice),
        by=actor or at.person(Role.PRACTITIONER, appointment),
        now=at.now,
    )
    tell(at.screen, outcome)


@command(cli, "no-show")
@click.option("--amount", help="What the no-show costs.")
@click.option("--waive", is_flag=True, help="Charge nothing.")
@as_option
@click.argument("appointment")
def no_show(
    at: AtHand, appointment: str, amount: str | None, waive: bool, actor: Actor | None
) -> None:
    """The patient did not come to APPOINTMENT: bill it (--amount) or waive it."""
    if waive == (amount is not None):
        raise click.UsageError("say either --amount or --waive")
    by, id = actor or at.person(Role.PRACTITIONER, appointment), AppointmentId(appointment)
    if amount is None:
        tell(at.screen, at.desk.waive_no_show(appointment=id, by=by, now=at.now))
        return
    sum = typed.money(amount, at.practice)
    tell(at.screen, at.desk.mark_no_show(appointment=id, amount=sum, by=by, now=at.now))


@command(cli, "report-absent")
@as_option
@click.argument("appointment")
def report_absent(at: AtHand, appointment: str, actor: Actor | None) -> None:
    """The patient says that the practitioner did not come to APPOINTMENT."""
    by = actor or at.person(Role.PATIENT, appointment)
    id = AppointmentId(appointment)
    tell(at.screen, at.desk.report_absent_practitioner(appointment=id, by=by, now=at.now))


@command(cli, "refund")
@click.option(
    "--id",
    "id",
    required=True,
    metavar="ID",
    help="Your name for this refund; asking twice is asking once.",
)
@click.option("--amount", required=True)
@click.option("--reason", required=True)
@as_option
@click.argument("appointment")
def refund(
    at: AtHand, appointment: str, id: str, amount: str, reason: str, actor: Actor | None
) -> None:
    """Refund AMOUNT of APPOINTMENT. Only support may."""
    outcome = at.desk.refund(
        id=RefundId(id),
        appointment=AppointmentId(appointment),
        amount=typed.money(amount, at.practice),
        reason=reason,
        by=actor or SUPPORT,
        now=at.now,
    )
    tell(at.screen, outcome)


@command(cli, "rate")
@click.option("--stars", type=int, required=True, help="1 to 5.")
@click.option("--words", default="")
@as_option
@click.argument("appointment")
def rate(at: AtHand, appointment: str, stars: int, words: str, actor: Actor | None) -> None:
    """The patient rates APPOINTMENT."""
    outcome = at.desk.rate(
        appointment=AppointmentId(appointment),
        stars=stars,
        words=words,
        by=actor or at.person(Role.PATIENT, appointment),
        now=at.now,
    )
    tell(at.screen, outcome)


@cli.group("receipt")
def receipt() -> None:
    """Receipts, statements, indemnities and credit notes."""


@command(receipt, "list")
@as_option
@click.argument("appointment")
def list_receipts(at: AtHand, appointment: str, actor: Actor | None) -> None:
    """What was issued for APPOINTMENT."""
    found = at.screen.unless_refused(
        at.desk.show_receipts(
            appointment=AppointmentId(appointment), by=actor or OPERATOR, now=at.now
        )
    )
    rows = [(r.number, r.kind.value, str(r.amount), at.screen.wall(r.issued_at)) for r in found]
    at.screen.table("Receipts", ("number", "kind", "amount", "issued"), rows, found)


@command(receipt, "show")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the PDF there.")
@as_option
@click.argument("number")
def show_receipt(at: AtHand, number: str, pdf: Path | None, actor: Actor | None) -> None:
    """The document NUMBER, as text or as PDF, as often as you like."""
    id, by = ReceiptNumber(number), actor or OPERATOR
    if pdf is None:
        found = at.screen.unless_refused(at.desk.show_receipt(number=id, by=by, now=at.now))
        at.screen.value(found, as_text(found, zone=at.practice.zone))
        return
    printer = at.app.printer(at.practice.zone)
    document = at.screen.unless_refused(
        at.desk.print_receipt(number=id, printer=printer, by=by, now=at.now)
    )
    write_private(pdf, document.content)
    told = {"number": number, "pdf": str(pdf), "sha256": document.sha256}
    at.screen.value(told, f"{number} is in {pdf}.")
