"""News as LiveKit posts them: signed over the raw bytes, so verified before they are read.

May import PyJWT, provider. News come again and in any order; `News.id` tells which is which.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import jwt
from attrs import frozen

from teleconsult_core.people import Role
from teleconsult_video.provider import SHOWN, SKEW, Provider

CONTENT_TYPE = "application/webhook+json"
MOST_BYTES = 2**20


class Happened(Enum):
    ENTERED = "entered"
    LEFT = "left"
    CLOSED = "closed"
    OTHER = "other"


_KINDS = {
    "participant_joined": Happened.ENTERED,
    "participant_left": Happened.LEFT,
    "participant_connection_aborted": Happened.LEFT,
    "room_finished": Happened.CLOSED,
}


@frozen
class News:
    """What happened in `room` (`LiveKitRooms.room_of`), to whom, by the server's clock."""

    id: str
    kind: Happened
    room: str
    role: Role | None
    at: datetime


@frozen
class NotNews:
    """What was posted is not LiveKit's, or nothing that we know. `why` is safe to log."""

    why: str


def read_news(
    body: bytes, *, authorization: str, content_type: str, provider: Provider
) -> News | NotNews:
    """`body` as it came, byte for byte; `authorization` is that header."""
    if content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        return NotNews(f"not {CONTENT_TYPE}")
    if len(body) > MOST_BYTES:
        return NotNews(f"longer than {MOST_BYTES} bytes")
    if why := _not_signed(body, authorization.removeprefix("Bearer ").strip(), provider):
        return NotNews(why)
    try:
        return _read(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return NotNews("signed, but no event that we know how to read")


def _not_signed(body: bytes, token: str, provider: Provider) -> str:
    """Why it is not LiveKit that says this now; empty when it is."""
    try:
        claims = jwt.decode(
            token,
            provider.secret,
            algorithms=["HS256"],
            issuer=provider.app,
            options={  # the times are looked at below, by the given clock
                "require": ["exp", "iss"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
            },
        )
        now, skew = provider.now().timestamp(), SKEW.total_seconds()
        begins, ends = float(claims.get("nbf", 0)), float(claims["exp"])
        told = base64.b64decode(claims["sha256"], validate=True)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, binascii.Error):
        return "not signed with our secret"
    if not begins - skew <= now <= ends + skew:
        return "signed for another time"
    if not hmac.compare_digest(told, hashlib.sha256(body).digest()):
        return "signed for another body"
    return ""


def _read(event: dict[str, Any]) -> News:
    room = event.get("room") or {}
    person = event.get("participant") or {}
    role = str(person.get("identity", "")).rpartition(":")[2]
    created = event["createdAt"] if "createdAt" in event else event["created_at"]
    return News(
        id=str(event["id"]),
        kind=_KINDS.get(event["event"], Happened.OTHER),
        room=str(room.get("name", "")),
        role=next((one for one in SHOWN if one.value == role), None),
        at=datetime.fromtimestamp(int(created), UTC),
    )
