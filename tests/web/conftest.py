"""The example clinic on the web: in this process, and behind a real server for browsers."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from command_line import EXAMPLES, MONDAY, run
from teleconsult_flask import Web, create_app
from teleconsult_flask.signalling import close_rooms
from teleconsult_wiring import App, load_settings, open_app


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("furnished") / "home"
    assert run("--home", home, "init", EXAMPLES / "clinic.toml").code == 0
    assert run("--home", home, "clock", "set", "--back", MONDAY).code == 0
    return home


@pytest.fixture
def app(furnished: Path, tmp_path: Path) -> Iterator[App]:
    """An installation of its own for each test."""
    shutil.copytree(furnished, tmp_path / "home")
    opened = open_app(load_settings({}, str(tmp_path / "home")))
    yield opened
    opened.close()


@pytest.fixture
def pages(app: App) -> Iterator[Flask]:
    made = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            printer=app.printer,
        )
    )
    made.testing = True
    yield made
    close_rooms(made)


@pytest.fixture
def address(pages: Flask) -> Iterator[str]:
    """Where a browser finds the pages; a secure context although it is not encrypted."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, pages, threaded=True)
    vars(server)["daemon_threads"] = False  # whoever is still answered is waited for
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://localhost:{server.port}"
    close_rooms(pages)
    server.shutdown()
    serving.join()
    server.server_close()
