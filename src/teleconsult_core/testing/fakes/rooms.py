"""Rooms without any video: who would be in them is kept. May import ports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, RoomPass, VideoRooms
from teleconsult_core.testing.fakes.store import InTransaction, must_be_outside


@frozen
class Place:
    """Who is in a room, by which device, and what lets him in."""

    device: str
    room: RoomPass


class FakeVideoRooms:
    """One place for each role; a newer device takes it, and the older one's address is dead."""

    region = "peer-to-peer"

    def __init__(self, store: InTransaction | None = None) -> None:
        self._store = store
        self._places: dict[tuple[AppointmentId, Role], Place] = {}
        self._given = 0

    def admit(
        self, *, appointment: AppointmentId, role: Role, device: str, until: datetime
    ) -> RoomPass:
        must_be_outside(self._store, "the video room")
        if role not in {Role.PATIENT, Role.PRACTITIONER}:
            raise PortMisused(f"there is no place for the role {role.value} in a room")
        there = self._places.get((appointment, role))
        if there is None or there.device != device:
            self._given += 1
            address = f"https://rooms.invalid/{appointment}/{role.value}/{self._given}"
            there = Place(device, RoomPass(address, until))
        there = evolve(there, room=evolve(there.room, until=until))
        self._places[appointment, role] = there
        return there.room

    def close(self, *, appointment: AppointmentId) -> None:
        must_be_outside(self._store, "the video room")
        for role in Role:
            self._places.pop((appointment, role), None)

    def inside(self, appointment: AppointmentId) -> dict[Role, str]:
        """Who is in the room, by which device."""
        return {
            role: place.device for (its, role), place in self._places.items() if its == appointment
        }

    def opens(self, address: str) -> bool:
        """Whether `address` lets anybody in."""
        return any(place.room.address == address for place in self._places.values())


if TYPE_CHECKING:
    _conforms: type[VideoRooms] = FakeVideoRooms
