"""Nine weeks of a real clinic across the change to summer time, on SQLite and the sandbox.

The example clinic, its practitioners' real calendars, and a few hundred patients of every habit.
Everything goes through the desk, as the command line does; every command that changes something
is said twice. What happened is kept for the tests of the invariants.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from attrs import Factory, define

from teleconsult_calendars import read_calendar
from teleconsult_core.appointments import Appointment, AwaitingConfirmation, Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.ids import (
    AppointmentId,
    CardToken,
    PatientId,
    PractitionerId,
    RefundId,
    VisitTypeId,
    WaitingId,
)
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.ports import PortTrouble
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.join import Joined
from teleconsult_core.wanted import covered
from teleconsult_sandbox.trouble import Trouble, TroubleKind
from teleconsult_wiring import App, Settings, create, read_clinic

EXAMPLES = Path(__file__).parents[2] / "examples"
BEGIN = datetime(2027, 3, 1, 6, tzinfo=UTC)
WEEKS = 9
APPOINTMENTS = 300
SUPPORT, OPERATOR = Actor(Role.SUPPORT, "sofie"), Actor(Role.OPERATOR, "olga")
GOOD, ODD = ["visa-ok", "mastercard-ok", "amex-ok"], ["visa-3ds", "visa-declined", "discover"]


@define
class Grant:
    """One admission, with how things stood at that moment."""

    by: Actor
    appointment: Confirmed
    covered: bool
    at: datetime


@define
class Season:
    """The clinic, and all that was seen of it."""

    app: App
    dice: Random = Factory(lambda: Random(2027))
    events: list[tuple[datetime, int, Callable[[], None]]] = Factory(list)
    numbers: Iterator[int] = Factory(count)
    last_told: dict[str, Appointment] = Factory(dict)
    grants: list[Grant] = Factory(list)
    refused_strangers: int = 0
    second_answers: list[tuple[str, Any, Any]] = Factory(list)
    outcomes: dict[str, int] = Factory(dict)
    outages: list[Interval] = Factory(list)
    """When the phone network was down."""

    # --- time ------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.app.now()

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        if moment >= self.now:
            heapq.heappush(self.events, (moment, next(self.numbers), action))

    def run(self, until: datetime) -> None:
        while self.events and self.events[0][0] <= until:
            moment, _, action = heapq.heappop(self.events)
            self.app.sandbox.clock.set(max(moment, self.now))
            action()

    def work(self) -> None:
        desk, now = self.app.desk, self.now
        with suppress(PortTrouble):  # the news comes again
            for news in self.app.sandbox.cards.news()[-20:]:
                desk.take_card_news(news=str(news.id), ref=news.ref, now=now)
        desk.recover(now=now)
        desk.sweep(now=now)
        desk.deliver_due_messages(now=now)

    # --- saying something twice ------------------------------------------------------------------

    def twice(self, what: str, command: Callable[[], Any]) -> Any:
        first, second = _patiently(command), _patiently(command)
        if type(first).__name__ not in {"PatientNeeded", "BeingChecked", "CardDeclined"}:
            self.second_answers.append((what, first, second))
        name = f"{what}: {type(second).__name__}"
        self.outcomes[name] = self.outcomes.get(name, 0) + 1
        state = getattr(second, "appointment", second)
        if hasattr(state, "terms"):
            self.last_told[state.terms.id] = state
        return second

    # --- the habits of patients ------------------------------------------------------------------

    def patient(self) -> Patient:
        number = self.dice.randrange(1, 121)
        return Patient(
            PatientId(f"p{number:03}"),
            f"Patiënt Nº{number:03} Dûpré",
            f"+3247510{number:04}",
            f"p{number:03}@example.org",
            self.dice.choice(["fr", "nl", "en"]),
        )

    def somebody_books(self, number: int) -> None:
        desk, dice = self.app.desk, self.dice
        practitioner, visit = dice.choice(self.visits)
        first = self.now + timedelta(hours=dice.choice([3, 30, 60, 24 * 5, 24 * 10, 24 * 20]))
        window = Interval(first, first + timedelta(days=6))
        slots = desk.offer_slots(
            practitioner=practitioner, visit_type=visit, window=window, now=self.now
        )
        if not slots:
            return
        slot = dice.choice(slots[:20])
        mode = Mode.VIDEO if Mode.VIDEO in slot.modes and dice.random() < 0.75 else min(slot.modes)
        id, patient = AppointmentId(f"s{number:04}"), self.patient()
        asked: dict[str, Any] = {
            "id": id,
            "practitioner": practitioner,
            "visit_type": visit,
            "mode": mode,
            "start": slot.start,
            "patient": patient,
        }
        if dice.random() < 0.15:
            self.twice("enter", lambda: desk.enter(**asked, now=self.now))
            wait = timedelta(minutes=dice.choice([5, 60, 600]))
            self.at(self.now + wait, lambda: self.patient_confirms(id, patient))
        else:
            self.books(asked, slot.start)
        self.at(slot.start - timedelta(minutes=10), lambda: self.meets(id))
        if dice.random() < 0.12:
            self.at(slot.start - timedelta(hours=dice.choice([2, 30])), lambda: self.changes(id))
        if dice.random() < 0.1:
            self.waits(number, asked)

    def books(self, asked: dict[str, Any], start: datetime) -> None:
        card = self.dice.choice(GOOD * 6 + ODD)
        consent = self.consent(asked["practitioner"], asked["visit_type"], start, asked["mode"])
        if asked["mode"] is Mode.VIDEO and self.dice.random() > 0.05:
            asked |= {"card": CardToken(card), "consent": consent}
        step = self.twice("book", lambda: self.app.desk.book(**asked, now=self.now))
        if type(step).__name__ == "PatientNeeded" and self.dice.random() < 0.8:
            self.app.sandbox.cards.authenticate(step.hold.ref, ok=self.dice.random() < 0.9)
            check = self.app.desk.check_card_step
            self.twice("3-D Secure", lambda: check(appointment=asked["id"], now=self.now))

    def consent(self, practitioner: Any, visit: Any, start: datetime, mode: Mode) -> Consent:
        terms = self.app.desk.booking_terms(
            practitioner=practitioner, visit_type=visit, mode=mode, start=start, language="fr"
        )
        return Consent(terms.terms.amount, terms.terms.version, "fr", terms.words, self.now)

    def patient_confirms(self, id: AppointmentId, patient: Patient) -> None:
        found = self.find(id)
        if not isinstance(found, AwaitingConfirmation):
            return
        terms = found.terms
        consent = self.consent(terms.practitioner, terms.visit_type, terms.start, terms.mode)
        card = CardToken(self.dice.choice(GOOD))
        confirm = self.app.desk.confirm
        self.twice(
            "confirm",
            lambda: confirm(appointment=id, consent=consent, card=card, now=self.now),
        )

    def waits(self, number: int, asked: dict[str, Any]) -> None:
        waiter = self.patient()
        before = asked["start"] + timedelta(days=2)
        wish = {name: asked[name] for name in ("practitioner", "visit_type", "mode")}
        id = WaitingId(f"w{number:04}")
        if before > self.now:
            join = self.app.desk.join_waiting_list
            self.twice(
                "wait", lambda: join(id=id, patient=waiter, before=before, now=self.now, **wish)
            )
            for attempt in (1, 2):
                offer = AppointmentId(f"{id}-{attempt}")
                confirms = asked["start"] - timedelta(hours=29)
                self.at(confirms, lambda o=offer: self.patient_confirms(o, waiter))
                self.at(asked["start"] - timedelta(minutes=10), lambda o=offer: self.meets(o))

    def changes(self, id: AppointmentId) -> None:
        found = self.find(id)
        if not isinstance(found, Confirmed | AwaitingConfirmation):
            return
        terms, desk = found.terms, self.app.desk
        by = self.dice.choice(
            [Actor(Role.PATIENT, terms.patient), Actor(Role.PRACTITIONER, terms.practitioner)]
        )
        if self.dice.random() < 0.6:
            self.twice("cancel", lambda: desk.cancel(appointment=id, by=by, now=self.now))
            return
        later = terms.start + timedelta(days=7)
        move = desk.move
        moved = self.twice("move", lambda: move(appointment=id, start=later, by=by, now=self.now))
        if isinstance(moved, Confirmed | AwaitingConfirmation):
            self.at(moved.terms.start - timedelta(minutes=10), lambda: self.meets(id))

    # --- meeting ---------------------------------------------------------------------------------

    def find(self, id: AppointmentId) -> Appointment | None:
        with self.app.desk.open_work(writing=False) as work:
            return work.appointments.get(id)

    def meets(self, id: AppointmentId) -> None:
        found = self.find(id)
        if found is None or found.terms.start - self.now > timedelta(minutes=15):
            return
        terms = found.terms
        if terms.mode is Mode.IN_PERSON:
            self.at(terms.end, lambda: self.decides(id, "0.00"))
            return
        self.authorizes_again(found)
        for stranger in (Actor(Role.PATIENT, PatientId("p999")), SUPPORT):
            outcome = self.app.desk.join(appointment=id, by=stranger, device="x", now=self.now)
            self.refused_strangers += outcome.code == "not-found"
        comes, there = self.dice.random() < 0.85, self.dice.random() < 0.95
        if there:
            self.enters(id, Actor(Role.PRACTITIONER, terms.practitioner))
        if comes:
            self.enters(id, Actor(Role.PATIENT, terms.patient))
        self.at(terms.start + timedelta(minutes=12), lambda: self.ends(id, comes, there))

    def authorizes_again(self, found: Appointment) -> None:
        terms = found.terms
        if not terms.card_required or self.dice.random() < 0.1:
            return
        consent = self.consent(terms.practitioner, terms.visit_type, terms.start, terms.mode)
        card = CardToken(self.dice.choice(GOOD))
        again = self.app.desk.reauthorize
        _patiently(lambda: again(appointment=terms.id, card=card, consent=consent, now=self.now))

    def enters(self, id: AppointmentId, by: Actor) -> None:
        outcome = self.app.desk.join(appointment=id, by=by, device=by.role.value, now=self.now)
        if isinstance(outcome, Joined):
            with self.app.desk.open_work(writing=False) as work:
                holds = [hold for hold in work.holds.of(id) if hold.standing(self.now)]
                policies = work.clinic.practice().policies
            hold = holds[-1] if holds else None
            fine = covered(outcome.appointment.terms, hold, policies, self.now)
            self.grants.append(Grant(by, outcome.appointment, fine, self.now))

    def ends(self, id: AppointmentId, came: bool, there: bool) -> None:
        found = self.find(id)
        if not isinstance(found, Confirmed):
            return
        terms, desk = found.terms, self.app.desk
        doctor = Actor(Role.PRACTITIONER, terms.practitioner)
        if not there and came:
            patient = Actor(Role.PATIENT, terms.patient)
            report = desk.report_absent_practitioner
            self.twice("absent", lambda: report(appointment=id, by=patient, now=self.now))
        elif not came:
            amount = Money(self.dice.choice([0, 1000, 2500]), "EUR")
            mark = desk.mark_no_show
            self.twice(
                "no-show", lambda: mark(appointment=id, amount=amount, by=doctor, now=self.now)
            )
        elif self.dice.random() < 0.93:
            half = Money(terms.fee.minor // 2, "EUR")
            self.decides(id, self.dice.choice([terms.fee, terms.fee, half, "0.00"]))

    def decides(self, id: AppointmentId, amount: Money | str) -> None:
        found = self.find(id)
        if not isinstance(found, Confirmed):
            return
        sum = Money.parse(amount, "EUR") if isinstance(amount, str) else amount
        doctor = Actor(Role.PRACTITIONER, found.terms.practitioner)
        complete = self.app.desk.complete
        done = self.twice(
            "complete", lambda: complete(appointment=id, amount=sum, by=doctor, now=self.now)
        )
        if type(done).__name__ == "Completed" and sum.minor and self.dice.random() < 0.15:
            self.at(self.now + timedelta(days=3), lambda: self.refunds(id))
        patient = Actor(Role.PATIENT, found.terms.patient)
        if self.dice.random() < 0.3:
            rate = self.app.desk.rate
            self.twice("rate", lambda: rate(appointment=id, stars=4, by=patient, now=self.now))

    def refunds(self, id: AppointmentId) -> None:
        refund = self.app.desk.refund
        for part in (1, 2):
            asked: dict[str, Any] = {
                "id": RefundId(f"{id}-{part}"),
                "appointment": id,
                "amount": Money(500, "EUR"),
                "reason": "the sound failed",
            }
            self.twice("refund", lambda a=asked: refund(**a, by=SUPPORT, now=self.now))

    @property
    def visits(self) -> list[tuple[PractitionerId, VisitTypeId]]:
        with self.app.desk.open_work(writing=False) as work:
            people = work.clinic.practitioners()
            return [(one.id, kind.id) for one in people for kind in work.clinic.visit_types(one.id)]

    def everything(self) -> list[Appointment]:
        """Every appointment there ever was."""
        window = Interval(BEGIN - timedelta(days=1), BEGIN + timedelta(days=400))
        with self.app.desk.open_work(writing=False) as work:
            people = [one.id for one in work.clinic.practitioners()]
            return [a for id in people for a in work.appointments.starting(id, window)]


def live_through(home: Path) -> Season:
    """The whole season: the clinic is described, its calendars imported, and nine weeks pass."""
    app = create(Settings(home=home, base_url="https://rdv.example", synchronous="NORMAL"))
    app.sandbox.clock.set(BEGIN, force=True)
    clinic = read_clinic(EXAMPLES / "clinic.toml")
    app.desk.describe_clinic(clinic=clinic, by=OPERATOR, now=BEGIN)
    window = Interval(BEGIN, BEGIN + timedelta(weeks=WEEKS + 4))
    for one in clinic.practitioners:
        data = (EXAMPLES / "calendars" / f"{one.id}.ics").read_bytes()
        reading = read_calendar(data, zone=clinic.practice.zone, window=window)
        assert not reading.problems
        app.desk.set_unavailability(
            practitioner=one.id,
            modes=BOTH,
            intervals=[busy.interval for busy in reading.busy],
            source=f"{one.id}.ics",
            replace=True,
            by=OPERATOR,
            now=BEGIN,
        )
    season = Season(app)
    _plan(season)
    season.run(BEGIN + timedelta(weeks=WEEKS + 4))
    app.sandbox.cards.trouble.lift()
    for _ in range(8):  # until the dust has settled
        app.sandbox.clock.forward(timedelta(minutes=20))
        season.work()
    return season


def _plan(season: Season) -> None:
    """Bookings spread over the weeks, a worker every half hour of the day, trouble now and then."""
    for number in range(APPOINTMENTS * 2):
        hour = timedelta(hours=season.dice.randrange(24 * 7 * (WEEKS - 3)), minutes=number % 60)
        season.at(BEGIN + hour, lambda n=number: _books_unless_full(season, n))
    for half_hours in range(48 * 7 * (WEEKS + 4)):
        moment = BEGIN + timedelta(minutes=30 * half_hours)
        if 4 <= moment.hour <= 20 or half_hours % 8 == 0:
            season.at(moment, season.work)
    cards, phone = season.app.sandbox.cards.trouble, season.app.sandbox.phone.trouble
    for week in range(WEEKS):
        start = BEGIN + timedelta(weeks=week, hours=30)
        kind = [TroubleKind.ANSWER_LOST, TroubleKind.FAILURE, TroubleKind.BUSY][week % 3]
        season.at(start, lambda k=kind: cards.plan(Trouble("any", k, times=5)))
        season.at(start, lambda: phone.plan(Trouble("any", TroubleKind.BUSY, times=None)))
        season.at(start + timedelta(hours=5), phone.lift)
        season.outages.append(Interval(start, start + timedelta(hours=5, minutes=30)))


def _patiently(command: Callable[[], Any]) -> Any:
    """People try again when they are told that something did not answer."""
    for _ in range(9):
        with suppress(PortTrouble):
            return command()
    return command()


def _books_unless_full(season: Season, number: int) -> None:
    begun = ("book: CardHeld", "book: Confirmed", "enter: AwaitingConfirmation")
    booked = sum(season.outcomes.get(what, 0) for what in begun)
    if booked < APPOINTMENTS + 40:
        season.somebody_books(number)
