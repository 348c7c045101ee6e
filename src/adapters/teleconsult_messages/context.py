"""What a template may say: the facts of a message in one language. May import the core, Jinja2.

Every value is a finished text, a yes/no, or a count that chooses a plural; a template never
formats. A fact that may be missing is an empty text and a template asks for it with `if`. An
`amount` that there is none of, and `when`, `day` and `hour` where there is no appointment, cannot
be said: a template that needs them fails instead of saying half a sentence.
"""

from __future__ import annotations

import re
from decimal import Decimal

import jinja2
import phonenumbers

from teleconsult_core.gateways import ConsentTerms, Facts, Invitation, Method
from teleconsult_core.messages import Kind, To
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode
from teleconsult_messages.names import inert
from teleconsult_messages.plain import plain
from teleconsult_messages.speech import Speech

Context = dict[str, object]

_LEFT_OF = re.compile(r"(\d+)/(\d+)")


class _Unsaid(jinja2.Undefined):
    """A sum that there is none of: `if` may ask for it, but a template that says it fails."""

    def __str__(self) -> str:
        return self._fail_with_undefined_error()


_UNSAID = _Unsaid(name="amount")

_FOR_PRACTITIONERS = frozenset(
    {
        Kind.PRACTITIONER_LINK,
        Kind.PRACTITIONER_ABSENT,
        Kind.DECIDE,
        Kind.UNBILLED,
        Kind.CHARGE_FAILED,
    }
)
_FOR_STAFF = frozenset(
    {
        Kind.DISPUTED,
        Kind.ALLOWANCE_LOW,
        Kind.ALLOWANCE_USED,
        Kind.PAYMENT_STUCK,
        Kind.CHARGE_AT_RISK,
        Kind.REFUND_CAME_BACK,
        Kind.UNDELIVERED,
    }
)


def letter_context(kind: Kind, facts: Facts, speech: Speech) -> Context:
    """For a letter: full days, amounts with their sign, every accent."""
    return {
        **_people(kind, facts),
        **_links(kind, facts),
        **_moment(facts, speech),
        "phone": _spoken_phone(facts.practice_phone),
        "until": _until(facts, speech),
        "fee": _sum(facts.fee, speech),
        "amount": _sum(facts.amount, speech) or _UNSAID,
        "amount_units": _units(facts.amount),
        **_allowance(facts),
        **_invitation(facts.invitation),
    }


def sms_context(kind: Kind, facts: Facts, speech: Speech) -> Context:
    """For a text message: short days, amounts with their code, names in the GSM alphabet."""
    people = _people(kind, facts)
    names = ("patient", "practitioner", "practice", "address", "reader")
    return {
        **people,
        **{name: plain(str(people[name])) for name in names},
        **_links(kind, facts),
        **_short_moment(facts, speech),
        "phone": inert(facts.practice_phone),
        "fee": _short_sum(facts.fee, speech),
        "amount": _short_sum(facts.amount, speech) or _UNSAID,
        "amount_units": _units(facts.amount),
        **_allowance(facts),
    }


def consent_context(terms: ConsentTerms, speech: Speech) -> Context:
    """For a consent: every hour with its zone, for it is read again months later."""
    return {
        "practitioner": inert(terms.practitioner_name),
        "practice": inert(terms.practice_name),
        "amount": speech.amount(terms.amount),
        "nothing": speech.amount(Money(0, terms.amount.currency)),
        "currency": terms.amount.currency,
        "when": speech.when(terms.start, terms.zone, named=True),
        "cancel_until": speech.when(terms.cancel_until, terms.zone, named=True),
        "late_fee": _sum(terms.late_fee, speech),
        "no_show_cap": _sum(terms.no_show_cap, speech),
        "no_show_units": _units(terms.no_show_cap),
        "indemnity": terms.indemnity,
        "version": inert(terms.version),
    }


def _people(kind: Kind, facts: Facts) -> Context:
    to = _reader(kind, facts)
    named = {To.PATIENT: facts.patient_name, To.PRACTITIONER: facts.practitioner_name}
    return {
        "patient": inert(facts.patient_name),
        "practitioner": inert(facts.practitioner_name),
        "practice": inert(facts.practice_name),
        "address": ", ".join(map(inert, facts.practice_address.splitlines())),
        "reader": inert(named.get(to, "")),
        "to_patient": to is To.PATIENT,
        "video": facts.mode is not Mode.IN_PERSON,
        "about": inert(facts.about),
    }


def _reader(kind: Kind, facts: Facts) -> To:
    """Who reads it; some kinds are never for the patient, whatever the facts leave unsaid."""
    if facts.to is To.PATIENT and kind in _FOR_PRACTITIONERS:
        return To.PRACTITIONER
    return To.PRACTICE if facts.to is To.PATIENT and kind in _FOR_STAFF else facts.to


def _links(kind: Kind, facts: Facts) -> Context:
    """To authorize is the one thing asked by AUTHORIZE, whichever field its link comes in."""
    if kind is Kind.AUTHORIZE:
        return {"link": facts.authorize_link or facts.link, "authorize_link": ""}
    return {"link": facts.link, "authorize_link": facts.authorize_link}


def _moment(facts: Facts, speech: Speech) -> Context:
    if facts.start is None:
        return {}
    return {
        "when": speech.when(facts.start, facts.zone, named=facts.zone_shown),
        "day": speech.written_day(facts.start, facts.zone),
        "hour": speech.written_hour(facts.start, facts.zone),
    }


def _short_moment(facts: Facts, speech: Speech) -> Context:
    if facts.start is None:
        return {}
    when = plain(speech.short_when(facts.start, facts.zone, named=facts.zone_shown))
    return {"when": when, "day": when}


def _until(facts: Facts, speech: Speech) -> str:
    if facts.deadline is None:
        return ""
    return speech.when(facts.deadline, facts.zone, named=facts.zone_shown)


def _sum(money: Money | None, speech: Speech) -> str:
    """The amount; empty for none and for 0.00, of which there is nothing to say."""
    return speech.amount(money) if money and money.minor else ""


def _short_sum(money: Money | None, speech: Speech) -> str:
    return speech.short_amount(money) if money and money.minor else ""


def _units(money: Money | None) -> int:
    """How many whole euros (or whatever it is in): French says "a été débité" of 1,50."""
    return int(Decimal(money.decimal)) if money else 0


def _allowance(facts: Facts) -> Context:
    """What is left of the SMS allowance, where the message is about it; 0 of 0 otherwise."""
    told = _LEFT_OF.fullmatch(facts.about)
    return {"left": int(told[1]) if told else 0, "allowed": int(told[2]) if told else 0}


def _invitation(invitation: Invitation | None) -> Context:
    """What becomes of the event in the patient's calendar."""
    cancelled = invitation is not None and invitation.method is Method.CANCEL
    waits = invitation is not None and not invitation.confirmed
    return {"cancelled": cancelled, "to_confirm": waits and not cancelled}


def _spoken_phone(number: str) -> str:
    """`+3225550101` as `+32 2 555 01 01`; anything else as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return inert(number)
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
