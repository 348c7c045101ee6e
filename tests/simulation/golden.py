"""Small lives told exactly: the stories into which one fault at a time is put, at every call.

A story has one practitioner and people who insist. `STORIES` names them; each is a script that
asks, waits and asks again, without any choice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from attrs import define

from simulation.calm import no_money_left_over
from simulation.patients import JOIN_LINK
from simulation.world import BEGIN, World
from teleconsult_core.appointments import AwaitingConfirmation, Confirmed, Reserved
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, RefundId, WaitingId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Patient, Role
from teleconsult_core.refusals import CardDeclined
from teleconsult_core.slots import Mode
from teleconsult_core.use_cases.card_step import BeingChecked

FEE, HALF, NOTHING = Money(45_00, "EUR"), Money(22_50, "EUR"), Money(0, "EUR")
LATE_FEE = Money(20_00, "EUR")
SUPPORT, OPERATOR = Actor(Role.SUPPORT, "sofie"), Actor(Role.OPERATOR, "olga")
TOMORROW = BEGIN + timedelta(hours=28)
IN_SIX_DAYS = BEGIN + timedelta(days=6, hours=20)
IN_EIGHT_DAYS = BEGIN + timedelta(days=8, hours=3)
CARD_STEPS: dict[type, str] = {
    Reserved: "place_hold", AwaitingConfirmation: "confirm", Confirmed: "reauthorize"
}  # fmt: skip
"""In which way another card is given, by what became of the appointment."""

STORIES: dict[str, Callable[[Story], None]] = {}


def story(tell: Callable[[Story], None]) -> Callable[[Story], None]:
    STORIES[tell.__name__.replace("_", " ")] = tell
    return tell


@define
class Story:
    """The words in which stories are told; `a` is the one appointment most of them are about."""

    world: World
    a: AppointmentId = AppointmentId("a")  # noqa: RUF009 # an id is a plain string

    def patient(self, name: str = "ann") -> Patient:
        number = sum(name.encode()) % 1000
        return Patient(
            PatientId(name), f"{name.title()} Xyz", f"+32475{number:06}", f"{name}@p.example", "en",
            zone="Asia/Tokyo" if name == "yuki" else "",
        )  # fmt: skip

    @property
    def doctor(self) -> Actor:
        return Actor(Role.PRACTITIONER, self.world.practitioners[0])

    def ask(self, who: str, call: Callable[[Any, datetime], Any]) -> Any:
        """Whoever asks insists until he is answered."""
        return self.world.insist(who, lambda now: call(self.world.desk, now), tries=9)

    def consent(self) -> Consent:
        return Consent(FEE, "2027-01", "en", "I agree.", self.world.timeline.now)

    def books(
        self, start: datetime = TOMORROW, card: str | None = "visa", mode: Mode = Mode.VIDEO,
        who: str = "ann", id: AppointmentId | None = None, stays: bool = True,
    ) -> Any:  # fmt: skip
        consent = self.consent() if card else None
        token = CardToken(card) if card else None
        step = self.ask(
            who,
            lambda desk, now: desk.book(
                id=id or self.a, practitioner=self.world.practitioners[0],
                visit_type=self.world.visit_of(self.world.practitioners[0]), mode=mode,
                start=start, patient=self.patient(who), consent=consent, card=token, now=now,
            ),
        )  # fmt: skip
        return self.sees_through(step, id or self.a, who) if stays else step

    def sees_through(self, step: Any, id: AppointmentId, who: str) -> Any:
        """While the card network does not say, ask again; when it has said no, another card."""
        asked_again = False
        for _ in range(14):
            if not isinstance(step, BeingChecked):
                break
            asked_again = True
            self.wait(minutes=1)
            step = self.ask(who, lambda desk, now: desk.check_card_step(appointment=id, now=now))
        if asked_again and isinstance(step, CardDeclined):
            consent = self.consent()
            found = self.world.appointment(id)
            place = CARD_STEPS.get(type(found), "")
            if place:
                step = self.ask(
                    who,
                    lambda desk, now: getattr(desk, place)(
                        appointment=id, card=CardToken("amex"), consent=consent, now=now
                    ),
                )
        return step

    def is_entered(self, card: bool = True) -> Any:
        return self.ask(
            "dr",
            lambda desk, now: desk.enter(
                id=self.a, practitioner=self.world.practitioners[0],
                visit_type=self.world.visit_of(self.world.practitioners[0]), mode=Mode.VIDEO,
                start=TOMORROW, patient=self.patient(), now=now, card_required=card,
            ),
        )  # fmt: skip

    def confirms(self, id: AppointmentId | None = None, who: str = "ann") -> Any:
        consent = self.consent()
        step = self.ask(
            who,
            lambda desk, now: desk.confirm(
                appointment=id or self.a, consent=consent, card=CardToken("visa"), now=now
            ),
        )
        return self.sees_through(step, id or self.a, who)

    def authorizes_again(self, card: str = "mastercard") -> Any:
        consent = self.consent()
        step = self.ask(
            "ann",
            lambda desk, now: desk.reauthorize(
                appointment=self.a, card=CardToken(card), consent=consent, now=now
            ),
        )
        return self.sees_through(step, self.a, "ann")

    def other_card(self) -> Any:
        consent = self.consent()
        step = self.ask(
            "ann",
            lambda desk, now: desk.place_hold(
                appointment=self.a, card=CardToken("amex"), consent=consent, now=now
            ),
        )
        return self.sees_through(step, self.a, "ann")

    def authenticates(self, step: Any, ok: bool = True) -> None:
        hold = self.world.safety.money.holds_of(self.a)[-1]
        if hold.ref is not None:
            self.world.network.authenticate(hold.ref, ok=ok)
        self.ask("ann", lambda desk, now: desk.check_card_step(appointment=self.a, now=now))

    def has_one_hold(self) -> None:
        """What was replaced is not reserved any more, six hours later."""
        no_money_left_over(self.world)

    def until_start(self, start: datetime = TOMORROW, minutes: int = -2) -> None:
        self.world.until(start + timedelta(minutes=minutes))

    def wait(self, **time: float) -> None:
        self.world.timeline.pause(timedelta(**time))

    def joins(self, who: Actor | None = None) -> Any:
        by = who or Actor(Role.PATIENT, PatientId("ann"))
        return self.ask(
            by.id, lambda desk, now: desk.join(appointment=self.a, by=by, device="d", now=now)
        )

    def joins_by_link(self) -> Any:
        texts = self.world.phone.inbox.get(self.patient().phone, [])
        links = [match for text in texts for match in JOIN_LINK.findall(text)]
        token = links[-1] if links else "none"
        return self.ask(
            "ann", lambda desk, now: desk.join_by_link(token=token, device="d", now=now)
        )

    def meets(self, start: datetime = TOMORROW) -> None:
        """Both are there from the start, for a quarter of an hour."""
        self.until_start(start)
        self.joins(self.doctor)
        self.joins()
        self.until_start(start, 15)
        by = Actor(Role.PATIENT, PatientId("ann"))
        self.ask(
            "ann", lambda desk, now: desk.leave(appointment=self.a, by=by, device="d", now=now)
        )

    def costs(self, amount: Money) -> Any:
        return self.ask(
            "dr",
            lambda desk, now: desk.complete(
                appointment=self.a, amount=amount, by=self.doctor, now=now
            ),
        )

    def missed(self, amount: Money) -> Any:
        return self.ask(
            "dr",
            lambda desk, now: desk.mark_no_show(
                appointment=self.a, amount=amount, by=self.doctor, now=now
            ),
        )

    def cancels(self, by: Actor, fee: Money | None = None) -> Any:
        return self.ask(
            by.id,
            lambda desk, now: desk.cancel(appointment=self.a, by=by, now=now, fee=fee),
        )

    def moves(self, start: datetime) -> Any:
        return self.ask(
            "dr",
            lambda desk, now: desk.move(appointment=self.a, start=start, by=self.doctor, now=now),
        )

    def refunds(self, id: str, amount: Money) -> Any:
        return self.ask(
            "sofie",
            lambda desk, now: desk.refund(
                id=RefundId(id), appointment=self.a, amount=amount, reason="it failed",
                by=SUPPORT, now=now,
            ),
        )  # fmt: skip

    def waits_for_earlier(self, who: str, start: datetime = TOMORROW) -> Any:
        return self.ask(
            who,
            lambda desk, now: desk.join_waiting_list(
                id=WaitingId(f"w-{who}"), practitioner=self.world.practitioners[0],
                visit_type=self.world.visit_of(self.world.practitioners[0]), mode=Mode.VIDEO,
                patient=self.patient(who), before=start + timedelta(days=2), now=now,
            ),
        )  # fmt: skip
