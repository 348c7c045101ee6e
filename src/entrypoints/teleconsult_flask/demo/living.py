"""A clinic with a past: three weeks of invented consultations, and tomorrow. May import wiring.

Everything is done through the desk, on a clock that is wound back and runs up to now, so that
agendas, payments, receipts and figures are what the clinic's own rules made of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from attrs import define, field

from teleconsult_core.appointments import Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.money import zero
from teleconsult_core.people import Actor, Patient, Role, patient_actor, practitioner_actor
from teleconsult_core.slots import Mode, Slot
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.offer_slots import BookingTerms
from teleconsult_wiring import App, one_round, read_clinic

CLINIC = Path(__file__).with_name("clinic.toml")
OPERATOR = Actor(Role.OPERATOR, "olivier")
PAST = timedelta(days=21)
DAY = timedelta(days=1)
A_DAY = 3
"""How many consultations a practitioner has on a day, at most."""

NAMES = (
    *("Camille Renard", "Pieter Claes", "Alice Moreau", "Mehdi Benali", "Sofie Maes"),
    *("Luca Ferrari", "Amina Diallo", "Jan De Smet", "Chloé Lambert", "Noor Peeters"),
    *("Victor Dumont", "Elena Popescu", "Yusuf Aydin", "Louise Martin", "Bram Willems"),
    *("Inès Garcia", "Thomas Leroy", "Fatima Zahra", "Arthur Simon", "Lotte Jacobs"),
)
WORDS = ("Très à l’écoute.", "Ponctuel et clair.", "", "Heel vriendelijk.", "")


@define
class _Life:
    """What happens, in the order in which it does."""

    app: App
    chance: Random
    number: int = 0
    open: list[Confirmed] = field(factory=list)

    def day(self, begin: datetime, now: datetime) -> None:
        """One day: bookings for the next, then whatever is met until its end."""
        self._it_is(begin)
        for practitioner in self._practitioners():
            for slot in self._some(practitioner, Interval(begin + DAY, begin + 2 * DAY)):
                self._book(practitioner, *slot)
        until = min(begin + DAY, now)
        for found in sorted(self.open, key=lambda one: one.terms.end):
            if found.terms.end < until:
                self.open.remove(found)
                self._meet(found)
        one_round(self.app)

    def _it_is(self, moment: datetime) -> None:
        """The clock is never turned back, though consultations overlap."""
        self.app.sandbox.clock.set(max(moment, self.app.now()))

    def _practitioners(self) -> list[PractitionerId]:
        with self.app.desk.open_work(writing=False) as work:
            return [one.id for one in work.clinic.practitioners()]

    def _some(
        self, practitioner: PractitionerId, window: Interval
    ) -> list[tuple[VisitTypeId, Slot]]:
        desk, now = self.app.desk, self.app.now()
        with desk.open_work(writing=False) as work:
            kind = self.chance.choice(work.clinic.visit_types(practitioner))
        slots = desk.offer_slots(
            practitioner=practitioner, visit_type=kind.id, window=window, now=now
        )
        if not isinstance(slots, tuple) or not slots:
            return []
        chosen = self.chance.sample(slots, min(len(slots), self.chance.randint(1, A_DAY)))
        return [(kind.id, slot) for slot in chosen]

    def _book(self, practitioner: PractitionerId, kind: VisitTypeId, slot: Slot) -> None:
        self.number += 1
        id = AppointmentId(f"d{self.number}")
        mode = Mode.VIDEO if Mode.VIDEO in slot.modes else Mode.IN_PERSON
        patient = self._patient()
        agreed = self._agrees(practitioner, kind, mode, slot.start, patient.language)
        self.app.desk.book(
            id=id,
            practitioner=practitioner,
            visit_type=kind,
            mode=mode,
            start=slot.start,
            patient=patient,
            consent=agreed,
            card=CardToken("visa-ok") if agreed else None,
            now=self.app.now(),
        )
        with self.app.desk.open_work(writing=False) as work:
            found = work.appointments.get(id)
        if isinstance(found, Confirmed):
            self.open.append(found)

    def _agrees(
        self,
        practitioner: PractitionerId,
        kind: VisitTypeId,
        mode: Mode,
        start: datetime,
        language: str,
    ) -> Consent | None:
        """What a patient agrees to; None where no card is needed."""
        shown = self.app.desk.booking_terms(
            practitioner=practitioner, visit_type=kind, mode=mode, start=start, language=language
        )
        if not isinstance(shown, BookingTerms) or mode is not Mode.VIDEO:
            return None
        terms = shown.terms
        return Consent(terms.amount, terms.version, language, shown.words, self.app.now())

    def _patient(self) -> Patient:
        """Most come back."""
        which = self.chance.randrange(len(NAMES))
        name = NAMES[which]
        email = ".".join(name.lower().encode("ascii", "ignore").decode().split())
        language = ("fr", "nl", "fr", "en")[which % 4]
        phone = f"+3247500{1000 + which}"
        return Patient(PatientId(f"n{which}"), name, phone, f"{email}@example.org", language)

    def _meet(self, found: Confirmed) -> None:
        """Most come; one in twelve does not."""
        desk, terms = self.app.desk, found.terms
        practitioner = practitioner_actor(terms.practitioner)
        came = self.chance.randrange(12) > 0
        if terms.mode is Mode.VIDEO:
            self._it_is(terms.start)
            for person in (practitioner, patient_actor(terms.patient))[: 1 + came]:
                desk.join(appointment=terms.id, by=person, device=person.id, now=self.app.now())
        self._it_is(terms.end)
        now = self.app.now()
        if not came and terms.mode is Mode.VIDEO:
            desk.waive_no_show(appointment=terms.id, by=practitioner, now=now)
            return
        free = self.chance.randrange(10) == 0
        amount = zero(terms.fee.currency) if free else terms.fee
        desk.complete(appointment=terms.id, amount=amount, by=practitioner, now=now)
        if self.chance.randrange(2):
            desk.rate(
                appointment=terms.id,
                stars=self.chance.choice((4, 5, 5, 5)),
                words=self.chance.choice(WORDS),
                by=patient_actor(terms.patient),
                now=now,
            )


def bring_to_life(app: App) -> None:
    """Describe the clinic and live three weeks of it; the clock runs with the real one after."""
    now = datetime.now(UTC)
    app.sandbox.clock.set(now - PAST - DAY, force=True)
    clinic = read_clinic(CLINIC)
    app.desk.describe_clinic(clinic=clinic, by=OPERATOR, now=app.now())
    life = _Life(app, Random(2026))  # noqa: S311 # whose day it is, not a secret
    begin = now - PAST
    while begin < now:
        life.day(begin, now)
        begin += DAY
    app.sandbox.clock.real(force=True)
    one_round(app)
