"""The contract of rooms, kept by LiveKit on its double and by Jitsi as far as Jitsi can."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from adapters.video.conftest import NAMES, Hour
from adapters.video.livekit_double import Books, token_in
from teleconsult_core.ports import VideoRooms
from teleconsult_core.testing.contracts.rooms import VideoRoomsContract
from teleconsult_video import JitsiRooms, LiveKitRooms, Provider

SECRET = "s3cret-of-jitsi-which-is-long-enough-too"


class TestLiveKit(VideoRoomsContract):
    takes_over_at_once = False

    @pytest.fixture(autouse=True)
    def _on_the_double(self, rooms: LiveKitRooms, books: Books) -> None:
        self._rooms, self._books = rooms, books

    def open_rooms(self) -> VideoRooms:
        return self._rooms

    def opens(self, address: str) -> bool:
        return self._books.opens(token_in(address))


class TestJitsi(VideoRoomsContract):
    """A pass opens what a server would that checks room, domain and times, as ours must."""

    takes_over_at_once = False
    closes = False

    def open_rooms(self) -> VideoRooms:
        self.hour = Hour()
        provider = Provider("https://meet.clinic.example", "app", SECRET, NAMES, "BE", self.hour)
        return JitsiRooms(provider)

    def opens(self, address: str) -> bool:
        where = urlsplit(address)
        claims = jwt.decode(
            parse_qs(where.query)["jwt"][0],
            SECRET,
            algorithms=["HS256"],
            audience="jitsi",
            issuer="app",
            options={"verify_exp": False, "verify_nbf": False},
        )
        in_time = claims["nbf"] <= self.hour().timestamp() < claims["exp"]
        return in_time and (claims["sub"], "/" + claims["room"]) == (where.hostname, where.path)
