"""A clinic whose conversations a provider carries: LiveKit's double behind it, or a Jitsi."""

from __future__ import annotations

import base64
import builtins
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from adapters.video.livekit_double import KEY, SECRET, LiveKitDouble, token_in
from command_line import Clinic
from teleconsult_cli.exit_codes import Exit
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_video import Happened, News, NotNews
from teleconsult_wiring import NotConfigured, load_settings, open_app, video_news

PAGE = "https://meet.clinic.example/custom"
JITSI = {"video_server": "https://meet.clinic.example", "video_app": "app", "video_region": "BE"}


def real_time() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def double() -> Iterator[LiveKitDouble]:
    opened = LiveKitDouble(real_time)
    yield opened
    opened.close()


@pytest.fixture
def by_livekit(clinic: Clinic, double: LiveKitDouble) -> Clinic:
    configure(clinic, "livekit", **by(double))
    return clinic


def by(double: LiveKitDouble) -> dict[str, str]:
    at = {"video_server": double.address, "video_page": PAGE}
    return {**at, "video_app": KEY, "video_region": "BE"}


def configure(clinic: Clinic, provider: str, secret: str = SECRET, **settings: str) -> None:
    lines = [f'{name} = "{value}"' for name, value in settings.items()]
    told = "\n".join([f'video_provider = "{provider}"', *lines])
    (clinic.home / "teleconsult.toml").write_text(told, encoding="utf-8")
    if secret:
        keep(clinic.home / f"{provider}.secret", secret)


def keep(path: Path, words: str) -> None:
    path.write_text(f"{words}\n", encoding="utf-8")
    path.chmod(0o600)


def video(clinic: Clinic) -> dict[str, Any]:
    (found,) = [one for one in clinic("doctor", "--json").json if one["name"] == "video"]
    return dict(found)


def test_the_browsers_themselves_unless_somebody_is_named(clinic: Clinic) -> None:
    assert (video(clinic)["fine"], video(clinic)["found"]) == (True, "built-in, peer-to-peer")


def test_a_room_of_livekit_is_opened_and_closed(by_livekit: Clinic, double: LiveKitDouble) -> None:
    app = open_app(load_settings({}, str(by_livekit.home)))
    room = AppointmentId("a1")
    until = real_time() + timedelta(hours=1)
    given = app.desk.rooms.admit(appointment=room, role=Role.PATIENT, device="phone", until=until)
    assert given.address.startswith(f"{PAGE}?")
    assert double.books.enter(token_in(given.address))
    app.desk.rooms.close(appointment=room)
    assert double.books.rooms == {}
    app.close()


def test_doctor_asks_livekit(by_livekit: Clinic, double: LiveKitDouble) -> None:
    told = "livekit, media in BE: 127.0.0.1 answers, and takes our key"
    assert (video(by_livekit)["fine"], video(by_livekit)["found"]) == (True, told)
    double.books.tricks.extend(["503", "401"])
    answers = [video(by_livekit), video(by_livekit)]
    assert [one["fine"] for one in answers] == [False, False]
    assert "in trouble (503)" in answers[0]["found"]
    assert "secret is another" in answers[1]["found"]
    assert "mend the settings" in answers[1]["hint"]


def test_both_are_sent_to_one_room_of_jitsi(clinic: Clinic) -> None:
    configure(clinic, "jitsi", **JITSI)
    app = open_app(load_settings({}, str(clinic.home)))
    until = real_time() + timedelta(hours=1)
    places = [
        app.desk.rooms.admit(appointment=AppointmentId("a1"), role=role, device="x", until=until)
        for role in (Role.PATIENT, Role.PRACTITIONER)
    ]
    app.close()
    rooms = {place.address.partition("?")[0] for place in places}
    assert len(rooms) == 1
    assert rooms.pop().startswith("https://meet.clinic.example/")


@pytest.mark.parametrize(
    ("provider", "changed", "told"),
    [
        ("jitsi", {"video_server": "http://meet.example"}, "http://meet.example: an address"),
        ("jitsi", {"video_server": ""}, "video_server (empty)"),
        ("jitsi", {"video_app": ""}, "video_app (empty)"),
        ("jitsi", {"video_region": ""}, "video_region (empty): a country, two capital letters"),
        ("jitsi", {"video_region": "Belgium"}, "video_region Belgium"),
        ("jitsi", {"video_region": "US"}, 'accept_region = "US"'),
        ("jitsi", {"video_region": "US", "accept_region": "CA"}, 'accept_region = "US"'),
        ("livekit", {}, "video_page (empty)"),
        ("livekit", {"video_page": "http://meet.example/custom"}, "video_page http://"),
        ("zoom", {}, "one of built-in, jitsi, livekit"),
    ],
)
def test_wrong_settings_are_told(
    clinic: Clinic, provider: str, changed: dict[str, str], told: str
) -> None:
    configure(clinic, provider, **{**JITSI, **changed})
    answer = clinic("clock", "show")
    assert answer.code == Exit.CONFIGURATION
    assert told in answer.err
    assert SECRET not in answer.err


@pytest.mark.parametrize(
    ("secret", "told"),
    [("", "jitsi.secret cannot be read"), ("hidden-word", "fewer than 32 characters")],
)
def test_a_secret_is_needed_and_is_not_repeated(clinic: Clinic, secret: str, told: str) -> None:
    configure(clinic, "jitsi", secret, **JITSI)
    answer = clinic("clock", "show")
    assert answer.code == Exit.CONFIGURATION
    assert told in answer.err
    assert "hidden-word" not in answer.err


def test_a_secret_that_others_can_read_is_refused(clinic: Clinic) -> None:
    configure(clinic, "jitsi", **JITSI)
    (clinic.home / "jitsi.secret").chmod(0o644)
    assert "can be read by others" in clinic("clock", "show").err


def test_another_continent_may_be_accepted_in_words(clinic: Clinic) -> None:
    configure(clinic, "jitsi", **{**JITSI, "video_region": "US", "accept_region": "US"})
    assert clinic("clock", "show").code == Exit.OK


def test_the_environment_may_choose(clinic: Clinic) -> None:
    configure(clinic, "jitsi", **JITSI)
    chosen = load_settings({"TELECONSULT_VIDEO_PROVIDER": "built-in"}, str(clinic.home))
    app = open_app(chosen)
    assert app.desk.rooms is app.sandbox.rooms
    app.close()


def test_the_extra_is_named_where_it_is_missing(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "teleconsult_video":
            raise ImportError(name)
        return ours(name, *rest)

    configure(clinic, "jitsi", **JITSI)
    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'teleconsult[video]'" in clinic("clock", "show").err


def test_what_livekit_posts_is_verified_and_read(by_livekit: Clinic) -> None:
    settings = load_settings({}, str(by_livekit.home))
    body = json.dumps({"event": "room_finished", "id": "1", "createdAt": 1, "room": {"name": "r"}})
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    ends = real_time() + timedelta(minutes=5)
    signed = jwt.encode({"iss": KEY, "exp": ends, "sha256": digest}, SECRET, "HS256")
    how = {"authorization": signed, "content_type": "application/webhook+json"}
    told = video_news(settings, body.encode(), **how)
    assert isinstance(told, News)
    assert (told.kind, told.room) == (Happened.CLOSED, "r")
    assert isinstance(video_news(settings, body.encode() + b" ", **how), NotNews)


def test_only_livekit_posts_news(clinic: Clinic) -> None:
    settings = load_settings({}, str(clinic.home))
    with pytest.raises(NotConfigured, match="built-in: only livekit"):
        video_news(settings, b"", authorization="", content_type="")
