"""Twilio on loopback, as far as Apprise speaks to it: it knows no keys, and sends what it is given.

Source: Twilio's Programmable Messaging API, 2010-04-01, Messages.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

SID, TOKEN, SENDER = "AC" + "a" * 32, "b" * 32, "+32460200000"
ADDRESS = f"twilio://{SID}:{TOKEN}@{SENDER}/{{to}}"
LONGEST = 1600
"""In characters; longer bodies are refused with error 21617."""


class _Handler(BaseHTTPRequestHandler):
    double: TwilioDouble

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.double.asked += 1
        status, code = self._judged(parse_qs(content, strict_parsing=True, encoding="utf-8"))
        answer = {"sid": "SM1", "status": "queued"} if status == 201 else {"code": code}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _judged(self, form: dict[str, list[str]]) -> tuple[int, int]:
        wanted = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != wanted:
            return 401, 20003
        if self.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return 404, 20404
        if self.double.failing:
            return self.double.failing.pop(), 20500
        if set(form) != {"To", "From", "Body"} or any(len(one) != 1 for one in form.values()):
            return 400, 21602
        to, sender, words = form["To"][0], form["From"][0], form["Body"][0]
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", to) or sender != SENDER:
            return 400, 21211
        if len(words) > LONGEST:
            return 400, 21617
        self.double.taken.append((to, words))
        return 201, 0


class TwilioDouble:
    """Serves between `start` and `close`."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.failing: list[int] = []
        self.asked = 0
        handler = type("Handler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        port = self._server.server_port
        return f"http://127.0.0.1:{port}/2010-04-01/Accounts/{{sid}}/Messages.json"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
