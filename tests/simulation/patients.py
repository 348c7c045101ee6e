"""Patients of every habit: double clicks, two tabs, late, never, 3-D Secure left open, cancelled.

Each patient is a script over one appointment and has a stream of choices of his own; the first
choice everywhere is the well-behaved one.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from attrs import define, field

from simulation.broken import Broken
from simulation.world import World
from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Reserved,
)
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, PractitionerId, WaitingId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.ratings import Rating
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import PatientNeeded

CARDS = ("visa", "mastercard", "amex", "visa-3ds", "visa-3ds", "visa-short", "visa-declined",
         "discover")  # fmt: skip
WAITS = tuple(timedelta(minutes=m) for m in (0, 1, 7, 20, 300))
AHEAD = tuple(timedelta(hours=h) for h in (20, 3, 6, 30, 50, 96, 24 * 6, 24 * 8))
"""How long before the start people book."""

ZONES = ("", "", "", "Asia/Tokyo", "", "America/New_York", "")
"""Where people are, by their number; most are where the practice is."""

JOIN_LINK = re.compile(r"https://clinic\.example/l/join/(\S+)")


@define
class APatient:
    """One patient and the one appointment he is about."""

    world: World
    number: int
    returns: int
    """How many different people there are; the same one comes back now and then."""
    id: AppointmentId = field(init=False)
    who: Patient = field(init=False)

    @id.default
    def _its_id(self) -> AppointmentId:
        return AppointmentId(f"a{self.number}")

    @who.default
    def _himself(self) -> Patient:
        person = self.number % self.returns
        return Patient(
            PatientId(f"p{person}"), f"Patient No{person}x", f"+3247{person:07}",
            f"p{person}@patient.example", "en", zone=ZONES[person % len(ZONES)],
        )  # fmt: skip

    @property
    def stream(self) -> str:
        return f"patient {self.number}"

    @property
    def me(self) -> Actor:
        return Actor(Role.PATIENT, self.who.id)

    def chance(self, k: int) -> bool:
        return self.world.choices.one_in(k, self.stream)

    def pick(self, these: Any) -> Any:
        return self.world.choices.pick(these, self.stream)

    # --- the script ------------------------------------------------------------------------------

    def lives(self) -> None:
        """From looking for a slot to having rated it, or to where he gives up."""
        practitioner = self.pick(self.world.practitioners)
        mode = self.pick((Mode.VIDEO, Mode.VIDEO, Mode.VIDEO, Mode.IN_PERSON))
        if self.chance(7):
            self.is_entered(practitioner, mode)
        else:
            self.books(practitioner, mode)
        self.changes_his_mind()

    def books(self, practitioner: PractitionerId, mode: Mode) -> None:
        start = self.finds_a_slot(practitioner, mode)
        if start is None:
            return
        with_card = mode is Mode.VIDEO and not self.chance(20)
        card = CardToken(self.pick(CARDS)) if with_card else None
        consent = self.agrees() if card else None
        desk = self.world.desk

        def book(now: Any) -> Any:
            return desk.book(
                id=self.id, practitioner=practitioner, visit_type=self.world.visit_of(practitioner),
                mode=mode, start=start, patient=self.who, consent=consent, card=card, now=now,
            )  # fmt: skip

        if self.chance(8):  # looks at the page for a while; meanwhile the agenda may change
            self.world.timeline.pause(timedelta(hours=1 + self.world.choices.n(8, self.stream)))
        if self.chance(12):
            self.world.both_at_once(self.stream, book)
        self.sees_through(self.world.insist(self.stream, book))

    def finds_a_slot(self, practitioner: PractitionerId, mode: Mode) -> Any:
        """A slot of those offered some time ahead; everybody likes the first ones best."""
        first = self.world.timeline.now + self.pick(AHEAD)
        window = Interval(first, first + timedelta(hours=30))
        visit, desk = self.world.visit_of(practitioner), self.world.desk
        offered = self.world.insist(
            self.stream,
            lambda now: desk.offer_slots(
                practitioner=practitioner, visit_type=visit, window=window, now=now,
                modes=frozenset({mode}),
            ),
        )  # fmt: skip
        if not offered:
            return None
        if self.chance(10):
            self.is_really_offered(practitioner, mode, offered[0].start)
        return self.pick(offered[:6]).start

    def is_really_offered(self, practitioner: PractitionerId, mode: Mode, start: Any) -> None:
        """What is offered at this instant is accepted at this instant."""
        now, visit = self.world.timeline.now, self.world.visit_of(practitioner)
        window = Interval(start, start + timedelta(minutes=5))
        modes, desk = frozenset({mode}), self.world.desk
        slots = desk.offer_slots(
            practitioner=practitioner, visit_type=visit, window=window, now=now, modes=modes
        )
        why = desk.why_not_bookable(
            practitioner=practitioner, visit_type=visit, mode=mode, start=start, now=now
        )
        offered = any(slot.start == start for slot in slots)
        if offered is not (why is None):
            raise Broken("offer", f"{start} is offered: {offered}, and {why}")

    def agrees(self) -> Consent:
        now = self.world.timeline.now
        return Consent(Money(45_00, "EUR"), "2027-01", "en", "I agree to a hold of 45.00.", now)

    def is_entered(self, practitioner: PractitionerId, mode: Mode) -> None:
        """The practitioner enters it; the patient confirms, in time or not."""
        start = self.finds_a_slot(practitioner, mode)
        if start is None:
            return
        if self.chance(3):  # not from what is offered: his own agenda, his own idea
            start += timedelta(minutes=5 * self.world.choices.n(200, self.stream))
        desk, visit = self.world.desk, self.world.visit_of(practitioner)
        free = self.chance(10)
        self.world.insist(
            self.stream,
            lambda now: desk.enter(
                id=self.id, practitioner=practitioner, visit_type=visit, mode=mode, start=start,
                patient=self.who, now=now, card_required=not free,
            ),
        )  # fmt: skip
        self.confirms(self.id)

    def confirms(self, id: AppointmentId) -> None:
        if self.chance(6):
            return
        self.world.timeline.pause(self.pick(WAITS))
        desk, card, consent = self.world.desk, CardToken(self.pick(CARDS)), self.agrees()

        def confirm(now: Any) -> Any:
            return desk.confirm(appointment=id, consent=consent, card=card, now=now)

        if self.chance(12):
            self.world.both_at_once(self.stream, confirm)
        self.sees_through(self.world.insist(self.stream, confirm), id)

    def sees_through(self, step: Any, id: AppointmentId | None = None) -> None:
        """The card step to its end: 3-D Secure done, failed or left open; another card."""
        id = id or self.id
        if isinstance(step, PatientNeeded) and step.hold.ref is not None:
            self.world.timeline.pause(self.pick(WAITS))
            done = self.pick(("done", "done", "done", "failed", "left"))
            if done != "left":
                self.world.network.authenticate(step.hold.ref, ok=done == "done")
            if not self.chance(4):  # does not come back from the bank's page
                self.world.insist(self.stream, self._checks(id))
        if self.chance(3):
            return
        found = self.world.appointment(id)
        if isinstance(found, Reserved) and not self.chance(2):
            card, consent = CardToken(self.pick(CARDS)), self.agrees()
            again = self.world.desk.place_hold
            self.world.insist(
                self.stream,
                lambda now: again(appointment=id, card=card, consent=consent, now=now),
            )

    def _checks(self, id: AppointmentId) -> Any:
        return lambda now: self.world.desk.check_card_step(appointment=id, now=now)

    def changes_his_mind(self) -> None:
        """Cancels, moves, asks for the link again, waits for something earlier, or none of it."""
        habit = self.pick(("comes",) * 8 + ("cancels", "moves", "lost link", "waits"))
        found = self.world.appointment(self.id)
        if habit == "comes" or not isinstance(found, Confirmed | AwaitingConfirmation):
            return
        left = found.terms.start - self.world.timeline.now
        self.world.timeline.pause(left * self.world.choices.n(10, self.stream) / 10)
        desk = self.world.desk
        match habit:
            case "cancels":
                self.twice(lambda now: desk.cancel(appointment=self.id, by=self.me, now=now))
                self.regrets()
            case "moves":
                later = self.finds_a_slot(found.terms.practitioner, found.terms.mode)
                if later is not None:
                    self.twice(
                        lambda now: desk.move(appointment=self.id, start=later, by=self.me, now=now)
                    )
            case "lost link":
                self.world.insist(
                    self.stream,
                    lambda now: desk.resend_link(appointment=self.id, by=self.me, now=now),
                )
            case _:
                self.waits(found)

    def regrets(self) -> None:
        """Tries what a cancelled consultation must not allow: to be rated, or charged."""
        found, desk = self.world.appointment(self.id), self.world.desk
        if not isinstance(found, Cancelled):
            return
        rate = self.world.ask(
            self.stream, lambda now: desk.rate(appointment=self.id, stars=1, by=self.me, now=now)
        )
        doctor = Actor(Role.PRACTITIONER, found.terms.practitioner)
        nothing, start = Money(0, "EUR"), found.terms.start
        self.world.until(start + timedelta(minutes=5))
        charge = self.world.ask(
            self.stream,
            lambda now: desk.complete(appointment=self.id, amount=nothing, by=doctor, now=now),
        )
        if isinstance(rate, Rating) or isinstance(charge, Completed):
            raise Broken("cancelled", f"{self.id} is cancelled: {rate}, {charge}")

    def twice(self, call: Any) -> None:
        """Double clicks now and then; then insists."""
        if self.chance(6):
            self.world.both_at_once(self.stream, call)
        self.world.insist(self.stream, call)

    def waits(self, found: Any) -> None:
        """Joins the waiting list, and confirms what he is offered."""
        terms, desk, id = found.terms, self.world.desk, WaitingId(f"w{self.number}")
        self.world.insist(
            self.stream,
            lambda now: desk.join_waiting_list(
                id=id, practitioner=terms.practitioner, visit_type=terms.visit_type,
                mode=terms.mode, patient=self.who, before=terms.start, now=now,
            ),
        )  # fmt: skip
        self.world.timeline.pause(timedelta(hours=1 + self.world.choices.n(20, self.stream)))
        for attempt in (1, 2):
            offer = AppointmentId(f"{id}-{attempt}")
            if isinstance(self.world.appointment(offer), AwaitingConfirmation):
                self.confirms(offer)
