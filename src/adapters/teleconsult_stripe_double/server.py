"""The double behind a loopback address, for programs that cannot share our process.

Beside the interface of Stripe it has the page on which a patient answers his bank's question
(3-D Secure). It listens on 127.0.0.1 alone. May import double, pages.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from teleconsult_core.ports import PortMisused
from teleconsult_sandbox import SandboxCardNetwork
from teleconsult_stripe_double.double import KEY, Asked, Dropped, StripeDouble
from teleconsult_stripe_double.pages import CHALLENGE, answer_challenge, challenge_page

LONGEST_FORM = 100_000


@contextmanager
def serving(cards: SandboxCardNetwork, *, secret: str = KEY, port: int = 0) -> Iterator[str]:
    """The double at the address it gives, until the block ends; on any free port by default."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_port}"
    server.double = StripeDouble(cards, secret=secret, challenges=address + CHALLENGE)  # type: ignore[attr-defined] # for its handlers
    thread = threading.Thread(target=server.serve_forever, name="stripe double")
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _double(self) -> StripeDouble:
        return self.server.double  # type: ignore[attr-defined, no-any-return] # set by `serving`

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith(CHALLENGE):
            self._page(address.path)
        else:
            self._api("get", address.query)

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        if length > LONGEST_FORM:
            self.send_error(413)
            return
        form = self.rfile.read(length).decode()
        if self.path.startswith(CHALLENGE):
            self._answered(form)
        else:
            self._api("post", form)

    def _api(self, method: str, encoded: str) -> None:
        named = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(method, urlsplit(self.path).path, encoded, named)
        try:
            answered = self._double.answer(asked)
        except Dropped:
            self.close_connection = True  # no answer at all: the caller sees the line go dead
            return
        body = json.dumps(answered.body).encode()
        self._send(answered.status, "application/json", body, answered.headers)

    def _page(self, path: str) -> None:
        try:
            page = challenge_page(self._double, path.removeprefix(f"{CHALLENGE}/"))
        except PortMisused:
            self.send_error(404)
            return
        self._send(200, "text/html; charset=utf-8", page.encode(), {})

    def _answered(self, form: str) -> None:
        try:
            back = answer_challenge(self._double, self.path.removeprefix(f"{CHALLENGE}/"), form)
        except PortMisused:
            self.send_error(404)
            return
        self._send(303, "text/plain", b"", {"location": back})

    def _send(self, status: int, kind: str, body: bytes, more: dict[str, str]) -> None:
        self.send_response(status)
        headers = {"content-type": kind, "content-length": str(len(body)), **more}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: what is asked may hold what is nobody's business."""
