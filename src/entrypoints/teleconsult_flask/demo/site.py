"""The demonstration as a web site: a fresh clinic, its pages, the panel, and a worker behind them.

May import wiring. Cookies of the demonstration may travel over plain HTTP, since it is served on
this computer alone.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all

from teleconsult_core.refusals import BadInput
from teleconsult_flask.demo.living import bring_to_life
from teleconsult_flask.demo.panel import acting, beside
from teleconsult_flask.factory import create_app
from teleconsult_flask.signalling import close_rooms
from teleconsult_flask.web import Web
from teleconsult_wiring import App, Settings, Worker, create, make_room

MARK = "made-by-the-demonstration"
THREADS = 64
"""Each of two people in a waiting room takes one."""


@contextmanager
def a_living_clinic(directory: Path) -> Iterator[App]:
    """A clinic with a past in `directory`, which is made anew; its worker runs meanwhile."""
    make_room(directory, MARK)
    # NORMAL: a demonstration need not survive a power cut, and is ready sooner.
    app = create(Settings(directory, base_url="https://rivoli.example", synchronous="NORMAL"))
    (directory / MARK).touch()
    bring_to_life(app)
    worker = Worker(app, _silent, _silent, every=2.0)
    working = threading.Thread(target=worker.run, name="worker")
    working.start()
    try:
        yield app
    finally:
        worker.stop()
        working.join()
        app.close()


def pages_of(app: App, secret: bytes) -> Flask:
    """The clinic's pages with the panel beside them."""
    flask = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url=app.settings.base_url,
            secret=secret,
            sandbox=app.sandbox.cards,
            identify=acting,
            printer=app.printer,
            cookies="teleconsult-demo",
        )
    )
    beside(app, flask)
    return flask


@contextmanager
def listening(flask: Flask, port: int) -> Iterator[str]:
    """Listen on this computer, in a thread of its own, as long as the context is open.

    Gives the address. Raises `BadInput` when the port is taken; port 0 takes any that is free.
    """
    with socket.socket() as listener:  # ours, so that it is closed whatever happens
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise BadInput("port", port, f"one that is free ({error.strerror})") from error
        connections: dict[int, object] = {}
        server = create_server(flask, map=connections, sockets=[listener], threads=THREADS)
        serving = threading.Thread(target=server.run, name="web")
        serving.start()
        try:
            yield f"http://localhost:{listener.getsockname()[1]}"
        finally:
            close_rooms(flask)
            server.task_dispatcher.shutdown()  # whoever still answers has the time to
            # Only the thread that listens may close what it listens to.
            server.trigger.pull_trigger(lambda: close_all(connections))
            serving.join()


def _silent(_: str) -> None:
    pass
