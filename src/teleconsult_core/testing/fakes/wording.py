"""Plain English words, one sentence a kind, and a printer of plain text. May import ports.

Whatever the language asked for, English is what there is: a complete language, never silence.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import fields

from teleconsult_core.gateways import ConsentTerms, Facts, Letter, Wording
from teleconsult_core.messages import Kind, To
from teleconsult_core.ports import Printer
from teleconsult_core.receipts import Receipt
from teleconsult_core.testing.fakes.store import InTransaction, must_be_outside
from teleconsult_core.times import zone

_SENTENCES = {
    Kind.BOOKED: "Booked with {practitioner} at {time}.",
    Kind.PLEASE_CONFIRM: "Please confirm {practitioner} at {time} before {deadline}.",
    Kind.WAITING_OFFER: "A time is free with {practitioner} at {time}; confirm before {deadline}.",
    Kind.REMINDER: "Reminder: {practitioner} at {time}.",
    Kind.LAST_REMINDER: "Soon: {practitioner} at {time}.",
    Kind.PRACTITIONER_LINK: "{practitioner}, your consultation with {patient} is at {time}.",
    Kind.AUTHORIZE: "Please authorize your card again for {practitioner} at {time}.",
    Kind.CARD_DECLINED: "Your card was declined for {practitioner} at {time}.",
    Kind.LAPSED: "Your appointment with {practitioner} at {time} was not confirmed in time.",
    Kind.CANCELLED: "The appointment of {patient} with {practitioner} at {time} is cancelled.",
    Kind.MOVED: "Your appointment with {practitioner} is now at {time}.",
    Kind.PRACTITIONER_ABSENT: "{practitioner}, {patient} says that you did not come at {time}.",
    Kind.DECIDE: "{practitioner}, please state the amount for {patient} at {time}.",
    Kind.CHARGED: "{amount} was charged for {practitioner} at {time}.",
    Kind.NOTHING_CHARGED: "Nothing was charged for {practitioner} at {time}.",
    Kind.NO_SHOW_CHARGED: "{amount} was charged for not coming to {practitioner} at {time}.",
    Kind.REFUNDED: "{amount} was given back for {practitioner} at {time}.",
    Kind.RATE: "Please rate {practitioner}, whom you saw at {time}.",
    Kind.UNBILLED: "{practitioner}, the consultation of {patient} at {time} was not billed.",
    Kind.CHARGE_FAILED: "{practitioner}, {amount} could not be charged for {time}.",
    Kind.DISPUTED: "{amount} is disputed for {practitioner} at {time}.",
    Kind.ALLOWANCE_LOW: "The SMS allowance of {practitioner} runs low: {about}.",
    Kind.ALLOWANCE_USED: "The SMS allowance of {practitioner} is used up: {about}.",
    Kind.PAYMENT_STUCK: "{amount} for {practitioner} at {time} is stuck: {about}.",
    Kind.REFUND_CAME_BACK: "{amount} for {practitioner} at {time} came back: {about}.",
    Kind.CHARGE_AT_RISK: "{amount} for {practitioner} at {time} is not charged yet: {about}.",
    Kind.UNDELIVERED: "A message about {practitioner} at {time} could not be delivered: {about}.",
    Kind.SIGN_IN: "Your link to your account.",
    Kind.LINK_AGAIN: "Your new link for {practitioner} at {time}.",
}


class PlainWording:
    """`ports.Wording` for tests."""

    def text(self, kind: Kind, facts: Facts, language: str) -> str:
        said = _SENTENCES[kind].format(
            practitioner=facts.practitioner_name,
            patient=facts.patient_name or "the patient",
            time=_time(facts.start, facts) if facts.start else "any time",
            deadline=_time(facts.deadline, facts) if facts.deadline else "the start",
            amount=facts.amount or facts.fee or "an amount",
            about=facts.about,
        )
        again = f"Authorize your card first: {facts.authorize_link}" if facts.authorize_link else ""
        return " ".join(part for part in (said, facts.link, again) if part)

    def letter(self, kind: Kind, facts: Facts, language: str) -> Letter:
        subject = f"{facts.practice_name}: {kind.value.replace('-', ' ')}"
        name = facts.patient_name if facts.to is To.PATIENT else facts.practitioner_name
        closing = f"{facts.practice_name}, {facts.practice_phone}"
        text = f"Dear {name},\n\n{self.text(kind, facts, language)}\n\n{closing}\n"
        event = facts.event(summary=f"Appointment with {facts.practitioner_name}")
        return Letter(subject=subject, text=text, event=event)

    def consent(self, terms: ConsentTerms, language: str) -> str:
        return (
            f"I agree that at most {terms.amount} is held on my card for {terms.practitioner_name}"
            f" ({terms.practice_name}) on {_local(terms.start, terms.zone)} and taken after the"
            f" consultation. Cancelling is free until {_local(terms.cancel_until, terms.zone)};"
            f" later it costs at most {terms.late_fee}, and not coming at most"
            f" {terms.no_show_cap}. Version {terms.version}."
        )


def _time(instant: datetime, facts: Facts) -> str:
    shown = _local(instant, facts.zone)
    return f"{shown} ({facts.zone})" if facts.zone_shown else shown


def _local(instant: datetime, name: str) -> str:
    return instant.astimezone(zone(name)).strftime("%Y-%m-%d %H:%M")


class PlainPrinter:
    """`ports.Printer`: every field of the receipt on a line of its own, in UTF-8.

    With a store, it refuses to print while a work is open there.
    """

    def __init__(self, store: InTransaction | None = None) -> None:
        self._store = store

    def print(self, receipt: Receipt) -> bytes:
        must_be_outside(self._store, "the printer")
        lines = (f"{one.name}: {getattr(receipt, one.name)}" for one in fields(Receipt))
        return ("\n".join(lines) + "\n").encode()


if TYPE_CHECKING:
    _wording: type[Wording] = PlainWording
    _printer: type[Printer] = PlainPrinter
