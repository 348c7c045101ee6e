"""Rooms without any video: who would be in them is kept. May import file, ports, trouble.

One place for each role; a later device takes it, and the earlier one's address leads nowhere
from then on. A pass is good until its end, judged when it is read.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, RoomPass, VideoRooms
from teleconsult_sandbox.clock import Clock
from teleconsult_sandbox.file import SandboxFile, read, written
from teleconsult_sandbox.trouble import Troubles

_SEATED = frozenset({Role.PATIENT, Role.PRACTITIONER})

_BY_APPOINTMENT = "select * from places where appointment = ? and until > ? order by number"
_BY_ADDRESS = "select * from places where address = ? and until > ?"


@frozen
class Place:
    """Who is in a room, by which device, until when."""

    appointment: AppointmentId
    role: Role
    device: str
    address: str
    until: datetime


class SandboxRooms:
    """`ports.VideoRooms` in one file. Raises `PortTrouble` when the file cannot be used."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file, self._clock = SandboxFile(path), clock
        verbs = frozenset({"admit", "close"})
        self.trouble = Troubles(self._file, "rooms", verbs=verbs, sleep=sleep)

    @property
    def region(self) -> str:
        return "peer-to-peer"

    def admit(
        self, *, appointment: AppointmentId, role: Role, device: str, until: datetime
    ) -> RoomPass:
        if role not in _SEATED:
            raise PortMisused(f"there is no place for the role {role.value} in a room")
        with self.trouble.around("admit"), self._file.transaction() as connection:
            place = _same(connection, appointment, role, device, until)
            if place is None:
                place = _seat(connection, appointment, role, device, until)
            return RoomPass(place.address, place.until)

    def close(self, *, appointment: AppointmentId) -> None:
        with self.trouble.around("close"), self._file.transaction() as connection:
            connection.execute("delete from places where appointment = ?", (appointment,))

    def inside(self, appointment: AppointmentId) -> tuple[Place, ...]:
        """Whose pass is good now, in the order in which they came."""
        return self._good(_BY_APPOINTMENT, appointment)

    def at(self, address: str) -> Place | None:
        """Whom `address` lets in; None when it was taken over, has expired or was closed."""
        return next(iter(self._good(_BY_ADDRESS, address)), None)

    def disconnect(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._file.close()

    def _good(self, question: str, value: str) -> tuple[Place, ...]:
        now = written(self._clock())
        with self._file.reading() as connection:
            rows = connection.execute(question, (value, now))
            return tuple(_read(row) for row in rows)


def _same(
    connection: sqlite3.Connection,
    appointment: AppointmentId,
    role: Role,
    device: str,
    until: datetime,
) -> Place | None:
    """The place this very device has already (a reload), good until `until` from now on."""
    row = connection.execute(
        "update places set until = ? where appointment = ? and role = ? and device = ? returning *",
        (written(until), appointment, role.value, device),
    ).fetchone()
    return None if row is None else _read(row)


def _seat(
    connection: sqlite3.Connection,
    appointment: AppointmentId,
    role: Role,
    device: str,
    until: datetime,
) -> Place:
    """A new place with a new address, instead of the role's earlier one."""
    connection.execute(
        "delete from places where appointment = ? and role = ?", (appointment, role.value)
    )
    row = connection.execute(
        "insert into places (appointment, role, device, until) values (?, ?, ?, ?) returning *",
        (appointment, role.value, device, written(until)),
    ).fetchone()
    return _read(row)


def _read(row: sqlite3.Row) -> Place:
    return Place(
        AppointmentId(row["appointment"]),
        Role(row["role"]),
        row["device"],
        row["address"],
        read(row["until"]),
    )


if TYPE_CHECKING:
    _conforms: type[VideoRooms] = SandboxRooms
