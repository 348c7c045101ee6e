"""`teleconsult serve`: the pages of an installation, for real. May import wiring.

Due work is not done here: `teleconsult worker` runs beside it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys

import click

from teleconsult_core.refusals import BadInput
from teleconsult_flask.serving.connections import waiting
from teleconsult_flask.serving.home import pages_of
from teleconsult_flask.serving.listening import Server
from teleconsult_flask.signalling import close_rooms
from teleconsult_flask.web import web_at
from teleconsult_wiring import load_settings, open_app


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--threads",
    default=64,
    show_default=True,
    type=click.IntRange(4, 2048),
    help="How many are answered at a time; who waits in a room takes none.",
)
@click.option(
    "--proxies",
    default=0,
    show_default=True,
    type=click.IntRange(0, 5),
    help="How many proxies of yours stand before it.",
)
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, threads: int, proxies: int) -> None:
    """Serve the pages of the installation until SIGTERM or Ctrl-C; nothing begun is lost.

    Browsers give no camera without HTTPS: put a proxy before it that speaks TLS.
    """
    home = ctx.find_root().params.get("home")
    app = open_app(load_settings(os.environ, home))
    try:
        pages = pages_of(app, waiting=waiting(), proxies=proxies)
        _log_to_stderr()
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
            _bind(listener, host, port)
            server = Server(pages, listener, threads=threads)

            def stop(*_: object) -> None:
                web_at(pages).closing.set()  # whoever waits in a room is answered now
                server.stop()

            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, stop)
            click.echo(f"Listening on {host}:{listener.getsockname()[1]}.")
            sys.stdout.flush()
            server.run()
            close_rooms(pages)
    finally:
        app.close()
    click.echo("Closed.")


def _bind(listener: socket.socket, host: str, port: int) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise BadInput("host and port", f"{host}:{port}", f"free ({error.strerror})") from error


def _log_to_stderr() -> None:
    """One JSON object a line, as `watching` writes them; the server's own troubles beside."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("teleconsult")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
