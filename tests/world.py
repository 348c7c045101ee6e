"""A small clinic in memory, and the sentences in which the tests of the use cases are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from threading import local
from typing import Any

from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.desk import Desk
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import (
    AppointmentId,
    CardToken,
    PatientId,
    PracticeId,
    PractitionerId,
    VisitTypeId,
)
from teleconsult_core.links import KeyedTokens, Site
from teleconsult_core.messages import Kind, Message
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Issuer, Patient, Practice, Practitioner, Role
from teleconsult_core.policies import Policies
from teleconsult_core.schedules import Offer, OpeningHours, Schedule, VisitType
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.stores import Work
from teleconsult_core.testing.clock import MovableClock
from teleconsult_core.testing.fakes import (
    FakeCardNetwork,
    FakeLetters,
    FakePayoutNetwork,
    FakeStore,
    FakeTexts,
    FakeVideoRooms,
    PlainWording,
)
from teleconsult_core.use_cases.card_step import CardHeld
from teleconsult_core.use_cases.describe_clinic import ClinicDescription

DR = PractitionerId("dupont")
VISIT = VisitTypeId("dupont:consultation")
FEE = Money(4500, "EUR")
ANN = Patient(PatientId("ann"), "Ann Peeters", "+32475000001", "ann@example.org", "nl")
BOB = Patient(PatientId("bob"), "Bob Martin", "+32475000002", "bob@example.org", "fr")
THE_DOCTOR = Actor(Role.PRACTITIONER, DR)
SUPPORT = Actor(Role.SUPPORT, "sofie")
OPERATOR = Actor(Role.OPERATOR, "olga")
MONDAY = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)  # 09:00 in Brussels
THURSDAY_10 = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)  # 10:00 in Brussels


def eur(text: str) -> Money:
    return Money.parse(text, "EUR")


def patient_of(patient: Patient) -> Actor:
    return Actor(Role.PATIENT, patient.id)


class OneAtATime:
    """A store in which nobody opens a work, or calls the world, while a work of his is open.

    Inside a work the world may be slow, and a second work would wait for the first one's locks.
    """

    def __init__(self, store: Any) -> None:
        self._store = store
        self._open = local()

    @property
    def in_transaction(self) -> bool:
        return getattr(self._open, "work", False)

    @contextmanager
    def open_work(self, *, writing: bool = True) -> Iterator[Work]:
        assert not self.in_transaction, "a work is opened while another is open"
        self._open.work = True
        try:
            with self._store.open_work(writing=writing) as work:
                yield work
        finally:
            self._open.work = False


class World:
    """One clinic, its fakes, and a clock that stands at Monday morning."""

    def __init__(self, store: Any = None, clock: MovableClock | None = None) -> None:
        self.clock = clock or MovableClock(MONDAY)
        self.store = watched = OneAtATime(store or FakeStore(clock=self.clock))
        self.cards = FakeCardNetwork(self.clock, watched)
        self.payouts = FakePayoutNetwork(self.cards, watched)
        self.texts, self.letters = FakeTexts(watched), FakeLetters(watched)
        self.rooms = FakeVideoRooms(watched)
        self.desk = Desk(
            open_work=self.store.open_work,
            cards=self.cards,
            texts=self.texts,
            letters=self.letters,
            wording=PlainWording(),
            rooms=self.rooms,
            tokens=KeyedTokens(b"k" * 32),
            site=Site("https://clinic.example"),
            payouts=self.payouts,
        )
        self.describe(Policies(late_cancellation_cap=eur("20.00")))

    def describe(
        self,
        policies: Policies,
        allowance: int = 100,
        replace_edits: bool = False,
        **doctor: Any,
    ) -> None:
        practice = Practice(
            id=PracticeId("rivoli"),
            name="Cabinet Rivoli",
            country="BE",
            zone="Europe/Brussels",
            currency="EUR",
            phone="+3225550100",
            email="desk@example.org",
            policies=policies,
        )
        doctor = {"issuer": Issuer(name="Dr Claire Dupont"), **doctor}
        dupont = Practitioner(
            id=DR,
            name="Dr Claire Dupont",
            profession="general practitioner",
            languages=("fr", "en"),
            phone="+32475550101",
            email="dupont@example.org",
            sms_allowance=allowance,
            video_message="Please have your list of medicines at hand.",
            **doctor,
        )
        week = frozenset(range(1, 6))
        hours = (
            OpeningHours(week, time(9), time(12), BOTH),
            OpeningHours(week, time(14), time(18), BOTH),
        )
        visit = VisitType(
            id=VISIT,
            practitioner=DR,
            name="Consultation",
            offers={Mode.VIDEO: Offer(20, FEE), Mode.IN_PERSON: Offer(30, eur("50.00"))},
            buffer_after=5,
            minimum_notice=timedelta(hours=2),
        )
        clinic = ClinicDescription(
            practice, (dupont,), (Schedule(DR, "Europe/Brussels", hours),), (visit,)
        )
        self.desk.describe_clinic(
            clinic=clinic, by=OPERATOR, now=self.now, replace_edits=replace_edits
        )

    @property
    def now(self) -> datetime:
        return self.clock()

    def consent(self, amount: Money = FEE) -> Consent:
        return Consent(amount, "2027-01", "fr", f"I agree to a hold of {amount}.", self.now)

    def book(
        self,
        id: str = "a1",
        start: datetime = THURSDAY_10,
        patient: Patient = ANN,
        mode: Mode = Mode.VIDEO,
        card: str | None = "visa",
        **changes: Any,
    ) -> Any:
        asked: dict[str, Any] = {
            "practitioner": DR,
            "visit_type": VISIT,
            "mode": mode,
            "start": start,
            "patient": patient,
            "consent": self.consent() if card else None,
            "card": CardToken(card) if card else None,
            "now": self.now,
        }
        return self.desk.book(id=AppointmentId(id), **(asked | changes))

    def booked(self, id: str = "a1", start: datetime = THURSDAY_10, **more: Any) -> Confirmed:
        outcome = self.book(id, start, **more)
        if isinstance(outcome, CardHeld):
            return outcome.appointment
        assert isinstance(outcome, Confirmed), outcome
        return outcome

    def at(self, instant: datetime) -> datetime:
        return self.clock.to(instant)

    def work(self, rounds: int = 3) -> None:
        """What the worker does, until the dust has settled."""
        for _ in range(rounds):
            self.desk.recover(now=self.now)
            self.desk.sweep(now=self.now)
            self.desk.deliver_due_messages(now=self.now, limit=1000)

    def meet(self, appointment: Confirmed, minutes: int = 15) -> None:
        """Both come at the start, and the patient leaves after `minutes`."""
        terms = appointment.terms
        self.at(terms.start)
        for by in (THE_DOCTOR, Actor(Role.PATIENT, terms.patient)):
            outcome = self.desk.join(
                appointment=terms.id, by=by, device=by.role.value, now=self.now
            )
            assert type(outcome).__name__ == "Joined", outcome
        self.at(terms.start + timedelta(minutes=minutes))
        self.desk.leave(
            appointment=terms.id,
            by=Actor(Role.PATIENT, terms.patient),
            device="patient",
            now=self.now,
        )

    def appointment(self, id: str = "a1") -> Appointment:
        with self.store.open_work(writing=False) as work:
            found = work.appointments.get(AppointmentId(id))
        assert found is not None
        return found

    def holds(self, id: str = "a1") -> list[CardHold]:
        with self.store.open_work(writing=False) as work:
            return list(work.holds.of(AppointmentId(id)))

    def messages(self, id: str = "a1", kind: Kind | None = None) -> list[Message]:
        with self.store.open_work(writing=False) as work:
            found = work.outbox.of(AppointmentId(id))
        return [one for one in found if kind is None or one.kind is kind]

    def sent(self, kind: Kind, id: str = "a1") -> list[Message]:
        return [one for one in self.messages(id, kind) if one.state == "sent"]
