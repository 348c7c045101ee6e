"""A day of a clinic, told in steps, lived by processes of which any may be killed at any moment.

Whoever asks keeps a journal of the answers he was given. The next process goes on with the first
step that has none, and asks it again in the same words, as a person whose browser got no answer.
What the card network does not say yet is asked again a little later, once the worker has had its
round. All files of the sandbox (card network, phone, mailbox, clock) lie outside the process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, evolve, field

from command_line import EXAMPLES
from faults.moments import Befall, Moments, plainly, watched
from teleconsult_core.appointments import Cancelled, Completed, NoShow
from teleconsult_core.consents import Consent
from teleconsult_core.desk import Desk
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, PractitionerId, RefundId
from teleconsult_core.ids import VisitTypeId as VisitType
from teleconsult_core.money import Money
from teleconsult_core.payments import Operation
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.ports import PortTrouble
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.card_step import CardHeld, PatientNeeded
from teleconsult_core.use_cases.join import Joined
from teleconsult_wiring import App, Settings, create, one_round, open_app, read_clinic

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2027, 3, 1, 9, tzinfo=BRUSSELS)
THURSDAY = datetime(2027, 3, 4, tzinfo=BRUSSELS)
ANN, BOB, CARL = ("a", "10:20"), ("b", "11:00"), ("c", "11:40")
PATIENTS = "abc"
DR, VISIT = PractitionerId("dupont"), VisitType("dupont:consultation")
OPERATOR, SUPPORT = Actor(Role.OPERATOR, "olga"), Actor(Role.SUPPORT, "sofie")
THE_DOCTOR = Actor(Role.PRACTITIONER, DR)
FEE = Money(30_00, "EUR")
DAY = timedelta(days=1)
TRIES = 20
"""How often somebody asks before he gives up; the last answer then stands in the journal."""


@define
class Day:
    app: App
    befall: Befall
    moments: Moments = field(init=False)
    desk: Desk = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.moments = Moments(self.befall)
        self.desk = watched(self.app.desk, self.moments)

    @property
    def journal(self) -> Path:
        return self.app.settings.home / "journal"

    def answered(self) -> dict[str, str]:
        """The kind of each answer that somebody was given, by step."""
        if not self.journal.exists():
            return {}
        lines = self.journal.read_text().splitlines()
        return {step: answer for step, _, answer in (line.partition("\t") for line in lines)}

    def live(self) -> None:
        """Every step that nobody was given an answer for."""
        answered = self.answered()
        for step, act in STEPS.items():
            if step in answered:
                continue
            self.moments.step = step
            answer = act(self)
            with self.journal.open("a") as journal:
                journal.write(f"{step}\t{type(answer).__name__}\n")

    # --- the words in which the steps are told --------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.app.now()

    def at(self, moment: datetime) -> None:
        self.app.sandbox.clock.set(max(moment, self.now))

    def work(self) -> None:
        """What a worker does in one round."""
        one_round(evolve(self.app, desk=self.desk, printer=plainly(self.moments)))

    def something_is_due(self) -> bool:
        now = self.now
        with self.app.desk.open_work(writing=False) as work:
            written = [one for id in PATIENTS for one in work.outbox.of(AppointmentId(id))]
            return work.operations.open_count() > 0 or any(
                one.planned and one.due_at <= now for one in written
            )

    def insists(self, ask: Callable[[], Any], *wanted: type) -> Any:
        """Ask until the answer is one of `wanted`, and let the worker have its round meanwhile."""
        answer: Any = None
        for _ in range(TRIES):
            try:
                answer = ask()
            except PortTrouble as trouble:
                answer = trouble
            if isinstance(answer, wanted):
                return answer
            self.app.sandbox.clock.forward(timedelta(minutes=2))
            self.work()
        return answer

    def books(self, who: tuple[str, str], card: str) -> Any:
        name, time = who
        consent = Consent(FEE, "2027-01", "en", "I agree.", MONDAY)
        patient = Patient(
            PatientId(name), f"{name.title()} Peeters", "+32475123456", f"{name}@p.example", "en"
        )
        return self.insists(
            lambda: self.desk.book(
                id=AppointmentId(name), practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO,
                start=thursday(time), patient=patient, consent=consent, card=CardToken(card),
                now=self.now,
            ),
            CardHeld, PatientNeeded,
        )  # fmt: skip

    def comes(self, who: tuple[str, str], by: Actor) -> Any:
        appointment = AppointmentId(who[0])
        return self.insists(
            lambda: self.desk.join(appointment=appointment, by=by, device="x", now=self.now),
            Joined,
        )


def thursday(time: str) -> datetime:
    hours, minutes = map(int, time.split(":"))
    return THURSDAY.replace(hour=hours, minute=minutes)


def proves_who_he_is(day: Day) -> Any:
    appointment = AppointmentId("b")

    def check() -> Any:
        return day.desk.check_card_step(appointment=appointment, now=day.now)

    step = day.insists(check, PatientNeeded, CardHeld)
    if isinstance(step, PatientNeeded) and step.hold.ref is not None:
        day.app.sandbox.cards.authenticate(step.hold.ref, ok=True)
    return day.insists(check, CardHeld)


def cancels(day: Day) -> Any:
    by, appointment = Actor(Role.PATIENT, PatientId("c")), AppointmentId("c")
    return day.insists(
        lambda: day.desk.cancel(appointment=appointment, by=by, now=day.now), Cancelled
    )


def meet(day: Day) -> Any:
    patient = Actor(Role.PATIENT, PatientId("a"))
    day.at(thursday("10:20"))
    day.comes(ANN, THE_DOCTOR)
    joined = day.comes(ANN, patient)
    day.at(thursday("10:35"))
    day.desk.leave(appointment=AppointmentId("a"), by=patient, device="x", now=day.now)
    return joined


def completes(day: Day) -> Any:
    appointment = AppointmentId("a")
    return day.insists(
        lambda: day.desk.complete(
            appointment=appointment, amount=FEE, by=THE_DOCTOR, now=day.now
        ),
        Completed,
    )  # fmt: skip


def waits_in_vain(day: Day) -> Any:
    appointment, amount = AppointmentId("b"), Money(25_00, "EUR")
    day.at(thursday("11:00"))
    day.comes(BOB, THE_DOCTOR)
    day.at(thursday("11:12"))
    return day.insists(
        lambda: day.desk.mark_no_show(
            appointment=appointment, amount=amount, by=THE_DOCTOR, now=day.now
        ),
        NoShow,
    )  # fmt: skip


def refunds(day: Day) -> Any:
    appointment, amount = AppointmentId("a"), Money(10_00, "EUR")
    return day.insists(
        lambda: day.desk.refund(
            id=RefundId("r"), appointment=appointment, amount=amount, reason="the sound failed",
            by=SUPPORT, now=day.now,
        ),
        Operation,
    )  # fmt: skip


def at_work(*moments: datetime) -> Callable[[Day], None]:
    """The worker has a round at each moment, and further ones while anything due is not done.

    What a killed worker had claimed is free again a few minutes later.
    """

    def work(day: Day) -> None:
        for moment in moments:
            day.at(moment)
            day.work()
            for _ in range(TRIES):
                if not day.something_is_due():
                    break
                day.app.sandbox.clock.forward(timedelta(minutes=1))
                day.work()

    return work


STEPS: dict[str, Callable[[Day], Any]] = {
    "Ann books": lambda day: day.books(ANN, "visa-ok"),
    "Bob books": lambda day: day.books(BOB, "visa-3ds"),
    "Bob proves who he is": proves_who_he_is,
    "Carl books": lambda day: day.books(CARL, "amex-ok"),
    "they are written to": at_work(MONDAY + timedelta(hours=2)),
    "Carl cancels": cancels,
    "his hold is let go": at_work(MONDAY + timedelta(hours=3)),
    "they are reminded": at_work(
        thursday("10:20") - DAY, thursday("11:00") - DAY, thursday("09:20"), thursday("10:00"),
        thursday("10:10"),
    ),
    "Ann and the doctor meet": meet,
    "the doctor completes": completes,
    "Ann is charged": at_work(thursday("10:40"), thursday("10:50")),
    "Bob does not come": waits_in_vain,
    "Bob is charged": at_work(thursday("11:50")),
    "support refunds": refunds,
    "Ann is refunded": at_work(thursday("12:30")),
    "evening": at_work(*(thursday(f"{hour}:00") for hour in range(15, 24))),
}  # fmt: skip


def described(settings: Settings) -> App:
    """A new installation of the example clinic, on Monday morning."""
    app = create(settings)
    app.sandbox.clock.set(MONDAY, force=True)
    clinic = read_clinic(EXAMPLES / "clinic.toml")
    app.desk.describe_clinic(clinic=clinic, by=OPERATOR, now=MONDAY)
    return app


def live(settings: Settings, befall: Befall) -> None:
    """The rest of the day, in this process."""
    app = open_app(settings)
    try:
        Day(app, befall).live()
    finally:
        app.close()


def work_on(settings: Settings, befall: Befall) -> None:
    """A worker beside the day, until it is killed or has nobody above it any more."""
    above = os.getppid()
    app = open_app(settings)
    moments = Moments(befall, "a worker")
    watching = evolve(app, desk=watched(app.desk, moments), printer=plainly(moments))
    while os.getppid() == above:
        one_round(watching)
