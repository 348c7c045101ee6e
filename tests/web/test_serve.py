"""`teleconsult serve`: a real process, real signals, and no request lost."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from teleconsult_flask.serving import app_of_home, web_of
from teleconsult_flask.serving.listening import Server
from teleconsult_wiring import NotConfigured, load_settings, open_app

SERVE = "import sys; from teleconsult_cli.main import cli; "
SERVE += "from teleconsult_flask.serving.command import serve; cli.add_command(serve); "
SERVE += "from teleconsult_cli.main import main; main(sys.argv[1:])"


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "home"))


class Served:
    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log

    def ask(self, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()


@contextmanager
def served(home: Path, *options: str) -> Iterator[Served]:
    arguments = ["--home", str(home), "serve", "--port", "0", *options]
    log = home.parent / "serve.log"
    with (
        log.open("w") as written,
        subprocess.Popen(
            [sys.executable, "-c", SERVE, *arguments],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as process,
    ):
        assert process.stdout
        said = process.stdout.readline()
        found = re.search(r":(\d+)\.$", said.strip())
        if found is None:
            process.kill()
            raise AssertionError(said + log.read_text())
        try:
            yield Served(process, int(found[1]), log)
        finally:
            if process.poll() is None:
                process.kill()


def test_it_answers_logs_by_route_and_closes_on_sigterm(home: Path) -> None:
    with served(home) as site:
        assert site.ask("/health")[0] == 200
        assert site.ask("/ready")[0] == 200
        status, _, headers = site.ask("/l/join/a-secret-token", **{"X-Request-Id": "abcdefgh1"})
        assert status == 404
        assert headers["X-Request-Id"] == "abcdefgh1"
        assert site.ask("/metrics")[0] == 404
        token = (home / "metrics.token").read_text()
        status, body, _ = site.ask("/metrics", Authorization=f"Bearer {token}")
        assert status == 200
        assert b'teleconsult_requests_total{method="GET",route="/health",status="200"} 1.0' in body
        assert b"teleconsult_messages_late" in body
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(timeout=60) == 0
        log = site.log.read_text()
    assert "a-secret-token" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert lines[2]["route"] == "/l/<purpose>/<token>"
    assert lines[2]["id"] == "abcdefgh1"
    assert set(lines[2]) == {"level", "id", "method", "route", "status", "ms"}
    for name in ("web.key", "metrics.token"):
        assert (home / name).stat().st_mode & 0o777 == 0o600


def test_no_request_that_was_taken_is_lost_when_it_ends(home: Path) -> None:
    """Eight who ask without pause, while it is told to end: each answer came whole."""
    counted = {"answered": 0, "refused": 0}
    lost: list[BaseException] = []
    began = threading.Event()

    def go_on(site: Served) -> None:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
            try:
                connection.connect()
            except OSError:
                counted["refused"] += 1
                return
            try:
                connection.request("GET", "/p/dupont")
                assert len(connection.getresponse().read()) > 1000
                counted["answered"] += 1
                if counted["answered"] > 20:
                    began.set()
            except (OSError, AssertionError, http.client.HTTPException) as trouble:
                lost.append(trouble)
                return
            finally:
                connection.close()

    with served(home) as site:
        asking = [threading.Thread(target=go_on, args=(site,)) for _ in range(8)]
        for one in asking:
            one.start()
        began.wait(60)
        site.process.send_signal(signal.SIGTERM)
        for one in asking:
            one.join()
        assert site.process.wait(timeout=60) == 0
    assert not lost
    assert counted["refused"] == 8
    assert counted["answered"] > 20


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with served(home) as site:
        again = subprocess.run(
            [sys.executable, "-c", SERVE, "--home", str(home), "serve", "--port", str(site.port)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert again.returncode == 2
    assert "[bad-input]" in again.stderr


def test_what_is_missing_is_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="teleconsult init"):
        app_of_home(str(tmp_path / "nowhere"))
    (home / "web.key").write_text("short")
    (home / "web.key").chmod(0o600)
    with pytest.raises(NotConfigured, match="32 characters"):
        app_of_home(str(home))
    (home / "web.key").write_text("x" * 40)
    (home / "web.key").chmod(0o644)
    with pytest.raises(NotConfigured, match="chmod 600"):
        app_of_home(str(home))


def test_a_relay_is_taken_from_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "turn.secret").write_text("shared with coturn\n")
    (home / "turn.secret").chmod(0o600)
    (home / "teleconsult.toml").write_text(
        'turn_urls = "turn:a.example turns:a.example"\nturn_only = "yes"\n'
    )
    app = open_app(load_settings({}, str(home)))
    relay = web_of(app).relay
    app.close()
    assert relay is not None
    assert relay.urls == ("turn:a.example", "turns:a.example")
    assert relay.only
    assert relay.secret == "shared with coturn"


def test_whoever_asks_again_and_again_is_sent_away() -> None:
    """As the scripts of a room do, on one connection that they keep."""
    answered: list[float] = []
    server, port, running = a_server(lambda: None)

    def go_on() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            while True:
                connection.request("GET", "/")
                assert connection.getresponse().read() == b"here"
                answered.append(time.monotonic())
                time.sleep(0.8)
        except OSError:
            pass  # neither it nor a new one is taken any more
        except http.client.HTTPException:
            pass
        finally:
            connection.close()

    asking = [threading.Thread(target=go_on) for _ in range(8)]
    for one in asking:
        one.start()
        time.sleep(0.1)
    began = time.monotonic()
    server.stop()
    running.join(60)
    for one in asking:
        one.join()
    assert len(answered) >= 8
    assert time.monotonic() - began < 20  # not the whole of its grace


def test_what_takes_long_is_answered_before_the_end() -> None:
    begun, done = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        done.wait(60)

    server, port, running = a_server(slow)
    answers: list[bytes] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/")
        answers.append(connection.getresponse().read())
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    begun.wait(60)
    server.stop()
    time.sleep(1.5)  # longer than a connection without a request is kept
    assert running.is_alive()
    done.set()
    asking.join()
    running.join(60)
    assert answers == [b"here"]


def a_server(before: Callable[[], None]) -> tuple[Server, int, threading.Thread]:
    """One that says "here" after `before`, in this process."""

    def application(_: object, start: Callable[..., object]) -> list[bytes]:
        before()
        start("200 OK", [("Content-Length", "4")])
        return [b"here"]

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = Server(application, listener, threads=16)
    running = threading.Thread(target=server.run)
    running.start()
    return server, listener.getsockname()[1], running
