"""`teleconsult demo`: a living clinic in the browser, on this computer alone."""

from __future__ import annotations

import secrets
import sys
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

import click

from teleconsult_core.ports import PortMisused
from teleconsult_flask.demo.site import a_living_clinic, listening, pages_of
from teleconsult_flask.demo.walk import NotAsExpected, book_one


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--directory", default="teleconsult-demo", show_default=True, type=click.Path(path_type=Path)
)
@click.option("--check", is_flag=True, help="Book one consultation through the pages, and end.")
@click.option("--browser/--no-browser", default=True, help="Open the browser, where there is one.")
def demo(port: int, directory: Path, check: bool, browser: bool) -> None:
    """Open a living clinic in the browser: sandbox cards, phone, mailbox, and a clock to move.

    Where nobody sits at a terminal it checks itself, as with --check, and ends.
    """
    click.echo("A clinic is being brought to life: three weeks of consultations …")
    with a_living_clinic(directory) as app:
        flask = pages_of(app, secrets.token_bytes(32))
        with listening(flask, 0 if check else port) as address:
            if check or not sys.stdin.isatty():
                _check(address)
                return
            click.echo(f"It is open at {address} (Ctrl-C closes it).")
            if browser:
                threading.Timer(0.5, webbrowser.open, (address,)).start()
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
            click.echo("Closed.")


def _check(address: str) -> None:
    try:
        page = book_one(address)
    except NotAsExpected as missing:
        raise PortMisused(f"the pages are not as they should be: {missing}") from missing
    click.echo(f"A patient found a time, gave a card and is confirmed: {page}")
    click.echo("The demonstration works. Run it in a terminal to keep it open.")
