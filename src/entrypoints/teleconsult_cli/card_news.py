"""The card network's news, where real cards are held: what never came, and one piece by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import BinaryIO

import click

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import AtHand, command
from teleconsult_cli.exit_codes import Exit
from teleconsult_cli.main import cli
from teleconsult_wiring import receive_webhook, replay_events


@cli.group("stripe")
def stripe() -> None:
    """The card network, where real cards are held."""


@command(stripe, "events")
@click.option("--since", type=typed.PERIOD, default="3d", show_default=True, metavar="PERIOD")
def events(at: AtHand, since: timedelta) -> None:
    """Ask Stripe again for everything that happened; at most 30 days back.

    For news that never came, because the web was down or the webhook's secret was wrong. What was
    taken in before is not taken in twice.
    """
    asked = replay_events(at.desk, since=at.now - since, now=at.now)
    done = at.desk.take_received_news(now=at.now)
    counted = f"{asked} pieces of news, {done.taken} of them new"
    words = f"{counted}, {done.not_ours} about nothing of ours."
    at.screen.value({"asked": asked, "taken": done.taken, "not_ours": done.not_ours}, words)
    if done.trouble:
        click.echo(done.trouble, err=True)
        raise SystemExit(Exit.TEMPORARY)


@command(stripe, "webhook")
@click.option("--signature", required=True, help="The Stripe-Signature header.")
@click.argument("body", type=click.File("rb"), default="-")
def webhook(at: AtHand, signature: str, body: BinaryIO) -> None:
    """Take in one piece of news, as the web would; BODY is a file with its raw bytes, or '-'."""
    read = body.read()
    told = receive_webhook(at.settings, at.desk, body=read, signature=signature, now=at.now)
    notice = at.screen.unless_refused(told)
    done = at.desk.take_received_news(now=at.now)
    words = f"Received: {notice.type}; {done.taken} taken in."
    at.screen.value({"received": notice, "taken": done.taken}, words)
