"""One practitioner, few slots, two patients, and everything that can be said to an appointment.

Allowed or not, each command is said twice. What must hold after every step: no two of the time
taken overlap, an appointment goes only where its diagram leads, and what is over stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from machines.clinic import appointments, let_pass, running, twice
from teleconsult_core.appointments import BLOCKING, Appointment
from teleconsult_core.ids import AppointmentId, CardToken, WaitingId
from teleconsult_core.refusals import BadInput
from teleconsult_core.slots import Mode
from world import (
    ANN,
    BOB,
    DR,
    SUPPORT,
    THE_DOCTOR,
    THURSDAY_10,
    VISIT,
    World,
    eur,
    patient_of,
)

IDS = st.sampled_from([AppointmentId(name) for name in "abcdef"])
STARTS = st.sampled_from([THURSDAY_10 + timedelta(minutes=5 * n) for n in (0, 3, 5, 6, 7, 10, 60)])
PATIENTS = st.sampled_from([ANN, BOB])
MODES = st.sampled_from(list(Mode))
CARDS = st.sampled_from([None, "visa", "visa", "visa-declined"])
PEOPLE = st.sampled_from([patient_of(ANN), patient_of(BOB), THE_DOCTOR, SUPPORT])
FEES = st.sampled_from([None, None, eur("0.00"), eur("10.00"), eur("30.00")])
WISHES = st.sampled_from([WaitingId("w1"), WaitingId("w2")])

NEXT = {
    "reserved": {"confirmed", "lapsed", "cancelled"},
    "awaiting-confirmation": {"confirmed", "lapsed", "cancelled"},
    "confirmed": {"completed", "no-show", "cancelled"},
}
"""The state diagram; whatever is not named here is over."""


class AppointmentMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.desk = self.world.desk
        self.before: dict[str, Appointment] = {}

    def say(self, command: Any, **asked: Any) -> Any:
        now = self.world.now
        return twice(self.world, lambda: command(**asked, now=now))

    @contextmanager
    def no_other_id(self, id: str) -> Iterator[None]:
        """An id of another booking is the caller's mistake, and told as such."""
        try:
            yield
        except BadInput:
            assert id in self.before

    # --- what is said ------------------------------------------------------------------------

    @initialize(early=st.booleans())
    def begin(self, early: bool) -> None:
        self.world.at(THURSDAY_10 - timedelta(hours=60 if early else 25))

    @rule(id=IDS, start=STARTS, patient=PATIENTS, mode=MODES, card=CARDS)
    def book(self, id: Any, start: Any, patient: Any, mode: Any, card: Any) -> None:
        now, consent = self.world.now, self.world.consent()
        with self.no_other_id(id):
            twice(
                self.world,
                lambda: self.world.book(id, start, patient, mode, card, consent=consent, now=now),
            )

    @rule(id=IDS, start=STARTS, patient=PATIENTS, mode=MODES, soon=st.booleans())
    def enter(self, id: Any, start: Any, patient: Any, mode: Any, soon: bool) -> None:
        asked = {"practitioner": DR, "visit_type": VISIT, "mode": mode, "patient": patient}
        deadline = self.world.now + timedelta(minutes=20) if soon else None
        with self.no_other_id(id):
            self.say(self.desk.enter, id=id, start=start, deadline=deadline, **asked)

    @rule(id=IDS, card=CARDS)
    def confirm(self, id: Any, card: Any) -> None:
        asked: dict[str, Any] = {"appointment": id}
        if card == "visa-declined":
            return  # another attempt is another card step, each time
        if card:
            asked |= {"card": CardToken(card), "consent": self.world.consent()}
        self.say(self.desk.confirm, **asked)

    @rule(id=IDS, by=PEOPLE, fee=FEES)
    def cancel(self, id: Any, by: Any, fee: Any) -> None:
        self.say(self.desk.cancel, appointment=id, by=by, fee=fee)

    @rule(id=IDS, start=STARTS, by=PEOPLE)
    def move(self, id: Any, start: Any, by: Any) -> None:
        self.say(self.desk.move, appointment=id, start=start, by=by)

    @rule(id=IDS, by=PEOPLE)
    def come(self, id: Any, by: Any) -> None:
        self.desk.join(appointment=id, by=by, device=by.id, now=self.world.now)

    @rule(id=IDS, amount=st.sampled_from([eur("0.00"), eur("0.20"), eur("45.00"), eur("60.00")]))
    def complete(self, id: Any, amount: Any) -> None:
        self.say(self.desk.complete, appointment=id, amount=amount, by=THE_DOCTOR)

    @rule(id=IDS, amount=st.sampled_from([eur("0.00"), eur("45.00")]))
    def no_show(self, id: Any, amount: Any) -> None:
        self.say(self.desk.mark_no_show, appointment=id, amount=amount, by=THE_DOCTOR)

    @rule(id=IDS, by=PEOPLE)
    def the_doctor_is_missing(self, id: Any, by: Any) -> None:
        self.say(self.desk.report_absent_practitioner, appointment=id, by=by)

    @rule(id=WISHES, patient=PATIENTS, mode=MODES)
    def wait_for_a_slot(self, id: Any, patient: Any, mode: Any) -> None:
        asked = {"practitioner": DR, "visit_type": VISIT, "mode": mode, "patient": patient}
        before = THURSDAY_10 + timedelta(hours=2)
        self.say(self.desk.join_waiting_list, id=id, before=before, **asked)

    @rule(id=WISHES, by=PEOPLE)
    def wait_no_longer(self, id: Any, by: Any) -> None:
        self.say(self.desk.leave_waiting_list, id=id, by=by)

    # --- time and the worker -----------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 5, 15, 16, 45, 121, 600, 1440]))
    def time_passes(self, minutes: int) -> None:
        let_pass(self.world, minutes)

    @rule()
    def sweep(self) -> None:
        self.desk.sweep(now=self.world.now)

    @rule()
    def work(self) -> None:
        self.world.work(rounds=1)

    # --- what must hold ----------------------------------------------------------------------

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        kept = appointments(self.world).values()
        taken = sorted(
            (one.terms.start, one.terms.blocks_until, one.terms.id)
            for one in kept
            if isinstance(one, BLOCKING)
        )
        for (_, until, first), (start, _, second) in pairwise(taken):
            assert until <= start, f"{first} and {second} overlap"

    @invariant()
    def the_diagram_is_kept(self) -> None:
        found = appointments(self.world)
        for id, old in self.before.items():
            new = found[id]
            if old.state == new.state:
                assert old.state in NEXT or old == new, f"{id} was over and changed"
            else:
                assert new.state in NEXT.get(old.state, set()), f"{old.state} -> {new.state}"
        self.before = found

    @invariant()
    def whoever_is_offered_a_slot_has_one(self) -> None:
        with self.world.store.open_work(writing=False) as work:
            for waiting in work.waiting_list.of(DR):
                if waiting.offer is not None:
                    offer = self.before[waiting.offer]
                    assert offer.state == "awaiting-confirmation", f"{waiting.id}: {offer.state}"


TestAppointment = AppointmentMachine.TestCase
TestAppointment.settings = running()
