"""The world outside, harsher than any vendor: a card network that tells news, and rooms.

Everything that moves is shown to `Safety` at once: it sees money move at the network itself, not
in our own account of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from attrs import evolve

from simulation.faults import Faults
from simulation.safety import Safety
from simulation.timeline import Timeline
from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import AppointmentId, CardToken, HoldRef, OperationId, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView, Transfer
from teleconsult_core.people import Role
from teleconsult_core.ports import Authorise, CardDetails, RoomPass
from teleconsult_core.testing.fakes import Failure, FakeCardNetwork, FakeVideoRooms
from teleconsult_core.testing.fakes.cards import Held
from teleconsult_core.testing.fakes.store import InTransaction

AROUND_THE_END = timedelta(seconds=1)
STALE_FOR = timedelta(hours=24)
"""No network shows old books for longer than it remembers keys."""


class Network(FakeCardNetwork):
    """The card network; `told` is called with every piece of news."""

    def __init__(
        self, timeline: Timeline, store: InTransaction, safety: Safety,
        told: Callable[[str, HoldRef], None],
    ) -> None:  # fmt: skip
        super().__init__(lambda: timeline.now, store)
        self._timeline, self._safety, self._told = timeline, safety, told
        self._before: dict[HoldRef, tuple[HoldView, datetime]] = {}
        self._news = 0

    def stale(self, ref: HoldRef) -> HoldView:
        """The books about a hold as they were before its last change, if that is not a day ago."""
        self._safety.news.looked[ref] = self._timeline.now
        before, changed_at = self._before.get(ref, (None, self._timeline.now))
        fresh = self._timeline.now - changed_at < STALE_FOR
        return before if before and fresh else self.look(ref=ref)

    def seen(self, ref: HoldRef) -> HoldView:
        """The books about a hold, and that somebody has looked at them."""
        view = self.look(ref=ref)
        self._safety.news.looked[ref] = self._timeline.now
        return view

    def _keep(self, held: Held) -> HoldView:
        old = self._holds.get(held.ref)
        view = super()._keep(held)
        if old == held:
            return view
        self._timeline.note(f"network {held.ref} {held.fact.value} {held.captured} {held.refunded}")
        self._safety.money.moved(old, held)
        if old is not None:
            self._before[held.ref] = old.view(), self._timeline.now
        if held.until is not None and (old is None or old.until != held.until):
            ends = min(end for end in (held.until, held.dropped_at) if end is not None)
            self._timeline.at(ends + AROUND_THE_END, self._tell, held.ref)
        self._tell(held.ref)
        return view

    def ends_all(self) -> None:
        """The banks let go of every hold that stands, all at once."""
        now = self._timeline.now
        for ref in list(self._holds):
            held = self._hold(ref)
            if held.fact is HoldFact.AUTHORISED:
                self._holds[ref] = evolve(held, dropped_at=now)
                self._timeline.note(f"network {ref} dropped")
                self._timeline.at(now + AROUND_THE_END, self._tell, ref)

    def _tell(self, ref: HoldRef) -> None:
        self._news += 1
        self._told(f"news-{self._news}", ref)


class FaultyCards:
    """`ports.CardNetwork` with everything that can befall a call."""

    def __init__(self, faults: Faults, network: Network) -> None:
        self._call, self._network = faults.call, network

    def card(self, token: CardToken) -> CardDetails | None:
        return self._call("cards.card", lambda: self._network.card(token))

    def authorise(self, *, key: OperationId, request: Authorise) -> HoldView:
        return self._keyed("authorise", lambda: self._network.authorise(key=key, request=request))

    def capture(
        self, *, key: OperationId, ref: HoldRef, amount: Money, fee: Money | None = None
    ) -> HoldView:
        return self._keyed(
            "capture", lambda: self._network.capture(key=key, ref=ref, amount=amount, fee=fee)
        )

    def release(self, *, key: OperationId, ref: HoldRef) -> HoldView:
        return self._keyed("release", lambda: self._network.release(key=key, ref=ref))

    def refund(self, *, key: OperationId, ref: HoldRef, amount: Money) -> HoldView:
        return self._keyed("refund", lambda: self._network.refund(key=key, ref=ref, amount=amount))

    def look(self, *, ref: HoldRef) -> HoldView:
        def stale() -> HoldView:
            return self._network.stale(ref)

        def look() -> HoldView:
            return self._network.seen(ref)

        return self._call("cards.look", look, stale=stale)

    def find(self, *, key: OperationId, asked_at: datetime) -> HoldView | None:
        find = partial(self._network.find, key=key, asked_at=asked_at)
        return self._call("cards.find", find, stale=lambda: None)

    def challenge(self, *, ref: HoldRef) -> str:
        return self._call("cards.challenge", lambda: self._network.challenge(ref=ref))

    def since(self, *, moment: Any) -> tuple[HoldView, ...]:
        return self._call("cards.since", lambda: self._network.since(moment=moment))

    def transfers(self, *, practitioner: PractitionerId) -> tuple[Transfer, ...]:
        return self._network.transfers(practitioner=practitioner)

    def _keyed(self, verb: str, effect: Callable[[], HoldView]) -> HoldView:
        def stored() -> None:
            self._network.fail_next(verb, Failure.STORED)

        return self._call(f"cards.{verb}", effect, stored=stored)


class FaultyRooms:
    """`ports.VideoRooms`; who is let in is shown to `Safety`."""

    region = "peer-to-peer"

    def __init__(self, faults: Faults, store: InTransaction, safety: Safety) -> None:
        self._faults, self._safety = faults, safety
        self._rooms = FakeVideoRooms(store)

    def admit(self, *, appointment: AppointmentId, role: Role, device: str, until: Any) -> RoomPass:
        def admit() -> RoomPass:
            room = self._rooms.admit(appointment=appointment, role=role, device=device, until=until)
            self._safety.admitted(appointment, role)
            return room

        return self._faults.call("rooms.admit", admit)

    def close(self, *, appointment: AppointmentId) -> None:
        self._faults.call("rooms.close", lambda: self._rooms.close(appointment=appointment))
