"""Rooms of LiveKit, on its double: for two, for a while, and what its troubles mean."""

from __future__ import annotations

import json
import traceback
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve

from adapters.video.conftest import PAGE, Hour
from adapters.video.livekit_double import SECRET, Books, LiveKitDouble, Refused, token_in
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, PortTrouble, RoomPass
from teleconsult_core.testing.builders import APPOINTMENT, BOOKED_AT
from teleconsult_video import LiveKitRooms, Provider

UNTIL = BOOKED_AT + timedelta(hours=1)


def admit(rooms: LiveKitRooms, role: Role = Role.PATIENT, device: str = "phone") -> RoomPass:
    return rooms.admit(appointment=APPOINTMENT, role=role, device=device, until=UNTIL)


def test_a_room_is_made_for_two_before_anybody_comes(rooms: LiveKitRooms, books: Books) -> None:
    admit(rooms)
    name = rooms.room_of(APPOINTMENT)
    assert list(books.rooms) == [name]
    assert (books.rooms[name].places, books.rooms[name].empty_timeout) == (2, 900)
    assert APPOINTMENT not in name


def test_a_pass_says_who_comes_and_to_which_room_alone(rooms: LiveKitRooms, books: Books) -> None:
    claims = books.claims(token_in(admit(rooms).address))
    assert claims["video"] == {"room": rooms.room_of(APPOINTMENT), "roomJoin": True}
    opaque, _, role = claims["sub"].partition(":")
    assert (len(opaque), role, claims["name"]) == (32, "patient", "Patient")
    assert APPOINTMENT not in str(claims)


def test_people_go_to_the_page_which_is_told_where_and_with_what(
    rooms: LiveKitRooms, double: LiveKitDouble
) -> None:
    where = urlsplit(admit(rooms).address)
    assert f"{where.scheme}://{where.netloc}{where.path}" == PAGE
    assert parse_qs(where.query)["liveKitUrl"] == [double.address.replace("http://", "ws://")]


def test_a_pass_is_good_for_ten_minutes_or_until_the_room_closes(
    rooms: LiveKitRooms, books: Books, hour: Hour
) -> None:
    given = admit(rooms)
    assert given.until == BOOKED_AT + timedelta(minutes=10)
    hour.forward(timedelta(minutes=10))
    assert not books.opens(token_in(given.address))
    hour.forward(timedelta(minutes=45))
    assert admit(rooms).until == UNTIL
    hour.forward(timedelta(minutes=5))
    with pytest.raises(PortMisused, match="closed at"):
        admit(rooms)


def test_a_later_device_throws_out_the_earlier_one_and_a_third_stays_outside(
    rooms: LiveKitRooms, books: Books, provider: Provider
) -> None:
    first, second = admit(rooms), admit(rooms, device="tablet")
    desk = admit(rooms, Role.PRACTITIONER)
    assert all(books.enter(token_in(one.address)) for one in (first, desk, second))
    (room,) = books.rooms.values()
    assert set(room.inside.values()) == {token_in(desk.address), token_in(second.address)}
    grant = {"room": rooms.room_of(APPOINTMENT), "roomJoin": True}
    assert not books.opens(provider.signed({"sub": "third", "video": grant}, UNTIL))


def test_coming_back_leaves_the_other_one_inside(rooms: LiveKitRooms, books: Books) -> None:
    books.enter(token_in(admit(rooms, Role.PRACTITIONER).address))
    admit(rooms)
    assert len(next(iter(books.rooms.values())).inside) == 1


def test_a_closed_room_throws_everybody_out_and_opens_for_nobody(
    rooms: LiveKitRooms, books: Books
) -> None:
    given = admit(rooms)
    books.enter(token_in(given.address))
    rooms.close(appointment=APPOINTMENT)
    assert books.rooms == {}
    assert not books.enter(token_in(given.address))
    rooms.close(appointment=APPOINTMENT)


@pytest.mark.parametrize(
    ("trick", "words"),
    [
        ("400", "understand"),
        ("401", "secret is another"),
        ("403", "make rooms"),
        ("404", "not at this address"),
        ("302", "answers with 302"),
        (json.dumps({"name": "NAME", "max_participants": 50}), "for 50, not 2"),
        (json.dumps({"name": "NAME"}), "for any number, not 2"),
    ],
)
def test_what_somebody_must_mend(rooms: LiveKitRooms, books: Books, trick: str, words: str) -> None:
    books.tricks.append(trick.replace("NAME", rooms.room_of(APPOINTMENT)))
    with pytest.raises(PortMisused, match=words):
        admit(rooms)


@pytest.mark.parametrize(
    ("trick", "unknown"),
    [("429", False), ("500", True), ("503", True), ("408", True), ("drop", True), ("[1]", True)],
)
def test_what_may_be_otherwise_later(
    rooms: LiveKitRooms, books: Books, trick: str, unknown: bool
) -> None:
    books.tricks.append(trick)
    with pytest.raises(PortTrouble) as trouble:
        admit(rooms)
    assert trouble.value.unknown is unknown
    assert books.opens(token_in(admit(rooms).address))


def test_a_404_that_is_not_livekits_is_no_closed_room(rooms: LiveKitRooms, books: Books) -> None:
    """A wrong address must not look as if everybody had been thrown out."""
    books.tricks.append("404")
    with pytest.raises(PortMisused, match="not at this address"):
        rooms.close(appointment=APPOINTMENT)


def test_a_server_that_is_not_there(rooms: LiveKitRooms, double: LiveKitDouble) -> None:
    double.close()
    with pytest.raises(PortTrouble, match="cannot be reached") as trouble:
        admit(rooms)
    assert trouble.value.unknown is False


def test_another_secret_or_a_wrong_clock_is_told_and_never_shown(
    provider: Provider, hour: Hour
) -> None:
    other = LiveKitRooms(evolve(provider, secret="another-secret-that-is-long-enough"), PAGE)
    late = LiveKitRooms(evolve(provider, clock=Hour(hour() - timedelta(hours=1))), PAGE)
    for rooms in (other, late):
        with pytest.raises(PortMisused, match="one of the clocks") as refused:
            admit(rooms)
        told = "".join(traceback.format_exception(refused.value)) + repr(rooms)
        assert SECRET not in told
        assert "another-secret" not in told
        assert "eyJ" not in told
        rooms.disconnect()


def test_doctor_asks_for_nobodys_room(rooms: LiveKitRooms, books: Books) -> None:
    admit(rooms)
    assert rooms.check() == "127.0.0.1 answers, and takes our key"
    assert books.asked == ["CreateRoom", "ListRooms"]
    books.tricks.append("401")
    with pytest.raises(PortMisused):
        rooms.check()


@pytest.mark.parametrize("page", ["", "http://meet.example", "https://meet.example/custom?a=b"])
def test_a_page_is_needed(provider: Provider, page: str) -> None:
    with pytest.raises(PortMisused, match="video_page"):
        LiveKitRooms(provider, page)


def test_the_double_is_strict(books: Books, provider: Provider) -> None:
    """What it does not know it refuses; else it would prove nothing."""
    soon = BOOKED_AT + timedelta(minutes=1)
    may = provider.signed({"video": {"roomCreate": True}}, soon)
    right = {"name": "x", "max_participants": 2, "empty_timeout": 1}
    create = "/twirp/livekit.RoomService/CreateRoom"
    cases: list[tuple[str, str, object, int]] = [
        ("/twirp/livekit.RoomService/Unheard", may, right, 404),
        ("/livekit.RoomService/CreateRoom", may, right, 404),
        (create, "", right, 401),
        (create, provider.signed({"video": {"roomCreate": True}}, BOOKED_AT), right, 401),
        (create, provider.signed({"video": {"roomJoin": True}}, soon), right, 403),
        (create, may, right | {"unheard": 1}, 400),
        (create, may, right | {"max_participants": "2"}, 400),
        (create, may, [], 400),
    ]
    for path, token, asked, status in cases:
        with pytest.raises(Refused) as refused:
            books.call(path, token, asked)
        assert refused.value.status == status
    assert books.call(create, may, right)["maxParticipants"] == 2
    assert AppointmentId("x") in books.rooms
