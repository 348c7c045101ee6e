"""The pages that lead into the room of a LiveKit or a Jitsi, and the news of who came there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import jwt
import pytest
from attrs import frozen
from flask import Flask
from werkzeug.test import TestResponse

from adapters.video.livekit_double import KEY, SECRET, LiveKitDouble, token_in
from calls import ways_in
from post import pass_until, works
from teleconsult_core.attendance import Seen
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_flask.factory import create_app
from teleconsult_flask.serving import web_of
from teleconsult_wiring import App, load_settings, open_app
from visitor import HERE, Visitor
from web.test_practice import DUPONT, of

PAGE = "https://meet.clinic.example/custom"
MINUTE = timedelta(minutes=1)
BOTH = pytest.mark.parametrize("provider", ["livekit", "jitsi"], indirect=True)


@frozen
class Site:
    """One clinic whose conversations `double` carries, or a Jitsi at an address."""

    app: App
    pages: Flask
    double: LiveKitDouble
    name: str

    def book(self) -> AppointmentId:
        """By video, with a hold; five minutes before the start."""
        visitor = Visitor(self.pages)
        path = visitor.book_first()
        visitor.send(card="visa-ok", agreed="yes")
        id = AppointmentId(path.split("/")[2])
        pass_until(self.app, of(self.app, id).terms.start - 5 * MINUTE)
        return id

    def came(self, link: str) -> Visitor:
        """To our own page, by a link of ours."""
        visitor = Visitor(self.pages)
        visitor.go(link)
        visitor.send()
        return visitor

    def led_to(self, visitor: Visitor) -> str:
        """Where the button leads; our page itself never does."""
        assert "Enter the waiting room" in visitor.words
        assert "clinic.example" not in visitor.page.text
        visitor.send()
        assert visitor.page.status_code == 200
        found = re.search(r'<a class="button" href="([^"]+)" rel="noreferrer">', visitor.page.text)
        assert found, visitor.words
        return unescape(found[1])

    def who(self, address: str) -> tuple[str, str]:
        """The room and the role for which the pass at `address` is."""
        token = token_in(address) if self.name == "livekit" else address.partition("?jwt=")[2]
        options = {"verify_aud": False}
        claims = jwt.decode(token, SECRET, ["HS256"], options=options)  # type: ignore[arg-type]
        if self.name == "livekit":
            return claims["video"]["room"], claims["sub"].rpartition(":")[2]
        assert address.startswith(f"https://jitsi.clinic.example/{claims['room']}?")
        return claims["room"], claims["context"]["user"]["id"].rpartition(":")[2]

    def seen(self, id: AppointmentId) -> list[tuple[Role, Seen]]:
        with self.app.desk.open_work(writing=False) as work:
            return [(one.role, one.seen) for one in work.attendance.of(id)]

    def says(self, event: str, room: str, role: str = "", **more: Any) -> TestResponse:
        """LiveKit posts a piece of news, signed."""
        person = {"participant": {"identity": f"opaque:{role}"}} if role else {}
        at = int(self.app.now().timestamp())
        told = {"event": event, "id": event + str(at), "createdAt": str(at), **more}
        body = json.dumps({**told, "room": {"name": room}, **person}).encode()
        return self.posts(body, signed(body))

    def posts(self, body: bytes, token: str, kind: str = "application/webhook+json") -> Any:
        headers = {"Authorization": token, "Content-Type": kind}
        client = self.pages.test_client()
        return client.post("/hooks/livekit", base_url=HERE, data=body, headers=headers)


def signed(body: bytes) -> str:
    now = int(datetime.now(UTC).timestamp())
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims = {"iss": KEY, "nbf": now, "exp": now + 300, "sha256": digest}
    return jwt.encode(claims, SECRET, "HS256")


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "livekit"))


@pytest.fixture
def site(furnished: Path, tmp_path: Path, provider: str) -> Iterator[Site]:
    home = Path(shutil.copytree(furnished, tmp_path / "home"))
    double = LiveKitDouble(lambda: datetime.now(UTC))
    server = double.address if provider == "livekit" else "https://jitsi.clinic.example"
    settings = {
        "video_provider": provider, "video_server": server, "video_app": KEY, "video_region": "BE",
        **({"video_page": PAGE} if provider == "livekit" else {}),
    }  # fmt: skip
    lines = "".join(f'{name} = "{value}"\n' for name, value in settings.items())
    with (home / "teleconsult.toml").open("a") as written:
        written.write(lines)
    (home / f"{provider}.secret").write_text(f"{SECRET}\n")
    (home / f"{provider}.secret").chmod(0o600)
    app = open_app(load_settings({}, str(home)))
    yield Site(app, create_app(web_of(app)), double, provider)
    app.close()
    double.close()


@BOTH
def test_both_are_led_to_one_room_each_with_a_pass_of_his_own(site: Site) -> None:
    id = site.book()
    addresses = [site.led_to(site.came(link)) for link in ways_in(site.app)]
    (room, his), (same, hers) = (site.who(one) for one in addresses)
    assert room == same
    assert (his, hers) == ("practitioner", "patient")
    assert id not in "".join(addresses)
    assert set(site.seen(id)) == {(Role.PRACTITIONER, Seen.ENTERED), (Role.PATIENT, Seen.ENTERED)}
    if site.name == "livekit":
        assert all(one.startswith(f"{PAGE}?") for one in addresses)
        assert all(site.double.books.enter(token_in(one)) for one in addresses)


@BOTH
def test_the_door_is_ours_too_early_and_too_late(site: Site) -> None:
    patient = Visitor(site.pages)
    path = patient.book_first()
    patient.send(card="visa-ok", agreed="yes")
    id = AppointmentId(path.split("/")[2])
    assert patient.go(f"/room/{id}").status_code == 409
    assert "You are early" in patient.words
    terms = of(site.app, id).terms
    pass_until(site.app, terms.start - 5 * MINUTE)
    patient.go(f"/room/{id}")
    site.app.sandbox.clock.set(terms.end + timedelta(hours=5))
    patient.send()  # the button of a page that was left open
    assert patient.page.status_code == 409
    assert "The waiting room is closed" in patient.words
    assert site.seen(id) == []
    assert site.double.books.asked == []


@BOTH
def test_a_third_finds_no_room(site: Site) -> None:
    id = site.book()
    stranger = Visitor(site.pages)
    stranger.go("/")
    assert stranger.send(f"/room/{id}").status_code == 404
    assert stranger.go(f"/room/{id}").status_code == 404
    assert site.double.books.asked == []


@BOTH
def test_without_a_hold_nobody_is_given_a_pass(site: Site) -> None:
    visitor = Visitor(site.pages)
    path = visitor.book_first("/p/dupont?week=1", "<time")
    visitor.send(card="visa-ok", agreed="yes")
    id = AppointmentId(path.split("/")[2])
    pass_until(site.app, of(site.app, id).terms.start - 5 * MINUTE)
    to_doctor, to_patient = ways_in(site.app)
    assert "Authorize your card again" in site.came(to_patient).words
    assert "The patient's card is not reserved yet" in site.came(to_doctor).words
    assert site.double.books.asked == []


def test_the_end_of_the_consultation_empties_the_room(site: Site) -> None:
    id = site.book()
    for link in ways_in(site.app):
        site.double.books.enter(token_in(site.led_to(site.came(link))))
    site.app.sandbox.clock.set(of(site.app, id).terms.end)
    ended = site.app.desk.complete(
        appointment=id, amount=of(site.app, id).terms.fee, by=DUPONT, now=site.app.now()
    )
    assert ended.state == "completed", ended
    works(site.app)
    assert site.double.books.rooms == {}
    patient = site.came(ways_in(site.app)[1])
    assert patient.page.status_code in {404, 409}


def test_who_came_and_who_left_is_on_the_record(site: Site) -> None:
    id = site.book()
    addresses = [site.led_to(site.came(link)) for link in ways_in(site.app)]
    room, _ = site.who(addresses[0])
    before = site.seen(id)
    site.app.sandbox.clock.forward(MINUTE)
    assert site.says("participant_joined", room, "patient").json == {"received": True}
    assert site.says("participant_joined", room, "patient").status_code == 200  # it came again
    site.app.sandbox.clock.forward(MINUTE)
    assert site.says("participant_left", room, "patient").status_code == 200
    assert site.seen(id)[len(before) :] == [
        (Role.PATIENT, Seen.ENTERED),
        (Role.PATIENT, Seen.LEFT),
    ]
    site.app.sandbox.clock.forward(MINUTE)
    assert site.says("room_finished", room).status_code == 200
    assert site.seen(id)[-1] == (Role.PRACTITIONER, Seen.LEFT)
    with site.app.desk.open_work(writing=False) as work:
        noted = [one.action for one in work.audit.of_subject(id)]
    assert noted.count("presence") == 3


def test_news_of_others_rooms_is_let_go_and_what_is_not_livekits_refused(site: Site) -> None:
    id = site.book()
    assert site.says("participant_joined", "somebody's", "patient").status_code == 200
    assert site.says("track_published", "somebody's", "patient").status_code == 200
    body = b'{"event": "participant_left"}'
    for token, kind in (
        ("", "application/webhook+json"),
        (signed(body + b" "), "application/webhook+json"),
        (signed(body), "application/json"),
    ):
        refused = site.posts(body, token, kind)
        assert (refused.status_code, refused.json["code"]) == (400, "news-refused")
        assert refused.mimetype == "application/problem+json"
    assert site.posts(b"x" * 2**21, "").status_code == 413
    assert site.seen(id) == []


@pytest.mark.parametrize("provider", ["jitsi"], indirect=True)
def test_a_jitsi_posts_nothing(site: Site) -> None:
    assert site.says("participant_joined", "room", "patient").status_code == 404
