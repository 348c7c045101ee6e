"""What a patient says of himself, a question a page, checked as it is said. May import the core.

The answers wait in the browser's own signed cookie until the booking is made; nothing is written
down before that.
"""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
from attrs import evolve, frozen

from teleconsult_core.ids import PatientId
from teleconsult_core.people import Patient
from teleconsult_core.refusals import BadInput
from teleconsult_flask.languages import say
from teleconsult_flask.web import at_hand


@frozen
class Question:
    """One field: its name, how a browser may fill it in, and what is done with the answer."""

    name: str
    autocomplete: str
    kind: str
    check: Callable[[str], str]


class Unfit(ValueError):
    """An answer that cannot be used; the words say how to mend it, in the reader's language."""


SOMEBODY = Patient(id=PatientId("p"), name="N", phone="+32475000000", email="n@example.org")
"""What an answer is tried on: the core says what a patient's name or address may be."""


def _name(given: str) -> str:
    try:
        return evolve(SOMEBODY, name=given).name
    except BadInput:
        raise Unfit(
            say("Enter your first name and family name, in at most 200 characters.")
        ) from None


def _phone(given: str) -> str:
    """Any way of writing it, to E.164."""
    try:
        number = phonenumbers.parse(given, at_hand().practice().country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Unfit(say("Enter a phone number, such as 0470 12 34 56 or +33 6 12 34 56 78."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(given: str) -> str:
    try:
        return evolve(SOMEBODY, email=given).email
    except BadInput:
        raise Unfit(say("Enter an e-mail address, such as nora@example.org.")) from None


NAME = Question("name", "name", "text", _name)
QUESTIONS = (
    NAME,
    Question("phone", "tel", "tel", _phone),
    Question("email", "email", "email", _email),
)
"""In the order in which they are asked."""


def asked(step: int) -> Question | None:
    """The question of a step, counted from 1."""
    return QUESTIONS[step - 1] if 1 <= step <= len(QUESTIONS) else None


def answered(question: Question, given: str) -> str:
    """The answer as it is kept. Raises `Unfit`."""
    return question.check(" ".join(given.split()))
