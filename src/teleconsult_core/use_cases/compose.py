"""Compose a message when it is due: facts, links and words. Not a use case: part of delivering.

Runs inside the transaction that keeps the links it makes; nothing of it is stored but those.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from teleconsult_core.appointments import Appointment, AwaitingConfirmation
from teleconsult_core.gateways import Facts, Letter
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import LinkId
from teleconsult_core.links import Purpose
from teleconsult_core.messages import Channel, Kind, Message, To
from teleconsult_core.money import Money
from teleconsult_core.people import Patient, Practice, Practitioner, Role
from teleconsult_core.ports import Ports
from teleconsult_core.slots import Mode
from teleconsult_core.stores import Work
from teleconsult_core.times import zone
from teleconsult_core.use_cases.inviting import invitation
from teleconsult_core.use_cases.make_link import make_link
from teleconsult_core.wanted import covered

_LINKS: dict[Kind, tuple[Purpose, Role]] = {
    Kind.BOOKED: (Purpose.ACCOUNT, Role.PATIENT),
    Kind.PLEASE_CONFIRM: (Purpose.CONFIRM, Role.PATIENT),
    Kind.WAITING_OFFER: (Purpose.CONFIRM, Role.PATIENT),
    Kind.REMINDER: (Purpose.JOIN, Role.PATIENT),
    Kind.LAST_REMINDER: (Purpose.JOIN, Role.PATIENT),
    Kind.PRACTITIONER_LINK: (Purpose.JOIN, Role.PRACTITIONER),
    Kind.AUTHORIZE: (Purpose.AUTHORIZE, Role.PATIENT),
    Kind.CARD_DECLINED: (Purpose.AUTHORIZE, Role.PATIENT),
    Kind.MOVED: (Purpose.ACCOUNT, Role.PATIENT),
    Kind.DECIDE: (Purpose.DECIDE, Role.PRACTITIONER),
    Kind.UNBILLED: (Purpose.DECIDE, Role.PRACTITIONER),
    Kind.CHARGED: (Purpose.ACCOUNT, Role.PATIENT),
    Kind.NOTHING_CHARGED: (Purpose.ACCOUNT, Role.PATIENT),
    Kind.NO_SHOW_CHARGED: (Purpose.ACCOUNT, Role.PATIENT),
    Kind.REFUNDED: (Purpose.ACCOUNT, Role.PATIENT),
    Kind.RATE: (Purpose.RATE, Role.PATIENT),
}
"""Where a message leads, and whose place it is; other kinds carry no link."""

_SAYS_TO_AUTHORIZE = frozenset({Kind.BOOKED, Kind.LAST_REMINDER})
"""Kinds that tell the patient, at booking and again at the end, that his hold will not last."""


@frozen
class Ready:
    """A message as it will go, and to whom."""

    message: Message
    address: str
    text: str = ""
    letter: Letter | None = None


@frozen
class Nobody:
    """There is nobody to tell any more."""

    why: str


def compose(
    ports: Ports,
    work: Work,
    message: Message,
    appointment: Appointment | None,
    hold: CardHold | None,
    practice: Practice,
    now: datetime,
) -> Ready | Nobody:
    """The words of `message` for its reader, with his links."""
    practitioner = work.clinic.practitioner(message.practitioner)
    patient = work.patients.get(message.patient) if message.patient else None
    if practitioner is None:
        return Nobody("the practitioner is gone")
    if message.to is To.PATIENT and not isinstance(patient, Patient):
        return Nobody("the patient's data was erased")
    reader = patient if isinstance(patient, Patient) else None
    facts = _facts(practitioner, reader, practice, message, appointment)
    facts = _with_links(ports, work, message, appointment, hold, practice, facts, now)
    facts = evolve(facts, invitation=invitation(message, appointment, ports.site))
    address, language = _reader(message, practitioner, reader, practice)
    if message.channel is Channel.SMS:
        return Ready(message, address, text=ports.wording.text(message.kind, facts, language))
    return Ready(message, address, letter=ports.wording.letter(message.kind, facts, language))


def _reader(
    message: Message, practitioner: Practitioner, patient: Patient | None, practice: Practice
) -> tuple[str, str]:
    """Where it goes, and in which language."""
    sms = message.channel is Channel.SMS
    if message.to is To.PATIENT and patient is not None:
        return (patient.phone if sms else patient.email), patient.language
    if message.to is To.PRACTITIONER:
        language = next(iter(practitioner.languages), practice.languages[0])
        return (practitioner.phone if sms else practitioner.email), language
    return (practice.phone if sms else practice.email), practice.languages[0]


def _facts(
    practitioner: Practitioner,
    patient: Patient | None,
    practice: Practice,
    message: Message,
    appointment: Appointment | None,
) -> Facts:
    terms = appointment.terms if appointment else None
    to_patient = message.to is To.PATIENT
    elsewhere = patient.zone if patient and to_patient else ""
    currency = terms.fee.currency if terms else practice.currency
    return Facts(
        patient_name=patient.name if patient else "",
        practitioner_name=practitioner.name,
        practice_name=practice.name,
        practice_phone=practice.phone,
        practice_address=practice.address,
        zone=practice.zone,
        zone_shown=bool(elsewhere) and zone(elsewhere) != zone(practice.zone),
        to=message.to,
        mode=terms.mode if terms else None,
        start=terms.start if terms else None,
        end=terms.end if terms else None,
        deadline=appointment.deadline if isinstance(appointment, AwaitingConfirmation) else None,
        fee=terms.fee if terms and terms.card_required else None,
        amount=Money(message.amount, currency) if message.amount is not None else None,
        about=message.about,
    )


def _with_links(
    ports: Ports,
    work: Work,
    message: Message,
    appointment: Appointment | None,
    hold: CardHold | None,
    practice: Practice,
    facts: Facts,
    now: datetime,
) -> Facts:
    if message.kind is Kind.SIGN_IN:
        token = ports.tokens.token(LinkId(message.about))
        return evolve(facts, link=ports.site.sign_in_address(token))
    if appointment is None:
        return facts
    terms, policies = appointment.terms, practice.policies
    target = _LINKS.get(message.kind)
    if message.kind is Kind.LINK_AGAIN:
        waiting = isinstance(appointment, AwaitingConfirmation)
        target = (Purpose.CONFIRM if waiting else Purpose.JOIN, Role.PATIENT)
    if target is None or (target[0] is Purpose.JOIN and terms.mode is not Mode.VIDEO):
        return facts
    link = make_link(ports, work, terms, *target, policies, now)
    again = ""
    if message.kind in _SAYS_TO_AUTHORIZE and not covered(terms, hold, policies, now):
        again = make_link(ports, work, terms, Purpose.AUTHORIZE, Role.PATIENT, policies, now)
    return evolve(facts, link=link, authorize_link=again)
