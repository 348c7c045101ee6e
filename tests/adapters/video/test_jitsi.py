"""A pass of Jitsi: what stands in it, how long it is good, what does not stand in it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from attrs import evolve

from adapters.video.conftest import NAMES, Hour
from adapters.video.livekit_double import Books, LiveKitDouble
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, PortTrouble, RoomPass
from teleconsult_core.testing.builders import APPOINTMENT, BOOKED_AT
from teleconsult_video import JitsiRooms, Provider

SECRET = "s3cret-of-jitsi-which-is-long-enough-too"
UNTIL = BOOKED_AT + timedelta(hours=1)


def at(server: str, clock: Hour | None = None) -> Provider:
    return Provider(server, "our-app", SECRET, NAMES, "BE", clock or Hour())


@pytest.fixture
def jitsi(hour: Hour) -> JitsiRooms:
    return JitsiRooms(at("https://Meet.clinic.example/", hour))


def admit(
    rooms: JitsiRooms,
    role: Role = Role.PATIENT,
    until: datetime = UNTIL,
    id: AppointmentId = APPOINTMENT,
) -> RoomPass:
    return rooms.admit(appointment=id, role=role, device="phone", until=until)


def room_of(given: RoomPass) -> str:
    return urlsplit(given.address).path.rpartition("/")[2]


def claims_of(given: RoomPass) -> dict[str, Any]:
    token = parse_qs(urlsplit(given.address).query)["jwt"][0]
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    lenient = {"verify_exp": False, "verify_nbf": False}
    return dict(
        jwt.decode(
            token, SECRET, algorithms=["HS256"], audience="jitsi",
            options=lenient,  # type: ignore[arg-type]
        )
    )  # fmt: skip


def test_a_pass_says_who_signed_it_and_for_which_room_and_how_long(jitsi: JitsiRooms) -> None:
    given = admit(jitsi)
    claims = claims_of(given)
    user = claims.pop("context")["user"]
    assert claims == {
        "iss": "our-app",
        "aud": "jitsi",
        "sub": "meet.clinic.example",
        "room": room_of(given),
        "nbf": int((BOOKED_AT - timedelta(minutes=1)).timestamp()),
        "exp": int(UNTIL.timestamp()),
    }
    assert user["name"] == "Patient"
    assert set(user) == {"id", "name"}
    assert all(user.values())
    assert given.until == UNTIL


def test_both_are_in_one_room_under_their_roles(jitsi: JitsiRooms) -> None:
    patient, practitioner = admit(jitsi), admit(jitsi, Role.PRACTITIONER)
    assert room_of(patient) == room_of(practitioner)
    users = [claims_of(one)["context"]["user"] for one in (patient, practitioner)]
    assert [user["name"] for user in users] == ["Patient", "Practitioner"]
    assert users[0]["id"] != users[1]["id"]


def test_a_room_is_guessed_by_nobody_and_names_nobody(jitsi: JitsiRooms) -> None:
    """It is never every room, and another installation has other names."""
    given = admit(jitsi)
    assert re.fullmatch("[a-z2-7]{32}", room_of(given))
    assert APPOINTMENT not in given.address
    assert APPOINTMENT not in str(claims_of(given))
    other = JitsiRooms(evolve(at("https://meet.clinic.example"), key=b"o" * 32))
    assert room_of(admit(other)) != room_of(given)
    assert room_of(admit(jitsi, id=AppointmentId("a-2"))) != room_of(given)


def test_after_a_move_the_earlier_passes_lead_elsewhere(jitsi: JitsiRooms) -> None:
    assert room_of(admit(jitsi)) != room_of(admit(jitsi, until=UNTIL + timedelta(days=1)))


def test_a_path_of_the_server_is_the_tenant() -> None:
    given = admit(JitsiRooms(at("https://meet.example/Clinic/")))
    assert claims_of(given)["sub"] == "clinic"
    assert given.address.startswith(f"https://meet.example/Clinic/{room_of(given)}?jwt=")


def test_no_pass_is_made_for_a_time_that_is_over(jitsi: JitsiRooms, hour: Hour) -> None:
    hour.forward(timedelta(hours=1))
    with pytest.raises(PortMisused, match=r"closed at .*; now it is"):
        admit(jitsi)


def test_doctor_hears_whether_it_answers(double: LiveKitDouble, books: Books) -> None:
    rooms = JitsiRooms(at(double.address))
    assert rooms.check().startswith("127.0.0.1 answers")
    books.tricks.extend(["503", "404"])
    with pytest.raises(PortTrouble, match="503"):
        rooms.check()
    with pytest.raises(PortMisused, match="404"):
        rooms.check()
    double.close()
    with pytest.raises(PortTrouble, match="cannot be reached"):
        rooms.check()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"server": "http://meet.example"}, "video_server http://meet.example: .*https://"),
        ({"server": ""}, r"video_server \(empty\): .*https://"),
        ({"server": "meet.example"}, "video_server meet.example: .*https://"),
        ({"server": "https://"}, "https://"),
        ({"server": "https://meet.example:many"}, "https://"),
        ({"server": "https://meet.example/a b"}, "https://"),
        ({"server": "https://me:hidden-word@meet.example"}, "without a user"),
        ({"server": "https://meet.example/?jwt=hidden-word"}, "a query"),
        ({"app": ""}, r"video_app \(empty\)"),
        ({"app": "a\nb"}, "120 letters, figures"),
        ({"secret": "hidden-word"}, "the secret has fewer than 32"),
        ({"key": b"hidden-word"}, "fewer than 32 bytes"),
        ({"region": ""}, r"video_region \(empty\): a country, two capital letters"),
        ({"region": "be"}, "video_region be"),
        ({"region": "Belgium"}, "video_region Belgium"),
    ],
)
def test_wrong_settings_are_told_at_once(wrong: dict[str, Any], told: str) -> None:
    right = {"server": "https://meet.example", "app": "app", "secret": SECRET, "key": NAMES}
    with pytest.raises(PortMisused, match=told) as refused:
        Provider(**{**right, "region": "BE", **wrong})
    assert "hidden-word" not in str(refused.value)


def test_a_secret_is_shown_by_nothing(jitsi: JitsiRooms) -> None:
    shown = repr(at("https://meet.example")) + repr(jitsi) + repr(admit(jitsi))
    assert SECRET not in shown
    assert repr(NAMES) not in shown
    assert "jwt=" not in shown
