"""An appointment: one frozen class per state, because we choose what comes next.

May import ids, money, policies, refusals, slots, times. A method exists only in the states where
it makes sense; it returns the next state or a refusal, and never touches the world. What all
states share sits in `Terms`.

    Reserved --hold placed--> Confirmed --complete--> Completed
       | deadline               |  +--no-show--> NoShow      +--cancel--> Cancelled
       v                        |
    Lapsed <--deadline-- AwaitingConfirmation --confirm--> Confirmed
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from attrs import evolve, field, frozen

from teleconsult_core.checks import is_id
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.people import Role
from teleconsult_core.refusals import Expired, TooEarly
from teleconsult_core.slots import Mode
from teleconsult_core.times import Interval, aware_utc


class Origin(StrEnum):
    """Who asked for the appointment."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    WAITING_LIST = "waiting-list"


@frozen
class Terms:
    """What was agreed, whatever the state.

    `blocks_until` is the planned end plus the visit type's buffer: until then the practitioner
    is taken. `sequence` rises with every move; links, reminders and calendar entries carry it.
    """

    id: AppointmentId = field(validator=is_id)
    practitioner: PractitionerId
    patient: PatientId
    visit_type: VisitTypeId
    mode: Mode
    start: datetime = field(converter=aware_utc)
    end: datetime = field(converter=aware_utc)
    blocks_until: datetime = field(converter=aware_utc)
    fee: Money
    card_required: bool
    origin: Origin
    booked_at: datetime = field(converter=aware_utc)
    sequence: int = 0

    @property
    def blocked(self) -> Interval:
        """The time this appointment takes from the practitioner, in both modes."""
        return Interval(self.start, self.blocks_until)

    def moved_to(self, start: datetime, end: datetime, blocks_until: datetime) -> Terms:
        return evolve(
            self, start=start, end=end, blocks_until=blocks_until, sequence=self.sequence + 1
        )


@frozen
class Lapsed:
    """Not paid for or not confirmed in time; the slot is free."""

    state: ClassVar[str] = "lapsed"
    terms: Terms
    lapsed_at: datetime


@frozen
class Cancelled:
    """Called off. `fee` is the late-cancellation fee that was decided, 0.00 almost always."""

    state: ClassVar[str] = "cancelled"
    terms: Terms
    cancelled_at: datetime
    by: Role
    fee: Money
    practitioner_absent: bool = False


@frozen
class Completed:
    """Took place, and the amount is stated; `decided_by` is None when nobody ever decided.

    An undecided consultation is not billed: its `amount` is 0.00, visibly.
    """

    state: ClassVar[str] = "completed"
    terms: Terms
    completed_at: datetime
    amount: Money
    decided_by: PractitionerId | None


@frozen
class NoShow:
    """The patient did not come; `amount` is the no-show charge, 0.00 when waived."""

    state: ClassVar[str] = "no-show"
    terms: Terms
    decided_at: datetime
    amount: Money
    decided_by: PractitionerId


@frozen
class Confirmed:
    """Both will come; a video consultation may start once its hold covers it."""

    state: ClassVar[str] = "confirmed"
    terms: Terms
    confirmed_at: datetime

    def complete(self, amount: Money, by: PractitionerId, now: datetime) -> Completed | TooEarly:
        """State the amount, from the start on; the hold is judged by the caller."""
        if now < self.terms.start:
            return TooEarly(opens_at=self.terms.start, now=now)
        return Completed(terms=self.terms, completed_at=now, amount=amount, decided_by=by)

    def leave_unbilled(self, now: datetime) -> Completed | TooEarly:
        """Nobody decided while the hold lived: the consultation counts as not billed."""
        if now < self.terms.end:
            return TooEarly(opens_at=self.terms.end, now=now)
        free = Money(0, self.terms.fee.currency)
        return Completed(terms=self.terms, completed_at=now, amount=free, decided_by=None)

    def no_show(
        self, amount: Money, by: PractitionerId, now: datetime, grace: timedelta
    ) -> NoShow | TooEarly:
        opens_at = self.terms.start + grace
        if now < opens_at:
            return TooEarly(opens_at=opens_at, now=now)
        return NoShow(terms=self.terms, decided_at=now, amount=amount, decided_by=by)

    def practitioner_missing(self, now: datetime, grace: timedelta) -> Cancelled | TooEarly:
        """The patient says that the practitioner did not come."""
        opens_at = self.terms.start + grace
        if now < opens_at:
            return TooEarly(opens_at=opens_at, now=now)
        free = Money(0, self.terms.fee.currency)
        return Cancelled(self.terms, now, Role.PATIENT, free, practitioner_absent=True)

    def cancel(self, by: Role, fee: Money, now: datetime) -> Cancelled:
        return Cancelled(terms=self.terms, cancelled_at=now, by=by, fee=fee)

    def move(self, terms: Terms) -> Confirmed:
        return evolve(self, terms=terms)


@frozen
class Reserved:
    """Booked by the patient, who is at the card step until `deadline`."""

    state: ClassVar[str] = "reserved"
    terms: Terms
    deadline: datetime

    def confirm(self, now: datetime) -> Confirmed | Expired:
        return _confirm(self, now)

    def cancel(self, by: Role, now: datetime) -> Cancelled:
        return _cancel_free(self.terms, by, now)

    def lapse(self, now: datetime) -> Lapsed | TooEarly:
        return _lapse(self, now)


@frozen
class AwaitingConfirmation:
    """Entered for the patient, who must confirm (and place the hold) until `deadline`."""

    state: ClassVar[str] = "awaiting-confirmation"
    terms: Terms
    deadline: datetime

    def confirm(self, now: datetime) -> Confirmed | Expired:
        return _confirm(self, now)

    def cancel(self, by: Role, now: datetime) -> Cancelled:
        return _cancel_free(self.terms, by, now)

    def lapse(self, now: datetime) -> Lapsed | TooEarly:
        return _lapse(self, now)

    def move(self, terms: Terms, deadline: datetime) -> AwaitingConfirmation:
        return AwaitingConfirmation(terms=terms, deadline=deadline)


Pending = Reserved | AwaitingConfirmation
Active = Reserved | AwaitingConfirmation | Confirmed
Appointment = Reserved | AwaitingConfirmation | Confirmed | Completed | NoShow | Cancelled | Lapsed

BLOCKING = (Reserved, AwaitingConfirmation, Confirmed, Completed, NoShow)
"""The states that take the practitioner's time; storage guards exactly these against overlap."""


def has_lapsed(appointment: Appointment, now: datetime) -> bool:
    """Expiry is judged when the appointment is read; the sweeper only tidies."""
    match appointment:
        case Reserved(deadline=deadline) | AwaitingConfirmation(deadline=deadline):
            return now >= deadline
        case _:
            return False


def _confirm(pending: Pending, now: datetime) -> Confirmed | Expired:
    if now >= pending.deadline:
        return Expired(deadline=pending.deadline, now=now)
    return Confirmed(terms=pending.terms, confirmed_at=now)


def _lapse(pending: Pending, now: datetime) -> Lapsed | TooEarly:
    if now < pending.deadline:
        return TooEarly(opens_at=pending.deadline, now=now)
    return Lapsed(terms=pending.terms, lapsed_at=now)


def _cancel_free(terms: Terms, by: Role, now: datetime) -> Cancelled:
    return Cancelled(terms, now, by, Money(0, terms.fee.currency))
