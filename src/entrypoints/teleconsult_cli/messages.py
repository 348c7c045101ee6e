"""What people are told: listed, shown as they see it, sent again, and what came back."""

from __future__ import annotations

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command, command_group
from teleconsult_cli.main import cli
from teleconsult_core.ids import AppointmentId, MessageId
from teleconsult_core.messages import Delivery, Message
from teleconsult_core.people import Actor


@command_group(cli, "messages")
@click.option("--appointment", metavar="ID", help="Of one appointment only.")
@click.option(
    "--inbox", is_flag=True, help="The sandbox's phones and mailboxes, as people see them."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def messages(at: AtHand, appointment: str | None, inbox: bool, limit: int) -> None:
    """Messages planned, sent, delivered, come back, dropped and parked."""
    if inbox:
        _inbox(at, limit)
        return
    with at.desk.open_work(writing=False) as work:
        found = (
            work.outbox.of(AppointmentId(appointment)) if appointment else work.outbox.recent(limit)
        )
    shown = list(found)[:limit]
    rows = [
        (
            at.screen.wall(one.delivery_at or one.done_at or one.due_at),
            how_it_went(one),
            one.kind.value,
            one.channel.value,
            one.to.value,
            one.id,
            one.note,
        )
        for one in shown
    ]
    columns = ("time", "state", "kind", "by", "to", "id", "note")
    at.screen.table("Messages", columns, rows, shown)


def how_it_went(message: Message) -> str:
    """Its state; of one that was sent, what became of it as far as anybody has said."""
    said = message.delivery
    return message.state.value if said is Delivery.UNKNOWN else said.value


def _inbox(at: AtHand, limit: int) -> None:
    texts = at.app.sandbox.phone.messages()[-limit:]
    mails = at.app.sandbox.mailbox.messages()[-limit:]
    arrived = [(one.at, f"SMS to {one.to}", one.text) for one in texts]
    arrived += [
        (one.at, f"mail to {one.to}: {one.letter.subject}", one.letter.text) for one in mails
    ]
    words = [
        f"[{at.screen.wall(moment)}, {head}]\n{text.rstrip()}"
        for moment, head, text in sorted(arrived)[-limit:]
    ]
    data = {"texts": texts, "mails": mails}
    at.screen.value(data, "\n\n".join(words) or "Nothing was sent yet.")


@command(messages, "resend")
@as_option
@click.argument("message")
def resend(at: AtHand, message: str, actor: Actor | None) -> None:
    """Send MESSAGE again, to the address on file; the worker does the rest."""
    again = at.screen.unless_refused(
        at.desk.resend_message(message=MessageId(message), by=actor or OPERATOR, now=at.now)
    )
    at.screen.value(again, f"{again.id} will be sent by the worker.")
