"""What was tried too often: shown, and taken up again once its cause was mended."""

from __future__ import annotations

from datetime import datetime

import click
from attrs import frozen

from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.main import cli
from teleconsult_core.ids import MessageId, OperationId
from teleconsult_core.people import Actor
from teleconsult_core.refusals import NotFound


@frozen
class _Parked:
    """What is shown of either; the card of a payment step is nobody's business here."""

    what: str
    id: str
    since: datetime
    why: str


@command(cli, "parked")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def parked(at: AtHand, limit: int) -> None:
    """Payment steps and messages that nobody tries any more. Exit 1 if a payment is among them."""
    with at.desk.open_work(writing=False) as work:
        payments, messages = work.operations.parked(limit), work.outbox.parked(limit)
    found = [
        *(_Parked("payment", one.id, one.created_at, one.outcome) for one in payments),
        *(_Parked("message", one.id, one.due_at, one.note) for one in messages),
    ]
    rows = [(one.what, one.id, at.screen.wall(one.since), one.why) for one in found]
    at.screen.table("Parked", ("what", "id", "since", "why"), rows, found)
    if payments:
        raise SystemExit(Exit.REFUSED)


@command(cli, "retry")
@as_option
@click.argument("id")
def retry(at: AtHand, id: str, actor: Actor | None) -> None:
    """Take up the parked payment step or message ID again; the worker does the rest."""
    by = actor or OPERATOR
    payment = at.desk.retry_payment(operation=OperationId(id), by=by, now=at.now)
    if isinstance(payment, NotFound):
        at.screen.unless_refused(at.desk.retry_message(message=MessageId(id), by=by, now=at.now))
    else:
        at.screen.unless_refused(payment)
    at.screen.value({"id": id, "retried": True}, f"{id} is taken up again.")
