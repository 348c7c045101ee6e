"""What the patient agreed to, word for word. May import ids, money, checks, times."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from teleconsult_core.checks import is_language, nfc, text
from teleconsult_core.ids import AppointmentId
from teleconsult_core.money import Money
from teleconsult_core.times import aware_utc


@frozen
class Consent:
    """The most that may be taken, the terms, and the words in which they were shown.

    `words` state the amount, the currency, when it is charged and the no-show and cancellation
    terms, in `language`; `version` names the wording.
    """

    amount: Money
    version: str = field(converter=nfc, validator=text(40))
    language: str = field(validator=is_language)
    words: str = field(converter=nfc, validator=text(4000, lines=True))
    given_at: datetime = field(converter=aware_utc)


@frozen
class ConsentRecord:
    """A consent as kept: for which appointment, and for which of its card steps."""

    appointment: AppointmentId
    attempt: int
    consent: Consent
