"""News of LiveKit: nobody else's, of this minute, of these very bytes."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from attrs import evolve

from adapters.video.conftest import Hour
from adapters.video.livekit_double import KEY, SECRET
from teleconsult_core.people import Role
from teleconsult_core.testing.builders import BOOKED_AT
from teleconsult_video import Happened, News, NotNews, Provider, read_news

TYPE = "application/webhook+json"
EVENT = {
    "event": "participant_joined",
    "id": "EV_1",
    "createdAt": "1800000000",
    "room": {"name": "room-1", "sid": "RM_1"},
    "participant": {"identity": "opaque:practitioner", "sid": "PA_1"},
}


def body_of(**changed: Any) -> bytes:
    return json.dumps({**EVENT, **changed}).encode()


def signed(body: bytes, secret: str = SECRET, issuer: str = KEY, **changed: Any) -> str:
    now = int(BOOKED_AT.timestamp())
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims = {"iss": issuer, "nbf": now, "exp": now + 300, "sha256": digest, **changed}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, "HS256")


@pytest.fixture
def read(provider: Provider) -> Any:
    def read(body: bytes, authorization: str, content_type: str = TYPE) -> News | NotNews:
        return read_news(
            body, authorization=authorization, content_type=content_type, provider=provider
        )

    return read


def test_who_came_and_when(read: Any) -> None:
    body = body_of()
    wanted = News(
        "EV_1", Happened.ENTERED, "room-1", Role.PRACTITIONER, datetime.fromtimestamp(18e8, UTC)
    )
    assert read(body, signed(body)) == wanted
    assert read(body, f"Bearer {signed(body)}", f"{TYPE}; charset=utf-8") == wanted


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("participant_left", Happened.LEFT),
        ("participant_connection_aborted", Happened.LEFT),
        ("room_finished", Happened.CLOSED),
        ("track_published", Happened.OTHER),
        ("unheard_of", Happened.OTHER),
    ],
)
def test_what_happened(read: Any, event: str, kind: Happened) -> None:
    body = body_of(event=event, participant=None, unheard="of")
    told = read(body, signed(body))
    assert (told.kind, told.role) == (kind, None)


def test_names_of_fields_may_be_written_otherwise(read: Any) -> None:
    event = {**EVENT, "created_at": 1_800_000_000}
    del event["createdAt"]
    body = json.dumps(event).encode()
    assert read(body, signed(body)).at == datetime.fromtimestamp(18e8, UTC)


def test_one_space_more_is_another_body(read: Any) -> None:
    body = body_of()
    assert read(body + b" ", signed(body)) == NotNews("signed for another body")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"secret": "another-secret-that-is-long-enough"}, "not signed"),
        ({"issuer": "another"}, "not signed"),
        ({"exp": None}, "not signed"),
        ({"sha256": None}, "not signed"),
        ({"sha256": "no base64!"}, "not signed"),
        ({"sha256": 1}, "not signed"),
        ({"exp": "soon"}, "not signed"),
        ({"exp": int(BOOKED_AT.timestamp()) - 61}, "another time"),
        ({"nbf": int(BOOKED_AT.timestamp()) + 61}, "another time"),
    ],
)
def test_what_is_not_signed_for_us_and_now_is_not_read(
    read: Any, how: dict[str, Any], why: str
) -> None:
    body = body_of()
    told = read(body, signed(body, **how))
    assert isinstance(told, NotNews)
    assert why in told.why


def test_no_signature_at_all(read: Any) -> None:
    body = body_of()
    unsigned = jwt.encode(jwt.decode(signed(body), options={"verify_signature": False}), "", "none")
    for authorization in ("", "Bearer", "x.y.z", unsigned):
        assert read(body, authorization) == NotNews("not signed with our secret")


def test_the_hour_is_the_given_one(provider: Provider) -> None:
    body, later = body_of(), Hour(BOOKED_AT + timedelta(hours=1))
    told = read_news(
        body,
        authorization=signed(body),
        content_type=TYPE,
        provider=evolve(provider, clock=later),
    )
    assert told == NotNews("signed for another time")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"\xff", b"{}", body_of(createdAt="soon"), body_of(room=[1]),
     body_of(createdAt=10**30), body_of(event=[])],
)  # fmt: skip
def test_what_is_signed_and_cannot_be_read(read: Any, body: bytes) -> None:
    assert isinstance(read(body, signed(body)), NotNews)


def test_other_content_and_too_much_of_it(read: Any) -> None:
    body = body_of()
    assert read(body, signed(body), "application/json") == NotNews(f"not {TYPE}")
    much = b" " * (2**20 + 1)
    assert "longer" in read(much, signed(much)).why
