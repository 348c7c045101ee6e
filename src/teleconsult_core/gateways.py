"""What the core needs to reach people: words, text messages, letters. May import nouns.

Trouble is raised as by every port (`ports.PortTrouble`, `ports.PortMisused`); that a gateway will
never take a message is an answer.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import frozen

from teleconsult_core.messages import Kind, To
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode


class Method(StrEnum):
    """What a calendar is asked to do with an event (RFC 5546, section 1.4)."""

    REQUEST = "REQUEST"
    """Put it there, or replace what stands under the same `uid`."""
    CANCEL = "CANCEL"


@frozen
class Invitation:
    """What an appointment is to the patient's calendar, before anything is said in words.

    `uid` stays the same as long as the appointment lives, through moves and cancelling;
    `sequence` rises with each of them; `stamp` is when this was decided, the same in every
    repetition of one message. Not `confirmed`: the patient has still to say that he comes.
    """

    method: Method
    uid: str
    sequence: int
    stamp: datetime
    confirmed: bool = True


@frozen
class Event:
    """An invitation in one language. Start and end are UTC; `zone` is the one to show them in."""

    invitation: Invitation
    start: datetime
    end: datetime
    zone: str
    summary: str
    """Neutral: neither why nor for what; calendars are looked at by others."""
    description: str = ""
    location: str = ""
    url: str = ""
    """Of a page that anybody may see; never a link that opens something."""


@frozen
class Facts:
    """Everything a message may say. Instants are UTC; `zone` is the one to show them in."""

    patient_name: str
    practitioner_name: str
    practice_name: str
    practice_phone: str
    zone: str
    mode: Mode | None = None
    start: datetime | None = None
    end: datetime | None = None
    deadline: datetime | None = None
    fee: Money | None = None
    """What is or will be reserved on the card; None where no card is asked for."""
    amount: Money | None = None
    link: str = ""
    authorize_link: str = ""
    """Set in a reminder when the card must be authorized again before the start."""
    about: str = ""
    zone_shown: bool = False
    """Whether the reader's zone may differ, so that the zone must be named."""
    to: To = To.PATIENT
    """Who reads it: a cancellation says other words to the practitioner than to the patient."""
    practice_address: str = ""
    """Where to come in person."""
    invitation: Invitation | None = None
    """Set where the letter changes what stands in the patient's calendar."""

    def event(self, *, summary: str, description: str = "", location: str = "") -> Event | None:
        """The invitation in words; None where there is none to make.

        Without the letter's link: that is the patient's alone, and calendars are shared.
        """
        if self.invitation is None or self.start is None or self.end is None:
            return None
        return Event(
            self.invitation, self.start, self.end, self.zone,
            summary=summary, description=description, location=location,
        )  # fmt: skip


@frozen
class ConsentTerms:
    """The terms a patient agrees to with his card, in figures."""

    practitioner_name: str
    practice_name: str
    amount: Money
    start: datetime
    zone: str
    cancel_until: datetime
    late_fee: Money
    no_show_cap: Money
    """The most a no-show may cost; 0.00 where it may cost nothing."""
    version: str
    indemnity: bool = False


@frozen
class Letter:
    """An e-mail's content; `html` may be empty. Whoever sends it adds who writes and to whom.

    With an `event`, the letter carries a calendar part that puts it there, moves it or removes it.
    """

    subject: str
    text: str
    html: str = ""
    event: Event | None = None


class Wording(Protocol):
    """The words, by kind and language; must fall back to a complete language, never to silence."""

    def text(self, kind: Kind, facts: Facts, language: str) -> str: ...
    def letter(self, kind: Kind, facts: Facts, language: str) -> Letter: ...
    def consent(self, terms: ConsentTerms, language: str) -> str: ...


@frozen
class Accepted:
    """The gateway took the message; `ref` is its own name for it."""

    ref: str


@frozen
class NotDelivered:
    """The gateway will never take this one (a wrong number, a refused address)."""

    reason: str


class Texts(Protocol):
    """SMS. `key` names the message: a gateway that can must not deliver the same key twice."""

    def send(self, *, key: str, to: str, text: str) -> Accepted | NotDelivered: ...


class Letters(Protocol):
    """E-mail. `key` becomes the Message-ID, so that a repetition collapses at the reader's."""

    def send(self, *, key: str, to: str, letter: Letter) -> Accepted | NotDelivered: ...
