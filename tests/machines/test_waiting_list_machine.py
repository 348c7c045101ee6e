"""Three who wait, one morning, and time that frees, lapses, is taken up or is taken away.

An offer is an appointment that stands; nobody has two offers, nobody is offered the same start
twice or one that is too late for him, and whoever left or was served is asked no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from machines.clinic import appointments, let_pass, running
from teleconsult_core.appointments import Origin
from teleconsult_core.ids import AppointmentId, CardToken, WaitingId
from teleconsult_core.slots import Mode
from teleconsult_core.waiting_list import Waiting, WaitingState
from world import ANN, BOB, DR, SUPPORT, THE_DOCTOR, THURSDAY_10, VISIT, World

WISHES = {WaitingId(name): who for name, who in (("w1", ANN), ("w2", BOB), ("w3", BOB))}
WISH = st.sampled_from(list(WISHES))
TAKEN = [AppointmentId(name) for name in "abcd"]
IDS = st.sampled_from([*TAKEN, *(f"{wish}-{n}" for wish in WISHES for n in (1, 2))])
MINUTES = st.sampled_from([0, 15, 25, 30, 50])


class WaitingListMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.desk = self.world.desk
        self.over: dict[WaitingId, WaitingState] = {}
        self.offers: dict[AppointmentId, datetime] = {}

    @initialize(mode=st.sampled_from(list(Mode)), hours=st.sampled_from([30, 3]))
    def begin(self, mode: Mode, hours: int) -> None:
        self.world.at(THURSDAY_10 - timedelta(hours=hours))
        for n, id in enumerate(TAKEN):
            self.enter(id, Mode.VIDEO, 25 * n, 20)
        self.wait(WaitingId("w1"), mode, 60)

    @rule(id=st.sampled_from(TAKEN), mode=st.sampled_from(list(Mode)), after=MINUTES)
    def enter_for_good(self, id: Any, mode: Mode, after: int) -> None:
        self.enter(AppointmentId(f"{id}{after}"), mode, after, 600)

    @rule(id=st.sampled_from(TAKEN), mode=st.sampled_from(list(Mode)), after=MINUTES)
    def book(self, id: Any, mode: Mode, after: int) -> None:
        name = f"{id}{after}-{mode.value}"
        self.world.book(name, THURSDAY_10 + timedelta(minutes=after), ANN, mode)

    @rule(id=WISH, mode=st.sampled_from(list(Mode)), until=st.sampled_from([20, 60, 600]))
    def wait(self, id: Any, mode: Mode, until: int) -> None:
        self.desk.join_waiting_list(
            id=id,
            practitioner=DR,
            visit_type=VISIT,
            mode=mode,
            patient=WISHES[id],
            before=THURSDAY_10 + timedelta(minutes=until),
            now=self.world.now,
        )

    @rule(id=WISH)
    def wait_no_longer(self, id: Any) -> None:
        self.desk.leave_waiting_list(id=id, by=SUPPORT, now=self.world.now)

    @rule(id=IDS)
    def confirm(self, id: Any) -> None:
        asked = {"card": CardToken("visa"), "consent": self.world.consent()}
        self.desk.confirm(appointment=id, now=self.world.now, **asked)

    @rule(id=IDS)
    def cancel(self, id: Any) -> None:
        self.desk.cancel(appointment=id, by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS, after=MINUTES)
    def move(self, id: Any, after: int) -> None:
        start = THURSDAY_10 + timedelta(minutes=after)
        self.desk.move(appointment=id, start=start, by=THE_DOCTOR, now=self.world.now)

    @rule(minutes=st.sampled_from([1, 20, 60, 121]), swept=st.booleans())
    def time_passes(self, minutes: int, swept: bool) -> None:
        let_pass(self.world, minutes)
        if swept:
            self.desk.sweep(now=self.world.now)

    def enter(self, id: AppointmentId, mode: Mode, after: int, deadline: int) -> None:
        if id not in appointments(self.world):
            self.desk.enter(
                id=id,
                practitioner=DR,
                visit_type=VISIT,
                mode=mode,
                start=THURSDAY_10 + timedelta(minutes=after),
                patient=ANN,
                deadline=self.world.now + timedelta(minutes=deadline),
                now=self.world.now,
            )

    # --- what must hold ----------------------------------------------------------------------

    def wishes(self) -> list[Waiting]:
        with self.world.store.open_work(writing=False) as work:
            return [one for id in WISHES if (one := work.waiting_list.get(id)) is not None]

    @invariant()
    def an_offer_is_an_appointment_that_stands(self) -> None:
        found = appointments(self.world)
        named = [one.offer for one in self.wishes() if one.state is WaitingState.OFFERED]
        assert len(set(named)) == len(named)
        for id in named:
            assert id is not None
            assert found[id].state == "awaiting-confirmation", f"{id} is {found[id].state}"

    @invariant()
    def who_is_served_or_left_is_asked_no_more(self) -> None:
        for one in self.wishes():
            assert self.over.get(one.id, one.state) is one.state, f"{one.id} is {one.state} again"
            if one.state in {WaitingState.SERVED, WaitingState.LEFT}:
                self.over[one.id] = one.state

    @invariant()
    def every_offer_is_wanted_and_new(self) -> None:
        made = {
            id: one.terms
            for id, one in appointments(self.world).items()
            if one.terms.origin is Origin.WAITING_LIST and id not in self.offers
        }
        wishes = {one.id: one for one in self.wishes()}
        for id, terms in made.items():
            wish = wishes[WaitingId(id.partition("-")[0])]
            assert terms.start < wish.before
            assert terms.mode is wish.mode
            earlier = {at for name, at in self.offers.items() if name.startswith(wish.id)}
            assert terms.start not in earlier, f"{wish.id} was offered {terms.start} before"
            self.offers[id] = terms.start


TestWaitingList = WaitingListMachine.TestCase
TestWaitingList.settings = running()
