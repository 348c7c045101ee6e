"""Rooms on a Jitsi of one's own: an address and a token for each, no call to the server.

May import provider, wire. Jitsi makes a room when somebody comes and forgets it when all have left.
It does not count to two by itself, takes no token back and knows no end: what its server must be
told is in docs/how-to/video-providers.md. Written after its documentation; not tried on a server.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, PortTrouble, RoomPass, VideoRooms
from teleconsult_video.provider import SHOWN, Provider
from teleconsult_video.wire import Wire

AUDIENCE = "jitsi"


class JitsiRooms:
    """`ports.VideoRooms` by tokens. A path of the server's address is the tenant.

    A pass is good until the room closes: Jitsi asks for it again whenever a connection is lost.
    """

    def __init__(self, provider: Provider) -> None:
        self._at = provider
        where = urlsplit(provider.server)
        self._domain = (where.path.strip("/") or where.hostname or "").lower()

    @property
    def region(self) -> str:
        return self._at.region

    def room_of(self, appointment: AppointmentId, until: datetime) -> str:
        """One for each time of an appointment: after a move, earlier passes lead elsewhere."""
        return self._at.name_of("room", appointment, str(int(until.timestamp())))

    def admit(
        self, *, appointment: AppointmentId, role: Role, device: str, until: datetime
    ) -> RoomPass:
        """Asks nobody. An earlier device keeps its pass: Jitsi cannot take it back."""
        seat, ends = self._at.seat(appointment, role), self._at.until(until)
        room = self.room_of(appointment, ends)
        claims = {
            "aud": AUDIENCE,
            "sub": self._domain,
            "room": room,
            "context": {"user": {"id": seat, "name": SHOWN[role]}},
        }
        token = self._at.signed(claims, ends)
        return RoomPass(f"{self._at.server}/{room}?{urlencode({'jwt': token})}", ends)

    def close(self, *, appointment: AppointmentId) -> None:
        """Does nothing: Jitsi has no call for it. Whoever is inside stays; passes end by time."""

    def check(self) -> str:
        """A sentence for whoever looks after the installation; whether passes fit is not asked.

        Raises `PortTrouble`, `PortMisused`.
        """
        wire = Wire(self._at.server)
        try:
            status = wire.ask("GET", "/").status
        finally:
            wire.close()
        if status >= 500:
            raise PortTrouble(f"{wire.name} is in trouble ({status})")
        if status >= 400:
            raise PortMisused(f"{wire.name} has no page at this address ({status})")
        return f"{wire.name} answers; whether it takes our passes is known when somebody joins"


if TYPE_CHECKING:
    _conforms: type[VideoRooms] = JitsiRooms
