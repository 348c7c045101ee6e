"""What an operator says of his provider, checked, and the passes it signs. May import PyJWT.

Nothing here shows the secret or the key: neither `repr` nor a message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
from attrs import Attribute, field, frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused

SHORTEST_SECRET = 32
"""Of HS256: characters of the secret, bytes of the key of names."""

SKEW = timedelta(minutes=1)
"""How far a server's clock may be behind ours."""

HERE = frozenset({"127.0.0.1", "localhost", "::1"})

SHOWN = {Role.PATIENT: "Patient", Role.PRACTITIONER: "Practitioner"}
"""Who is shown to the other one: never a name."""


def an_address(_: object, attribute: Attribute[str], value: str) -> None:
    """Raises `PortMisused` unless it is https; http only on this machine, for a double."""
    named, where = f"video_{attribute.name} {value or '(empty)'}", urlsplit(value)
    try:
        secure = where.scheme == "https" or (where.scheme == "http" and where.hostname in HERE)
        fits = secure and bool(where.hostname) and (where.port is None or where.port > 0)
    except ValueError:  # a port that is none
        fits = False
    if where.username is not None or where.query or where.fragment:
        raise PortMisused(f"video_{attribute.name}: without a user, a query or a fragment")
    if not fits or re.search(r"[\s\"'<>\\]", value):
        raise PortMisused(f"{named}: an address that begins with https://")


def _without_slash(value: str) -> str:
    return value.rstrip("/")


def _of_the_world() -> datetime:
    return datetime.now(UTC)


@frozen
class Provider:
    """One server and what we sign its passes with. `server` and `region` are the operator's word.

    `app` is our name there: Jitsi's app_id, LiveKit's API key. `key` derives names of rooms; it is
    the installation's own, so that a new secret leaves the rooms as they are.
    """

    server: str = field(validator=an_address, converter=_without_slash)
    app: str = field()
    secret: str = field(repr=False)
    key: bytes = field(repr=False)
    region: str = field()
    clock: Callable[[], datetime] = field(default=_of_the_world, repr=False)
    """The world's time, by which the server judges a pass."""

    @app.validator
    def _named(self, _: object, value: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.:/-]{1,120}", value):
            shown = value.encode("unicode_escape").decode() or "(empty)"
            raise PortMisused(f"video_app {shown}: 1 to 120 letters, figures and . : / _ -")

    @secret.validator
    def _long(self, _: object, value: str) -> None:
        if len(value.encode()) < SHORTEST_SECRET:
            raise PortMisused(f"the secret has fewer than {SHORTEST_SECRET} characters")

    @key.validator
    def _also_long(self, _: object, value: bytes) -> None:
        if len(value) < SHORTEST_SECRET:
            raise PortMisused(f"the key of names has fewer than {SHORTEST_SECRET} bytes")

    @region.validator
    def _country(self, _: object, value: str) -> None:
        if not re.fullmatch("[A-Z]{2}", value):
            raise PortMisused(f"video_region {value or '(empty)'}: a country, two capital letters")

    def name_of(self, what: str, *parts: str) -> str:
        """32 of a-z and 2-7: the same for the same question, guessed by nobody without the key."""
        told = "\0".join(("teleconsult video", what, *parts)).encode()
        digest = hmac.new(self.key, told, hashlib.sha256).digest()
        return base64.b32encode(digest[:20]).decode().lower()

    def seat(self, appointment: AppointmentId, role: Role) -> str:
        """The same for every device of `role`. Raises `PortMisused` for whom there is no place."""
        if role not in SHOWN:
            raise PortMisused(f"there is no place for the role {role.value} in a room")
        return f"{self.name_of('seat', appointment)}:{role.value}"

    def now(self) -> datetime:
        return self.clock().replace(microsecond=0)

    def until(self, asked: datetime) -> datetime:
        """`asked` in whole seconds. Raises `PortMisused` when that is over: no pass is made."""
        ends, now = asked.replace(microsecond=0), self.now()
        if ends <= now:
            raise PortMisused(f"the room closed at {ends.isoformat()}; now it is {now.isoformat()}")
        return ends

    def signed(self, claims: Mapping[str, Any], until: datetime) -> str:
        """A token of HS256, good from now (less `SKEW`) until `until`."""
        times = {
            "nbf": int((self.now() - SKEW).timestamp()),
            "exp": int(until.timestamp()),
        }
        return jwt.encode({"iss": self.app, **claims, **times}, self.secret, algorithm="HS256")
