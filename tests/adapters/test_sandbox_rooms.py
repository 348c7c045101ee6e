"""The sandbox's rooms: one place for each role, passes that end, doors that close."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, PortTrouble, RoomPass
from teleconsult_sandbox import Sandbox, Trouble, TroubleKind

ROOM = AppointmentId("appointment-1")
HOUR = timedelta(hours=1)


def admit(sandbox: Sandbox, role: Role, device: str, until: datetime) -> RoomPass:
    return sandbox.rooms.admit(appointment=ROOM, role=role, device=device, until=until)


def devices(sandbox: Sandbox) -> list[tuple[Role, str]]:
    return [(place.role, place.device) for place in sandbox.rooms.inside(ROOM)]


def test_media_flow_from_peer_to_peer(sandbox: Sandbox) -> None:
    assert sandbox.rooms.region == "peer-to-peer"


def test_each_role_has_a_place_and_an_address_of_its_own(sandbox: Sandbox, noon: datetime) -> None:
    patient = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    practitioner = admit(sandbox, Role.PRACTITIONER, "desk", noon + HOUR)
    assert patient.address.startswith("https://room.sandbox.invalid/")
    assert patient.address != practitioner.address
    assert patient.until == noon + HOUR
    assert devices(sandbox) == [(Role.PATIENT, "phone"), (Role.PRACTITIONER, "desk")]


def test_a_later_device_takes_the_place(sandbox: Sandbox, noon: datetime) -> None:
    first = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    second = admit(sandbox, Role.PATIENT, "tablet", noon + HOUR)
    assert devices(sandbox) == [(Role.PATIENT, "tablet")]
    assert sandbox.rooms.at(first.address) is None
    taken = sandbox.rooms.at(second.address)
    assert taken is not None
    assert taken.device == "tablet"


def test_the_same_device_comes_back_to_its_own_place(sandbox: Sandbox, noon: datetime) -> None:
    first = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    again = admit(sandbox, Role.PATIENT, "phone", noon + 2 * HOUR)
    assert (again.address, again.until) == (first.address, noon + 2 * HOUR)
    assert devices(sandbox) == [(Role.PATIENT, "phone")]


def test_a_pass_ends(sandbox: Sandbox, noon: datetime) -> None:
    given = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    sandbox.clock.set(noon + HOUR)
    assert sandbox.rooms.at(given.address) is None
    assert devices(sandbox) == []


def test_nobody_is_in_a_closed_room_however_often_it_is_closed(
    sandbox: Sandbox, noon: datetime
) -> None:
    given = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    sandbox.rooms.close(appointment=ROOM)
    sandbox.rooms.close(appointment=ROOM)
    assert devices(sandbox) == []
    assert sandbox.rooms.at(given.address) is None


def test_an_address_never_comes_back(sandbox: Sandbox, noon: datetime) -> None:
    first = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    sandbox.rooms.close(appointment=ROOM)
    assert admit(sandbox, Role.PATIENT, "phone", noon + HOUR).address != first.address


def test_rooms_do_not_know_of_each_other(sandbox: Sandbox, noon: datetime) -> None:
    admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    sandbox.rooms.close(appointment=AppointmentId("appointment-2"))
    assert devices(sandbox) == [(Role.PATIENT, "phone")]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.OPERATOR, Role.SYSTEM])
def test_there_is_no_third_place(sandbox: Sandbox, noon: datetime, role: Role) -> None:
    with pytest.raises(PortMisused, match="no place"):
        admit(sandbox, role, "desk", noon + HOUR)


def test_a_room_may_be_out_of_reach(sandbox: Sandbox, noon: datetime) -> None:
    sandbox.rooms.trouble.plan(Trouble("admit", TroubleKind.BUSY))
    with pytest.raises(PortTrouble):
        admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    assert devices(sandbox) == []


def test_a_pass_tells_its_address_to_nobody_by_accident(sandbox: Sandbox, noon: datetime) -> None:
    given = admit(sandbox, Role.PATIENT, "phone", noon + HOUR)
    assert given.address not in repr(given)
