"""LiveKit's RoomService on loopback, as strict as its documentation, and a door to its rooms.

Source: docs.livekit.io, server APIs and tokens. Keeps its rooms, says what a pass opens, and can be
told to misbehave. `auto_create` is off, as our how-to wants it.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from attrs import Factory, define

KEY, SECRET = "APItest", "s3cret-of-livekit-which-is-long-enough"
PREFIX = "/twirp/livekit.RoomService/"
SAID = {"name", "empty_timeout", "departure_timeout", "max_participants"}
CALLS = {
    "CreateRoom": ("roomCreate", SAID),
    "DeleteRoom": ("roomCreate", {"room"}),
    "ListRooms": ("roomList", {"names"}),
}


class Refused(Exception):
    """What the real one answers with: a status and a Twirp code."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


@define
class Room:
    places: int
    empty_timeout: int
    inside: dict[str, str] = Factory(dict)
    """Pass by identity."""


@define
class Books:
    """What the server knows; `tricks` are played one by one before a call is looked at."""

    clock: Callable[[], datetime]
    rooms: dict[str, Room] = Factory(dict)
    tricks: deque[str] = Factory(deque)
    asked: list[str] = Factory(list)

    def claims(self, token: str) -> dict[str, Any]:
        """Raises `Refused` for what this server would not take, by the double's clock."""
        lenient = {"verify_exp": False, "verify_nbf": False}
        try:
            claims = jwt.decode(
                token, SECRET, algorithms=["HS256"], issuer=KEY,
                options={"require": ["exp", "nbf"], **lenient},  # type: ignore[typeddict-item]
            )  # fmt: skip
        except jwt.InvalidTokenError as wrong:
            raise Refused(401, "unauthenticated") from wrong
        now = self.clock().timestamp()
        if not claims["nbf"] <= now < claims["exp"]:
            raise Refused(401, "unauthenticated")
        return dict(claims)

    def call(self, path: str, token: str, asked: Any) -> dict[str, Any]:
        name = path.removeprefix(PREFIX)
        if path == name or name not in CALLS:
            raise Refused(404, "bad_route")
        grant, known = CALLS[name]
        if self.claims(token).get("video", {}).get(grant) is not True:
            raise Refused(403, "permission_denied")
        if not isinstance(asked, dict) or set(asked) - known:
            raise Refused(400, "malformed")
        self.asked.append(name)
        return dict(getattr(self, name)(asked))

    def CreateRoom(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, places, empty = asked["name"], asked["max_participants"], asked["empty_timeout"]
        if not name or type(places) is not int or type(empty) is not int:
            raise Refused(400, "malformed")
        room = self.rooms.setdefault(name, Room(places, empty))
        return {"sid": "RM_1", "name": name, "emptyTimeout": empty, "maxParticipants": room.places}

    def DeleteRoom(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self.rooms.pop(asked["room"], None) is None:
            raise Refused(404, "not_found")
        return {}

    def ListRooms(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"rooms": [{"name": one} for one in self.rooms if one in asked["names"]]}

    def opens(self, token: str) -> bool:
        """Whether a browser could connect with `token` now."""
        try:
            claims = self.claims(token)
        except Refused:
            return False
        room = self.rooms.get(claims["video"]["room"])
        if room is None or not claims["video"]["roomJoin"]:
            return False
        return claims["sub"] in room.inside or len(room.inside) < room.places

    def enter(self, token: str) -> bool:
        """Connect; an earlier device of the same identity is thrown out."""
        if not self.opens(token):
            return False
        claims = self.claims(token)
        self.rooms[claims["video"]["room"]].inside[claims["sub"]] = token
        return True


def token_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["token"][0]


class _Handler(BaseHTTPRequestHandler):
    books: Books

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        trick = self.books.tricks.popleft() if self.books.tricks else ""
        if trick == "drop":
            self.connection.close()
            return
        if trick.isdigit():
            self._answer(int(trick), {"code": "trick", "msg": "as asked"})
            return
        try:
            if self.headers["Content-Type"] != "application/json":
                raise Refused(404, "bad_route")
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            answer = self.books.call(self.path, token, json.loads(content))
        except Refused as refused:
            self._answer(refused.status, {"code": refused.code, "msg": "no"})
        except (ValueError, KeyError):
            self._answer(400, {"code": "malformed", "msg": "no"})
        else:
            self._answer(200, json.loads(trick) if trick else answer)

    def do_GET(self) -> None:
        """What a Jitsi has at its address: a page."""
        trick = self.books.tricks.popleft() if self.books.tricks else "200"
        self._answer(int(trick), {})

    def _answer(self, status: int, value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class LiveKitDouble:
    """Serves from its making to `close`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.books = Books(clock)
        handler = type("Handler", (_Handler,), {"books": self.books})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
