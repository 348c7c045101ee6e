"""Rooms on LiveKit: made for two before anybody comes, deleted when they are over.

May import provider, wire. Its calls are JSON over HTTPS (Twirp); each carries a token that is good
for a minute and for that call alone. Written after its documentation and its published source; not
tried on a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from attrs import Factory, field, frozen

from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused, PortTrouble, RoomPass, VideoRooms
from teleconsult_video.provider import SHOWN, Provider, an_address
from teleconsult_video.wire import Answer, Wire

PLACES = 2
GOOD_FOR = timedelta(minutes=10)
"""A pass is asked for with every click, and LiveKit looks at it when somebody connects only."""

KEPT_EMPTY = 15 * 60
"""Seconds: longer than a pass, so that nobody finds the room gone for which he has one."""

_CALLS = "/twirp/livekit.RoomService/"
_ASKING = timedelta(minutes=1)


@frozen(eq=False)
class LiveKitRooms:
    """`ports.VideoRooms` by LiveKit's RoomService. One identity a place: the later device has it.

    `page` is where people go, a LiveKit Meet of one's own: it is given `liveKitUrl` and `token`.
    """

    provider: Provider
    page: str = field(validator=an_address)
    _wire: Wire = field(
        init=False, repr=False, default=Factory(lambda self: Wire(self.provider.server), True)
    )

    @property
    def region(self) -> str:
        return self.provider.region

    def room_of(self, appointment: AppointmentId) -> str:
        """Its name there, to know what news are about."""
        return self.provider.name_of("room", appointment)

    def admit(
        self, *, appointment: AppointmentId, role: Role, device: str, until: datetime
    ) -> RoomPass:
        """The pass is good for `GOOD_FOR` at most; an earlier one may be used until its end.

        Whoever connects throws out the earlier device of his place. Raises `PortTrouble` when
        there is no room to be had now, `PortMisused` for what somebody must mend.
        """
        seat, closes = self.provider.seat(appointment, role), self.provider.until(until)
        room = self.room_of(appointment)
        self._make(room)
        ends = min(closes, self.provider.now() + GOOD_FOR)
        grant = {"room": room, "roomJoin": True}
        token = self.provider.signed({"sub": seat, "name": SHOWN[role], "video": grant}, ends)
        server = "ws" + self.provider.server.removeprefix("http")
        return RoomPass(f"{self.page}?{urlencode({'liveKitUrl': server, 'token': token})}", ends)

    def close(self, *, appointment: AppointmentId) -> None:
        """Everybody is thrown out. Raises as `admit` does; a room that is gone is no trouble."""
        gone = self._ask("DeleteRoom", {"roomCreate": True}, {"room": self.room_of(appointment)})
        if gone.status == 404 and gone.said("code") == "not_found":
            return
        _must_be_taken(gone)

    def check(self) -> str:
        """A sentence for whoever looks after the installation. Raises as `admit` does."""
        nobodys = self.provider.name_of("check")
        _must_be_taken(self._ask("ListRooms", {"roomList": True}, {"names": [nobodys]}))
        return f"{self._wire.name} answers, and takes our key"

    def disconnect(self) -> None:
        """Let go of the connections; not to be used afterwards."""
        self._wire.close()

    def _make(self, room: str) -> None:
        """A room that is there already stays, with whoever is inside."""
        wanted = {
            "name": room,
            "empty_timeout": KEPT_EMPTY,
            "departure_timeout": KEPT_EMPTY,
            "max_participants": PLACES,
        }
        made = self._ask("CreateRoom", {"roomCreate": True}, wanted)
        _must_be_taken(made)
        if made.said("name") != room:
            raise PortTrouble("LiveKit does not say which room it made", unknown=True)
        places = made.said("max_participants", "maxParticipants")
        if places != PLACES:
            raise PortMisused(f"LiveKit made a room for {places or 'any number'}, not {PLACES}")

    def _ask(self, call: str, grant: Mapping[str, Any], asked: Mapping[str, Any]) -> Answer:
        token = self.provider.signed({"video": dict(grant)}, self.provider.now() + _ASKING)
        return self._wire.ask("POST", _CALLS + call, token=token, json=dict(asked))


_MISUSED = {
    400: "LiveKit does not understand what it is asked",
    401: "LiveKit does not know the key, or its secret is another, or one of the clocks is wrong",
    403: "LiveKit does not let this key make rooms",
    404: "LiveKit is not at this address",
}


def _must_be_taken(answer: Answer) -> None:
    status = answer.status
    if status == 200:
        return
    if status in _MISUSED:
        raise PortMisused(_MISUSED[status])
    if status == 429:
        raise PortTrouble("LiveKit asks us to wait")
    if status >= 500 or status == 408:
        raise PortTrouble(f"LiveKit is in trouble ({status})", unknown=True)
    raise PortMisused(f"LiveKit answers with {status}")


if TYPE_CHECKING:
    _conforms: type[VideoRooms] = LiveKitRooms
