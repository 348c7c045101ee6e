"""What is heard of messages after they were taken: letters that come back, receipts."""

from __future__ import annotations

from typing import BinaryIO

import click

from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.messages import messages
from teleconsult_core.messages import Delivery
from teleconsult_core.refusals import BadInput, NotFound
from teleconsult_wiring import read_bounce, receipts_in

_LONGEST = 2**20


@command(messages, "bounce")
@click.argument("letter", type=click.File("rb"), default="-")
def bounce(at: AtHand, letter: BinaryIO) -> None:
    """Take in what came to the bounce mailbox; LETTER is a file with it, or '-'.

    Made for a mail server that hands each letter of that mailbox to a program. Whatever is no
    report about a letter of ours is passed over, and is no trouble.
    """
    found = read_bounce(letter.read(_LONGEST))
    if found is None or found.delivery is Delivery.UNKNOWN:
        why = "no report about a letter of ours" if found is None else "it may arrive yet"
        at.screen.value({"noted": False, "why": why}, f"Passed over: {why}.")
        return
    heard = at.desk.note_delivery(
        ref=found.ref,
        delivery=found.delivery,
        why=found.reason,
        at=found.at or at.now,
        now=at.now,
    )
    if isinstance(heard, NotFound):  # forgotten by now; the mail server need not try again
        why = "about a letter that is not known here, or no more"
        at.screen.value({"noted": False, "why": why}, f"Passed over: {why}.")
        return
    at.screen.value(heard, f"{heard.id}: {heard.delivery.value} {heard.note}".rstrip() + ".")


@command(messages, "receipts")
@click.argument("body", type=click.File("rb"), default="-")
def receipts(at: AtHand, body: BinaryIO) -> None:
    """Take in delivery receipts as BulkSMS posts them; BODY is a file with them, or '-'.

    Exit 75 when some are of messages that are not noted as sent yet: bring them again.
    """
    found = receipts_in(body.read(_LONGEST + 1))
    if not isinstance(found, tuple):
        raise BadInput("receipts", "that", found.why)
    told = [
        at.desk.note_delivery(
            ref=one.ref, delivery=one.delivery, why=one.why, at=at.now, now=at.now
        )
        for one in found
    ]
    unknown = sum(isinstance(one, NotFound) for one in told)
    noted = len(told) - unknown
    at.screen.value({"noted": noted, "unknown": unknown}, f"{noted} noted, {unknown} unknown.")
    if unknown:
        raise SystemExit(Exit.TEMPORARY)
