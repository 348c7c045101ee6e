"""The teller of the tour: moves the clock, runs the worker, and shows what people see."""

from __future__ import annotations

import textwrap
from datetime import date, datetime, timedelta
from typing import Any

import click

from teleconsult_cli import typed
from teleconsult_cli.desk_at_hand import AtHand
from teleconsult_cli.telling import words_for
from teleconsult_core.consents import Consent
from teleconsult_core.desk import Desk
from teleconsult_core.ids import AppointmentId, CardToken, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.people import Actor, Patient, Practitioner, Role
from teleconsult_core.refusals import Refusal
from teleconsult_core.slots import Mode
from teleconsult_core.times import zone
from teleconsult_core.use_cases.offer_slots import BookingTerms
from teleconsult_wiring import one_round

DOCTOR, VISIT = PractitionerId("dupont"), VisitTypeId("dupont:consultation")
BY_DOCTOR = Actor(Role.PRACTITIONER, DOCTOR)
SUPPORT = Actor(Role.SUPPORT, "sofie")
WIDTH = 78

CAMILLE = Patient(
    PatientId("camille"), "Camille Renard", "+32475000001", "camille@example.org", "fr"
)
PIETER = Patient(PatientId("pieter"), "Pieter Claes", "+32475000002", "pieter@example.org", "nl")
ALICE = Patient(PatientId("alice"), "Alice Moreau", "+32475000003", "alice@example.org", "en")


class Story:
    """One tour: every figure it shows comes from the installation it works on."""

    def __init__(self, at: AtHand) -> None:
        self.at = at
        self._texts = self._mails = 0

    @property
    def desk(self) -> Desk:
        return self.at.app.desk

    @property
    def now(self) -> datetime:
        return self.at.app.now()

    # --- telling ---------------------------------------------------------------------------------

    def chapter(self, rules: str, title: str) -> None:
        click.echo()
        click.secho(f"{rules:<12} {title}", bold=True)

    def tell(self, words: str) -> None:
        click.echo(textwrap.fill(words, WIDTH, initial_indent="  ", subsequent_indent="  "))

    def outcome(self, who: str, outcome: Any) -> Any:
        """What was answered: the sentence of a refusal, or what happened."""
        refused = isinstance(outcome, Refusal)
        screen = self.at.screen
        words = screen.said(outcome) if refused else words_for(screen, outcome)
        self.tell(f"{who}: {'✗' if refused else '✓'} {words}")
        return outcome

    def post(self, patient: Patient | Practitioner, *, whole: bool = False) -> None:
        """What has newly arrived on somebody's phone and in his mailbox; letters by subject."""
        sandbox = self.at.app.sandbox
        texts, mails = sandbox.phone.messages(), sandbox.mailbox.messages()
        for text in texts[self._texts :]:
            if text.to == patient.phone:
                self._bubble(f"SMS · {patient.name}", text.text)
        for mail in mails[self._mails :]:
            if mail.to == patient.email:
                self._bubble(f"mail · {patient.name}", mail.letter.subject)
                if whole:
                    self._letter(mail.letter.text)
        self._texts, self._mails = len(texts), len(mails)

    def _bubble(self, head: str, text: str) -> None:
        click.secho(f"    ┌ {head}", dim=True)
        for line in textwrap.wrap(text, WIDTH - 8, break_long_words=False, break_on_hyphens=False):
            click.echo(f"    │ {line}")

    def _letter(self, text: str) -> None:
        click.echo("    │")
        for line in text.strip().splitlines():
            click.echo(f"    │ {line}".rstrip())

    def newest_link(self, patient: Patient) -> str:
        """The token of the last link to a waiting room on the patient's phone."""
        texts = self.at.app.sandbox.phone.messages(patient.phone)
        words = [word for text in texts for word in text.text.split() if "/l/join/" in word]
        return words[-1].rpartition("/")[2]

    # --- time ------------------------------------------------------------------------------------

    def wall(self, text: str) -> datetime:
        return typed.instant(text, self.at.practice)

    def wait_until(self, text: str) -> None:
        """Let time pass to a wall time, with the worker running."""
        self.at.app.sandbox.clock.set(self.wall(text))
        self.work()
        moment = self.now.astimezone(zone(self.at.practice.zone))
        click.secho(f"  … {moment:%A %-d %B %Y, %H:%M}", dim=True)

    def forward(self, minutes: int) -> None:
        self.at.app.sandbox.clock.forward(timedelta(minutes=minutes))
        self.work()

    def work(self) -> None:
        while one_round(self.at.app).busy:
            pass

    # --- acting ----------------------------------------------------------------------------------

    def consent(self, patient: Patient, start: datetime) -> Consent | None:
        shown = self.desk.booking_terms(
            practitioner=DOCTOR,
            visit_type=VISIT,
            mode=Mode.VIDEO,
            start=start,
            language=patient.language,
        )
        if not isinstance(shown, BookingTerms):
            return None
        version, words = shown.terms.version, shown.words
        return Consent(shown.terms.amount, version, patient.language, words, self.now)

    def book(
        self, id: str, patient: Patient, start: str, card: str = "", mode: Mode = Mode.VIDEO
    ) -> Any:
        moment = self.wall(start)
        return self.desk.book(
            id=AppointmentId(id),
            practitioner=DOCTOR,
            visit_type=VISIT,
            mode=mode,
            start=moment,
            patient=patient,
            consent=self.consent(patient, moment) if card else None,
            card=CardToken(card) if card else None,
            now=self.now,
        )

    def both_join(self, id: str, patient: Patient) -> None:
        for who, by in ((self.doctor().name, BY_DOCTOR), (patient.name, by_patient(patient))):
            appointment = AppointmentId(id)
            device = by.role.value
            self.outcome(
                who, self.desk.join(appointment=appointment, by=by, device=device, now=self.now)
            )

    def doctor(self) -> Practitioner:
        with self.desk.open_work(writing=False) as work:
            found = work.clinic.practitioner(DOCTOR)
        if found is None:
            raise LookupError(DOCTOR)
        return found


def by_patient(patient: Patient) -> Actor:
    return Actor(Role.PATIENT, patient.id)


BEGIN = date(2027, 3, 1)
"""The Monday on which the story begins."""
