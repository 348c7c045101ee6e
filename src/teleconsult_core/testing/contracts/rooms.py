"""The contract of a video room.

class TestAcmeRooms(VideoRoomsContract):
    def open_rooms(self) -> VideoRooms:
        return AcmeRooms(AcmeInMemory())

    def opens(self, address: str) -> bool:      # what cannot be offered is skipped
        return self.acme.would_admit(address)
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cached_property

import pytest

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, RoomPass, VideoRooms
from teleconsult_core.testing.builders import APPOINTMENT, BOOKED_AT

UNTIL = BOOKED_AT + timedelta(hours=1)
OTHER = AppointmentId("a-2")


class VideoRoomsContract:
    until = UNTIL
    """Until when the passes are asked for; a room whose clock is the world's needs a later one."""

    takes_over_at_once = True
    """Whether a pass dies as soon as another device has one for its place. False where it dies
    with its end, and the place is lost only when the other device comes in."""

    closes = True
    """Whether nobody can come into a closed room. False where passes die with their end alone."""

    def open_rooms(self) -> VideoRooms:
        """Rooms with nobody in them; called once a test."""
        raise NotImplementedError

    def opens(self, address: str) -> bool:
        """Whether `address` would let somebody in now."""
        pytest.skip(f"nobody can try {address}")

    @cached_property
    def rooms(self) -> VideoRooms:
        return self.open_rooms()

    def admit(self, role: Role, device: str, id: AppointmentId = APPOINTMENT) -> RoomPass:
        return self.rooms.admit(appointment=id, role=role, device=device, until=self.until)

    def test_the_region_is_named(self) -> None:
        assert re.fullmatch(r"peer-to-peer|[A-Z]{2}", self.rooms.region)

    def test_everybody_has_an_address_of_his_own(self) -> None:
        passes = [
            self.admit(Role.PATIENT, "phone"),
            self.admit(Role.PRACTITIONER, "desk"),
            self.admit(Role.PATIENT, "phone", OTHER),
            self.admit(Role.PRACTITIONER, "desk", OTHER),
        ]
        assert len({one.address for one in passes}) == len(passes)
        assert all(one.until <= self.until for one in passes)

    def test_an_address_does_not_stand_in_a_log(self) -> None:
        room = self.admit(Role.PATIENT, "phone")
        assert room.address not in repr(room)

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.OPERATOR, Role.SYSTEM])
    def test_there_are_two_places_and_no_third(self, role: Role) -> None:
        with pytest.raises(PortMisused):
            self.admit(role, "desk")

    def test_both_are_let_in(self) -> None:
        places = [self.admit(Role.PATIENT, "phone"), self.admit(Role.PRACTITIONER, "desk")]
        assert all(self.opens(place.address) for place in places)

    def test_coming_back_is_coming_to_ones_own_place(self) -> None:
        self.admit(Role.PATIENT, "phone")
        again = self.admit(Role.PATIENT, "phone")
        assert self.opens(again.address)

    def test_another_device_takes_the_place_of_the_first(self) -> None:
        first = self.admit(Role.PATIENT, "phone")
        other = self.admit(Role.PRACTITIONER, "desk")
        second = self.admit(Role.PATIENT, "tablet")
        assert not (self.takes_over_at_once and self.opens(first.address))
        assert self.opens(second.address)
        assert self.opens(other.address)

    def test_nobody_is_in_a_closed_room(self) -> None:
        inside = [self.admit(Role.PATIENT, "phone"), self.admit(Role.PRACTITIONER, "desk")]
        next_door = self.admit(Role.PATIENT, "phone", OTHER)
        for _ in range(2):
            self.rooms.close(appointment=APPOINTMENT)
        assert not (self.closes and any(self.opens(place.address) for place in inside))
        assert self.opens(next_door.address)

    def test_closing_a_room_that_nobody_entered(self) -> None:
        self.rooms.close(appointment=APPOINTMENT)
