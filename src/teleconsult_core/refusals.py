"""What the business can refuse, and what no one should have said. May import attrs.

A refusal is a value: the outcome of a use case that kept its rules, with the numbers that broke
them. Every refusal has a stable `code` (for machines, never translated) and a sentence (`str()`).
`BadInput` is different: a value that is no value at all (a naive time, an amount with three
decimals) never becomes part of the domain, so it is raised where it would have been made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from attrs import fields, frozen

if TYPE_CHECKING:  # money itself raises BadInput
    from teleconsult_core.money import Money


class BadInput(ValueError):
    """A malformed value: names the field, the value (shortened) and the bound it broke."""

    code = "bad-input"

    def __init__(self, field: str, value: object, bound: str) -> None:
        self.field = field
        self.value = shortened(value)
        self.bound = bound
        super().__init__(f"{field}: {self.value} is not acceptable: {bound}")


def shortened(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: one line, printable, at most `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


@frozen
class Refusal:
    """What every refusal shares: a stable code, and a sentence that names value and bound."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "This is not possible."

    def __str__(self) -> str:
        return self.told(spoken)

    def told(self, speak: Callable[[object], str]) -> str:
        """The sentence, with each figure as `speak` puts it (wall time, another format)."""
        names = [field.name for field in fields(type(self))]
        return self.sentence.format(**{name: speak(getattr(self, name)) for name in names})


def spoken(value: object) -> str:
    """A figure as it stands in a refusal's sentence; instants in UTC, to the minute."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:g} h"
    text = str(value)
    return text if len(text) <= 200 else f"{text[:60]}… ({len(text)} characters)"


# --- finding what was meant -------------------------------------------------------------------


@frozen
class NotFound(Refusal):
    """Nothing of that name. The same answer whether it never was, is another's, or is gone."""

    code = "not-found"
    sentence = "There is no {what} named {id}."
    what: str
    id: str


@frozen
class NotYours(Refusal):
    """The caller may not do this to that appointment."""

    code = "not-yours"
    sentence = "{actor} may not do this: it is for {allowed}."
    actor: str
    allowed: str


# --- slots -------------------------------------------------------------------------------------


@frozen
class SlotTaken(Refusal):
    """Another active appointment of the practitioner overlaps."""

    code = "slot-taken"
    sentence = "The slot from {start} to {end} is taken."
    start: datetime
    end: datetime


@frozen
class SlotNotOffered(Refusal):
    """The practitioner does not offer this start in this mode; `reason` says why."""

    code = "slot-not-offered"
    sentence = "{start} is not offered ({mode}): {reason}."
    start: datetime
    mode: str
    reason: str


@frozen
class HoursOverlap(Refusal):
    """Two opening hours of one practitioner meet in one mode."""

    code = "hours-overlap"
    sentence = "On day {weekday} of the week it is open already from {opens} to {closes}."
    weekday: int
    """1 is Monday."""
    opens: str
    closes: str


@frozen
class Outdated(Refusal):
    """What was to be changed is no longer what the change was made from."""

    code = "outdated"
    sentence = "The {what} of {id} changed meanwhile; look at them again before you change them."
    what: str
    id: str


@frozen
class NotOnTick(Refusal):
    """Appointments start on whole 5 minutes of the hour."""

    code = "not-on-tick"
    sentence = "{start} is not a whole 5 minutes of the hour."
    start: datetime


@frozen
class StartsInThePast(Refusal):
    code = "starts-in-the-past"
    sentence = "{start} has passed; it is {now}."
    start: datetime
    now: datetime


@frozen
class ModeNotOffered(Refusal):
    """The visit type is not offered in this mode."""

    code = "mode-not-offered"
    sentence = "{visit_type} is not offered as {mode}."
    visit_type: str
    mode: str


# --- states ------------------------------------------------------------------------------------


@frozen
class WrongState(Refusal):
    """The appointment is not in a state in which this can be done."""

    code = "wrong-state"
    sentence = "The appointment is {state}; it would have to be {wanted}."
    state: str
    wanted: str


@frozen
class Expired(Refusal):
    """A deadline has passed; the slot is free again."""

    code = "expired"
    sentence = "The deadline was {deadline}; it is {now}."
    deadline: datetime
    now: datetime


@frozen
class TooEarly(Refusal):
    code = "too-early"
    sentence = "This opens at {opens_at}; it is {now}."
    opens_at: datetime
    now: datetime


@frozen
class TooLate(Refusal):
    code = "too-late"
    sentence = "This closed at {closed_at}; it is {now}. The practice answers at {phone}."
    closed_at: datetime
    now: datetime
    phone: str


# --- messages --------------------------------------------------------------------------------


@frozen
class NotResent(Refusal):
    code = "not-resent"
    sentence = "{id} is {state}; only what was sent and is still of use can be sent again."
    id: str
    state: str


# --- money -------------------------------------------------------------------------------------


@frozen
class OtherCurrency(Refusal):
    code = "other-currency"
    sentence = "{amount} is not in {currency}."
    amount: Money
    currency: str


@frozen
class AboveHold(Refusal):
    code = "above-hold"
    sentence = "{amount} is more than the {held} held on the card."
    amount: Money
    held: Money


@frozen
class AboveConsent(Refusal):
    code = "above-consent"
    sentence = "{amount} is more than the {consented} the patient agreed to."
    amount: Money
    consented: Money


@frozen
class BelowMinimum(Refusal):
    code = "below-minimum"
    sentence = "{amount} is less than the smallest charge, {minimum}; 0.00 charges nothing."
    amount: Money
    minimum: Money


@frozen
class OverPolicyCap(Refusal):
    code = "over-policy-cap"
    sentence = "{amount} is more than the clinic's terms allow, {cap}."
    amount: Money
    cap: Money


@frozen
class NoShowChargeForbidden(Refusal):
    code = "no-show-charge-forbidden"
    sentence = "A missed consultation may not be billed here: {why}."
    why: str


@frozen
class ChargeDisputed(Refusal):
    """The patient's bank has taken the charge back; it cannot be given back a second time."""

    code = "charge-disputed"
    sentence = "The patient's bank has taken this charge back ({state}); it cannot be refunded too."
    state: str


@frozen
class NoLiveHold(Refusal):
    """There is no hold that could be captured (none, lapsed, released)."""

    code = "no-live-hold"
    sentence = "Nothing is held on the patient's card ({state}); only 0.00 is possible."
    state: str


@frozen
class ConsentMissing(Refusal):
    """Money would be reserved without the patient's recorded consent to the amount and terms."""

    code = "consent-missing"
    sentence = "The patient has not agreed to a hold of {amount}."
    amount: Money


@frozen
class CardMissing(Refusal):
    code = "card-missing"
    sentence = "A hold of {amount} needs a card."
    amount: Money


@frozen
class CardBrandRefused(Refusal):
    """Only Visa, Mastercard and American Express (S14)."""

    code = "card-brand-refused"
    sentence = "{brand} is not accepted; Visa, Mastercard and American Express are."
    brand: str


@frozen
class CardDeclined(Refusal):
    code = "card-declined"
    sentence = "The card was declined ({reason}); nothing is held."
    reason: str


@frozen
class NewsRefused(Refusal):
    """News that claims to come from the card network or a provider, and does not prove it."""

    code = "news-refused"
    sentence = "This news is not taken in: {why}."
    why: str


@frozen
class AlreadyDecided(Refusal):
    """The charge was decided once already; a decision is never changed."""

    code = "already-decided"
    sentence = "It was decided already: {decided}."
    decided: str


@frozen
class RefundTooMuch(Refusal):
    code = "refund-too-much"
    sentence = "{amount} is more than what is left to refund, {refundable}."
    amount: Money
    refundable: Money


@frozen
class NothingToDo(Refusal):
    """The hold already covers the consultation, or the appointment needs none."""

    code = "nothing-to-do"
    sentence = "There is nothing to do: {why}."
    why: str


@frozen
class AccountNotReady(Refusal):
    """What would be taken has nowhere to go: the practitioner must complete his account (S16)."""

    code = "account-not-ready"
    sentence = "{practitioner} cannot take cards yet: {why}."
    practitioner: str
    why: str


# --- the room ----------------------------------------------------------------------------------


@frozen
class NotConfirmed(Refusal):
    """The patient must confirm before he may enter (S7)."""

    code = "not-confirmed"
    sentence = "The appointment must be confirmed first, by {deadline}."
    deadline: datetime


@frozen
class HoldNeeded(Refusal):
    """No covering hold, no call."""

    code = "hold-needed"
    sentence = "The card must be authorized again for {amount} before the consultation starts."
    amount: Money


@frozen
class LinkDead(Refusal):
    """The link is unknown, used up, expired or revoked; it does not say which."""

    code = "link-dead"
    sentence = "This link is no longer valid."


@frozen
class OtherBrowser(Refusal):
    """A link to an account is opened where it was asked for, and not where it was sent on to."""

    code = "other-browser"
    sentence = "This link works only in the browser in which it was asked for."


@frozen
class SignInRefused(Refusal):
    """E-mail, password or code; or too many tries. It does not say which."""

    code = "sign-in-refused"
    sentence = "That does not fit, or there were too many tries; after some failures it takes time."


@frozen
class NotSignedIn(Refusal):
    """There is no such session, or it has ended."""

    code = "not-signed-in"
    sentence = "Please sign in (again)."


@frozen
class StaffKnown(Refusal):
    """Everybody at the practice has an id and an e-mail of his own."""

    code = "staff-known"
    sentence = "There is a member of staff named {id} with the e-mail {email} already."
    id: str
    email: str


@frozen
class PasskeyRefused(Refusal):
    """The answer of a device was not to our question, not in time, or came before."""

    code = "passkey-refused"
    sentence = "No passkey was made: the answer of the device does not fit, or came too late."


@frozen
class TooManyPasskeys(Refusal):
    code = "too-many-passkeys"
    sentence = "Nobody has more than {most} passkeys; remove one first."
    most: int


@frozen
class SeatTaken(Refusal):
    """Another device of the same person has the seat, and was heard of a moment ago."""

    code = "seat-taken"
    sentence = "Another device is in the room; the seat is free at {free_at} if it is gone by then."
    free_at: datetime


@frozen
class SeatLost(Refusal):
    """Another device has the seat by now, or nothing was heard of this one for too long."""

    code = "seat-lost"
    sentence = "This seat is no longer taken under number {epoch}; take it again."
    epoch: int


@frozen
class NotAdmitted(Refusal):
    """The patient waits until the practitioner lets him in."""

    code = "not-admitted"
    sentence = "The {role} has not been let in yet."
    role: str


@frozen
class NobodyWaits(Refusal):
    code = "nobody-waits"
    sentence = "The patient is not in the waiting room."


@frozen
class RoomEnded(Refusal):
    """The consultation is over, moved or called off, or the practitioner ended it."""

    code = "room-ended"
    sentence = "This room is closed."


@frozen
class NotAbsent(Refusal):
    """What was recorded does not show that the other side was missing."""

    code = "not-absent"
    sentence = "The attendance record says {judgement}: {why}."
    judgement: str
    why: str


# --- the rest ----------------------------------------------------------------------------------


@frozen
class AlreadyRated(Refusal):
    code = "already-rated"
    sentence = "This consultation was rated already, with {stars} of 5."
    stars: int


@frozen
class NotParked(Refusal):
    """Only what was given up is taken up again; everything else goes on by itself."""

    code = "not-parked"
    sentence = "{id} is {state}; only what is parked can be taken up again."
    id: str
    state: str


@frozen
class StillOpen(Refusal):
    """A patient with open appointments or money in motion cannot be erased yet."""

    code = "still-open"
    sentence = "There are still open appointments or payments: {what}."
    what: str


@frozen
class PatientNotSeen(Refusal):
    """A consultation the patient never came to is not billed as care, but as a no-show."""

    code = "patient-not-seen"
    sentence = "The patient was not seen in the room ({judgement}); this would be a no-show."
    judgement: str
