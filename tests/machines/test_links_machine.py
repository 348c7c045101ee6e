"""Every link that was ever sent, tried by anybody, at any time, for any purpose.

Only the two of an appointment ever come in, through their own link or as themselves: confirmed,
covered, in time, and never after a move or a cancellation. Opening a link changes nothing, and
whatever is wrong with one, the answer is the same.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from machines.clinic import appointments, everything, let_pass, running
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.links import Link, Purpose
from teleconsult_core.people import Role
from teleconsult_core.policies import Policies
from teleconsult_core.refusals import LinkDead, NotFound
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.join import Joined
from teleconsult_core.wanted import covered
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
    patient_of,
)

PLANNED = {
    AppointmentId("a"): (ANN, THURSDAY_10),
    AppointmentId("b"): (BOB, THURSDAY_10 + timedelta(days=9)),  # beyond the life of a hold
}
IDS = st.sampled_from(list(PLANNED))
LINK = re.compile(r"https://clinic\.example/l/([a-z]+)/([\w-]+)")
ADDRESSES = {ANN.phone: "ann", ANN.email: "ann", BOB.phone: "bob", BOB.email: "bob"}
POLICIES = Policies()


class LinksMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.desk = self.world.desk

    @initialize(id=IDS, entered=st.booleans())
    def begin(self, id: Any, entered: bool) -> None:
        self.world.at(PLANNED[id][1] - timedelta(hours=30))
        if entered:
            self.enter(id)
        else:
            self.book(id)

    @rule(id=IDS)
    def book(self, id: Any) -> None:
        patient, start = PLANNED[id]
        if id not in appointments(self.world):
            self.world.book(id, start, patient)

    @rule(id=IDS)
    def enter(self, id: Any) -> None:
        patient, start = PLANNED[id]
        asked = {"practitioner": DR, "visit_type": VISIT, "mode": Mode.VIDEO, "patient": patient}
        if id not in appointments(self.world):
            self.desk.enter(id=id, start=start, now=self.world.now, **asked)

    @rule(id=IDS)
    def give_a_card(self, id: Any) -> None:
        asked = {"card": CardToken("visa"), "consent": self.world.consent()}
        for step in (self.desk.confirm, self.desk.reauthorize):
            step(appointment=id, now=self.world.now, **asked)

    @rule(id=IDS)
    def cancel(self, id: Any) -> None:
        self.desk.cancel(appointment=id, by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS, minutes=st.sampled_from([0, 50, 1440]))
    def move(self, id: Any, minutes: int) -> None:
        start = PLANNED[id][1] + timedelta(minutes=minutes)
        self.desk.move(appointment=id, start=start, by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS)
    def complete(self, id: Any) -> None:
        self.desk.complete(appointment=id, amount=eur("0.00"), by=THE_DOCTOR, now=self.world.now)

    @rule(id=IDS)
    def ask_again(self, id: Any) -> None:
        self.desk.resend_link(appointment=id, by=SUPPORT, now=self.world.now)

    @rule(minutes=st.sampled_from([1, 11, 61, 400, 1440, 4320]))
    def time_passes(self, minutes: int) -> None:
        let_pass(self.world, minutes)
        self.world.work(rounds=1)

    @rule(id=IDS, before=st.sampled_from([20, 15, 10, 0, -30, -79, -80]))
    def it_is_nearly_time(self, id: Any, before: int) -> None:
        found = appointments(self.world).get(id)
        if found is not None:
            moment = found.terms.start - timedelta(minutes=before)
            self.world.at(max(moment, self.world.now))
            self.world.work(rounds=1)

    # --- trying ------------------------------------------------------------------------------

    def sent(self) -> list[tuple[str, str, str]]:
        """Every link that arrived: who has it, its purpose, its token."""
        letters = [(one.to, one.content.text) for one in self.world.letters.sent]
        texts = [(one.to, one.content) for one in self.world.texts.sent]
        return sorted(
            {
                (ADDRESSES.get(to, DR), *link)
                for to, said in letters + texts
                for link in LINK.findall(said)
            }
        )

    @rule(which=st.integers(0, 30), purpose=st.sampled_from(list(Purpose)))
    def open(self, which: int, purpose: Purpose) -> None:
        for owner, meant, token in self.sent()[which : which + 1]:
            before = everything(self.world)
            link = self.desk.open_link(token=token, purpose=purpose, now=self.world.now)
            assert everything(self.world) == before, "opening a link changed something"
            if isinstance(link, Link):
                assert link.purpose is purpose is Purpose(meant)
                terms = appointments(self.world)[link.appointment].terms
                assert link.sequence == terms.sequence, "the link of another time"
                whose = terms.patient if link.role is Role.PATIENT else terms.practitioner
                assert whose == owner, f"{owner} holds a link of {whose}"
            else:
                assert link == LinkDead()

    @rule(which=st.integers(0, 30))
    def join_by_link(self, which: int) -> None:
        for owner, _, token in self.sent()[which : which + 1]:
            joined = self.desk.join_by_link(token=token, device="phone", now=self.world.now)
            if isinstance(joined, Joined):
                self.may_come_in(joined, owner)

    @rule(which=st.integers(0, 30), place=st.integers(0, 42))
    def join_by_a_link_that_was_tampered_with(self, which: int, place: int) -> None:
        for _, _, token in self.sent()[which : which + 1]:
            other = "A" if token[place] != "A" else "E"
            forged = token[:place] + other + token[place + 1 :]
            answer = self.desk.join_by_link(token=forged, device="x", now=self.world.now)
            assert answer == LinkDead()

    @rule(id=IDS, by=st.sampled_from([patient_of(ANN), patient_of(BOB), THE_DOCTOR]))
    def join_as_oneself(self, id: Any, by: Any) -> None:
        joined = self.desk.join(appointment=id, by=by, device="pc", now=self.world.now)
        if isinstance(joined, Joined):
            self.may_come_in(joined, by.id)

    @rule(id=IDS, by=st.sampled_from([patient_of(ANN), patient_of(BOB), SUPPORT, OPERATOR]))
    def a_stranger_tries(self, id: Any, by: Any) -> None:
        if by.id != PLANNED[id][0].id:
            before = everything(self.world)
            answer = self.desk.join(appointment=id, by=by, device="x", now=self.world.now)
            assert answer == NotFound(what="appointment", id=id)
            assert everything(self.world) == before

    def may_come_in(self, joined: Joined, who: str) -> None:
        its, now = appointments(self.world)[joined.appointment.terms.id], self.world.now
        terms = its.terms
        assert isinstance(its, Confirmed)
        assert who == (terms.patient if joined.role is Role.PATIENT else terms.practitioner)
        assert terms.start - POLICIES.join_early <= now < terms.end + POLICIES.join_late
        standing = [hold for hold in self.world.holds(terms.id) if hold.standing(now)]
        assert covered(terms, standing[-1] if standing else None, POLICIES, now)


TestLinks = LinksMachine.TestCase
TestLinks.settings = running()
