"""Messages on their way: gateways fail before and after, refuse, are slow; life goes on meanwhile.

A spy stands before the gateways and judges every message at the moment in which it is handed over;
while it does, somebody may cancel, move, be erased, or a second worker may take up what the first
one has had for too long. At the end all is calm, and whatever was due has gone or says why not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from machines.clinic import ALL, appointments, let_pass, running
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.messages import Channel, Kind, Message, MessageState, To
from teleconsult_core.people import Patient
from teleconsult_core.ports import PortTrouble
from teleconsult_core.slots import Mode
from world import (
    ANN,
    BOB,
    DR,
    OPERATOR,
    SUPPORT,
    THE_DOCTOR,
    THURSDAY_10,
    VISIT,
    World,
    eur,
)

PLANNED = {
    AppointmentId("a"): (ANN, THURSDAY_10, Mode.VIDEO),
    AppointmentId("b"): (BOB, THURSDAY_10 + timedelta(hours=5), Mode.IN_PERSON),
    AppointmentId("c"): (BOB, THURSDAY_10 + timedelta(days=1), Mode.VIDEO),
}
IDS = st.sampled_from(list(PLANNED))
AHEAD = {Kind.REMINDER, Kind.LAST_REMINDER, Kind.PRACTITIONER_LINK, Kind.MOVED}
OVER = {MessageState.SENT, MessageState.DROPPED, MessageState.PARKED}


class Spy:
    """Stands before a gateway: judges what is handed over, and lets things happen meanwhile."""

    def __init__(self, gateway: Any, judge: Callable[[str, str], None]) -> None:
        self.gateway, self.judge = gateway, judge
        self.meanwhile: list[Callable[[], Any]] = []
        self.failures: list[bool] = []
        """How the next calls fail: True when the message arrives all the same."""

    def calm_down(self) -> None:
        self.meanwhile.clear()
        self.failures.clear()

    def send(self, *, key: str, to: str, **content: Any) -> Any:
        self.judge(key, to)
        if self.meanwhile:
            self.meanwhile.pop()()
        unknown = self.failures.pop() if self.failures else None
        if unknown is False:
            raise PortTrouble("the gateway did not take it")
        answer = self.gateway.send(key=key, to=to, **content)
        if unknown:
            raise PortTrouble("the answer was lost", unknown=True)
        return answer


class OutboxMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.texts = Spy(self.world.texts, self.judge)
        self.letters = Spy(self.world.letters, self.judge)
        self.desk = evolve(self.world.desk, texts=self.texts, letters=self.letters)
        self.confirmed: dict[tuple[str, int], datetime] = {}
        self.troubled = False

    # --- what happens to appointments --------------------------------------------------------

    @initialize(id=IDS)
    def begin(self, id: Any) -> None:
        self.book(id)

    @rule(id=IDS)
    def book(self, id: Any) -> None:
        patient, start, mode = PLANNED[id]
        if id not in appointments(self.world) and not self.erased(patient):
            self.world.book(id, start, patient, mode)

    @rule(id=IDS)
    def enter(self, id: Any) -> None:
        patient, start, mode = PLANNED[id]
        if id in appointments(self.world) or self.erased(patient):
            return
        asked = {"practitioner": DR, "visit_type": VISIT, "mode": mode, "patient": patient}
        self.desk.enter(id=id, start=start, now=self.world.now, **asked)

    @rule(id=IDS)
    def confirm(self, id: Any) -> None:
        asked = {"card": CardToken("visa"), "consent": self.world.consent()}
        self.desk.confirm(appointment=id, now=self.world.now, **asked)

    @rule(id=IDS)
    def cancel(self, id: Any) -> None:
        self.desk.cancel(appointment=id, by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS, hours=st.sampled_from([0, 1, 24, 96]))
    def move(self, id: Any, hours: int) -> None:
        start = PLANNED[id][1] + timedelta(hours=hours)
        self.desk.move(appointment=id, start=start, by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS)
    def finish(self, id: Any) -> None:
        self.desk.complete(appointment=id, amount=eur("0.00"), by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS)
    def ask_for_the_link_again(self, id: Any) -> None:
        self.desk.resend_link(appointment=id, by=SUPPORT, now=self.world.now)

    @rule(patient=st.sampled_from([ANN, BOB]))
    def erase(self, patient: Any) -> None:
        self.desk.erase_patient(patient=patient.id, by=OPERATOR, now=self.world.now)

    # --- the gateways, time and the workers --------------------------------------------------

    @rule(sms=st.booleans(), times=st.integers(1, 3), unknown=st.booleans())
    def a_gateway_fails(self, sms: bool, times: int, unknown: bool) -> None:
        (self.texts if sms else self.letters).failures += [unknown] * times
        self.troubled = True

    @rule(address=st.sampled_from([ANN.phone, BOB.email]))
    def an_address_is_refused(self, address: str) -> None:
        for gateway in (self.world.texts, self.world.letters):
            gateway.refuse(address)
        self.troubled = True

    @rule(
        sms=st.booleans(),
        id=IDS,
        what=st.sampled_from(["cancel", "move", "cancel and erase", "second worker"]),
    )
    def something_will_happen_while_sending(self, sms: bool, id: Any, what: str) -> None:
        def second_worker() -> None:
            let_pass(self.world, 6)
            self.deliver()

        def cancel_and_erase() -> None:
            self.cancel(id)
            self.desk.recover(now=self.world.now)
            self.erase(PLANNED[id][0])

        happens: dict[str, Callable[[], Any]] = {
            "cancel": lambda: self.cancel(id),
            "move": lambda: self.move(id, 24),
            "cancel and erase": cancel_and_erase,
            "second worker": second_worker,
        }
        (self.texts if sms else self.letters).meanwhile.append(happens[what])
        self.troubled = True

    @rule()
    def deliver(self) -> None:
        self.desk.deliver_due_messages(now=self.world.now)

    @rule(minutes=st.sampled_from([1, 16, 60, 600, 1440]))
    def time_passes(self, minutes: int) -> None:
        let_pass(self.world, minutes)

    @rule()
    def tidy(self) -> None:
        self.desk.recover(now=self.world.now)
        self.desk.sweep(now=self.world.now)

    # --- what must hold ----------------------------------------------------------------------

    def erased(self, patient: Patient) -> bool:
        with self.world.store.open_work(writing=False) as work:
            return not isinstance(work.patients.get(patient.id) or patient, Patient)

    def messages(self) -> list[Message]:
        with self.world.store.open_work(writing=False) as work:
            return list(work.outbox.recent(ALL))

    def judge(self, key: str, to: str) -> None:
        """Called as a message is handed over: should it really go, now, to him?"""
        with self.world.store.open_work(writing=False) as work:
            message = next(one for one in work.outbox.recent(ALL) if one.id == key)
            its = work.appointments.get(message.appointment) if message.appointment else None
        assert message.due_at <= self.world.now < message.useful_until, f"{key} is stale"
        if message.kind in AHEAD:
            assert isinstance(its, Confirmed), f"{key}, but it is {its.state if its else 'gone'}"
            assert its.terms.sequence == message.sequence, f"{key}, but it was moved"
        for patient in (ANN, BOB):
            assert to not in {patient.phone, patient.email} or not self.erased(patient)

    @invariant()
    def remember_when_each_was_confirmed(self) -> None:
        for id, one in appointments(self.world).items():
            if isinstance(one, Confirmed):
                self.confirmed.setdefault((id, one.terms.sequence), self.world.now)

    @invariant()
    def each_reminder_once_per_channel(self) -> None:
        arrived = {one.key for one in (*self.world.texts.sent, *self.world.letters.sent)}
        seen = Counter(
            (one.appointment, one.sequence, one.kind, one.channel, one.to, one.about)
            for one in self.messages()
            if one.id in arrived and one.kind in AHEAD
        )
        assert not [what for what, times in seen.items() if times > 1]

    def teardown(self) -> None:
        self.texts.calm_down()
        self.letters.calm_down()
        for _ in range(30):
            let_pass(self.world, 15)
            self.deliver()
        now = self.world.now
        due = [one for one in self.messages() if one.due_at <= now]
        assert not [one.id for one in due if one.state not in OVER]
        if self.troubled:
            return
        for (id, sequence), since in self.confirmed.items():
            its = appointments(self.world)[id]
            if isinstance(its, Confirmed) and its.terms.sequence == sequence:
                self.reminders_were_planned(its, since)

    def reminders_were_planned(self, its: Confirmed, since: datetime) -> None:
        for hours, kind in ((24, Kind.REMINDER), (1, Kind.LAST_REMINDER)):
            if since <= its.terms.start - timedelta(hours=hours):
                mine = {
                    one.channel
                    for one in self.messages()
                    if (one.appointment, one.sequence) == (its.terms.id, its.terms.sequence)
                    and one.kind is kind
                    and one.to is To.PATIENT
                }
                assert mine == set(Channel), f"{its.terms.id}: {kind} by {mine} only"


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = running()
