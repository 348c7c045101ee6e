"""What is heard of messages after they were taken: letters that come back."""

from __future__ import annotations

from typing import BinaryIO

import click

from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.messages import messages
from teleconsult_core.messages import Delivery
from teleconsult_wiring import read_bounce

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
    heard = at.screen.unless_refused(
        at.desk.note_delivery(
            ref=found.ref,
            delivery=found.delivery,
            why=found.reason,
            at=found.at or at.now,
            now=at.now,
        )
    )
    at.screen.value(heard, f"{heard.id}: {heard.delivery.value} {heard.note}".rstrip() + ".")
