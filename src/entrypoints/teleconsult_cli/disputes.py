"""A disputed charge: what the practice can answer the bank, ready to be sent."""

from __future__ import annotations

from collections.abc import Iterator

import click

from teleconsult_cli.asking import as_option
from teleconsult_cli.desk_at_hand import OPERATOR, AtHand, command
from teleconsult_cli.main import cli
from teleconsult_cli.screen import facts
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Actor
from teleconsult_core.use_cases.dispute_evidence import Evidence


@command(cli, "evidence")
@as_option
@click.argument("appointment")
def evidence(at: AtHand, appointment: str, actor: Actor | None) -> None:
    """What speaks for the disputed charge of APPOINTMENT: who was there, what was agreed to."""
    found = at.screen.unless_refused(
        at.desk.dispute_evidence(
            appointment=AppointmentId(appointment), by=actor or OPERATOR, now=at.now
        )
    )
    at.screen.value(found, "\n\n".join(_paragraphs(at, found)))


def _paragraphs(at: AtHand, found: Evidence) -> Iterator[str]:
    terms, hold, wall = found.appointment.terms, found.hold, at.screen.wall
    decided = f"{found.decided_by}, {wall(found.decided_at)}" if found.decided_at else ""
    yield facts(
        [
            ("charge", f"{hold.captured}, {hold.ref}, {hold.state.value}"),
            ("for", f"{found.practitioner_name}, {wall(terms.start)}, {terms.mode.value}"),
            ("booked", wall(terms.booked_at)),
            ("amount stated by", decided),
            ("attendance", found.judgement.value),
            ("documents", ", ".join(found.receipts)),
        ]
    )
    if found.consent:
        yield f"Agreed to on {wall(found.consent.given_at)}:\n{found.consent.words}"
    for title, lines in (
        ("Who was there", _there(at, found)),
        ("Sent to the patient", _sent(at, found)),
    ):
        yield "\n".join([f"{title}:", *(lines or ["nothing"])])


def _there(at: AtHand, found: Evidence) -> list[str]:
    return [
        f"{at.screen.wall(one.at)}  {one.role.value} {one.seen.value}" for one in found.attendance
    ]


def _sent(at: AtHand, found: Evidence) -> list[str]:
    return [
        f"{at.screen.wall(one.done_at or one.due_at)}  {one.kind.value} by {one.channel.value}"
        for one in found.messages
    ]
