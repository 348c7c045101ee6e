"""BulkSMS on loopback, as strict as its documentation: what it does not know, it refuses.

Source: BulkSMS JSON REST API, version 1. Keeps what it took, and can be told to misbehave.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import deque
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import Factory, define, frozen

TOKEN, SECRET = "token-id", "token-secret"
FIELDS = frozenset(
    {"to", "body", "encoding", "longMessageMaxParts", "deliveryReports", "userSuppliedId", "from"}
)
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f"
)


@frozen
class Taken:
    to: str
    body: str
    user_id: str
    sender: str
    unicode: bool


@define
class Books:
    """What the gateway knows; `tricks` are played one by one before a submission is looked at."""

    taken: list[Taken] = Factory(list)
    by_id: dict[int, list[dict[str, Any]]] = Factory(dict)
    unreachable: set[str] = Factory(set)
    tricks: deque[str] = Factory(deque)
    credit: float = 100.0
    asked: int = 0
    lock: threading.Lock = Factory(threading.Lock)


class BadRequest(Exception):
    """What the real one answers with 400."""


def told(taken: Taken, number: int, state: str, subtype: str = "") -> dict[str, Any]:
    """A message as it is told in answers and receipts."""
    when = datetime(2027, 3, 1, 9, tzinfo=UTC).isoformat()
    return {
        "id": f"{number}", "type": "SENT", "to": taken.to.lstrip("+"), "from": taken.sender,
        "body": taken.body, "userSuppliedId": taken.user_id,
        "status": {"id": f"{state}.{subtype or 'null'}", "type": state, "subtype": subtype or None},
        "submission": {"id": f"1-{number}", "date": when},
    }  # fmt: skip


def submit(books: Books, query: dict[str, str], entries: Any) -> list[dict[str, Any]]:
    if set(query) - {"deduplication-id", "auto-unicode"}:
        raise BadRequest("unknown parameter")
    number = query.get("deduplication-id", "")
    if not re.fullmatch("[0-9]+", number) or int(number) >= 2**31:
        raise BadRequest("deduplication-id is no int32")
    if not isinstance(entries, list) or len(entries) != 1 or set(entries[0]) - FIELDS:
        raise BadRequest("no list of one entry with known fields")
    with books.lock:
        if int(number) in books.by_id:
            return books.by_id[int(number)]
        taken = _entry(entries[0])
        if taken.to in books.unreachable:
            answer = [told(taken, len(books.by_id), "FAILED", "NOT_SENT")]
        else:
            books.taken.append(taken)
            answer = [told(taken, len(books.by_id), "ACCEPTED")]
        books.by_id[int(number)] = answer
        return answer


def _entry(entry: dict[str, Any]) -> Taken:
    to, body = entry["to"], entry["body"]
    if to.get("type") != "INTERNATIONAL" or not re.fullmatch(r"\+[1-9][0-9]{6,14}", to["address"]):
        raise BadRequest("to")
    if not isinstance(body, str) or not body:
        raise BadRequest("body")
    if len(entry.get("userSuppliedId", "")) > 20:
        raise BadRequest("userSuppliedId")
    unicode = entry.get("encoding") == "UNICODE"
    if not unicode:  # as documented: replaced without a word
        body = "".join(one if one in GSM else "?" for one in body)
    body = re.sub(r"\{(F[0-9]+|fn|sn)#*\}", "FILLED IN", body)
    return Taken(
        to["address"], body, entry.get("userSuppliedId", ""), entry.get("from", ""), unicode
    )


class _Handler(BaseHTTPRequestHandler):
    books: Books

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        if not self._known():
            return
        if self.path == "/v1/profile":
            self._answer(200, {"id": "1", "credits": {"balance": self.books.credit}})
        else:
            self._answer(404, {"status": 404, "title": "Not Found", "type": "x"})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.books.asked += 1
        trick = self.books.tricks.popleft() if self.books.tricks else ""
        if trick == "drop":
            self.connection.close()
            return
        if not self._known():
            return
        where = urlsplit(self.path)
        if where.path != "/v1/messages" or self.headers["Content-Type"] != "application/json":
            self._answer(404, {"status": 404, "title": "Not Found", "type": "x"})
            return
        if trick.isdigit():
            self._answer(int(trick), {"status": int(trick), "title": "Trick", "type": "x"})
            return
        try:
            answer = submit(self.books, dict(parse_qsl(where.query)), json.loads(content))
        except (BadRequest, KeyError, ValueError) as wrong:
            self._answer(400, {"status": 400, "title": "Bad Request", "detail": str(wrong)})
            return
        self._trick_after(trick, answer)

    def _trick_after(self, trick: str, answer: list[dict[str, Any]]) -> None:
        """The message was taken; what is heard of it is another matter."""
        match trick:
            case "drop after":
                self.connection.close()
            case "500 after":
                self._answer(500, {"status": 500})
            case "half":
                self.send_response(201)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'[{"id"')
                self.connection.close()
            case "nonsense":
                self._answer(201, {"hello": "world"})
            case _:
                self._answer(201, answer)

    def _known(self) -> bool:
        wanted = "Basic " + base64.b64encode(f"{TOKEN}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") == wanted:
            return True
        self._answer(401, {"status": 401, "title": "Unauthorized", "type": "x"})
        return False

    def _answer(self, status: int, value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class BulkSmsDouble:
    """Serves between `start` and `close`."""

    def __init__(self) -> None:
        self.books = Books()
        handler = type("Handler", (_Handler,), {"books": self.books})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
