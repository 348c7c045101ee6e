"""A message to a person: planned with the fact that causes it, sent when due.

May import ids, people. A message names what it is about, not what it says: the text is composed
when it is sent, after asking again whether it is still wanted, so nothing personal waits in the
outbox. Its id says what it is, and is the key under which a gateway may recognise a repetition.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from teleconsult_core.ids import AppointmentId, MessageId, PatientId, PractitionerId


class Kind(StrEnum):
    BOOKED = "booked"
    PLEASE_CONFIRM = "please-confirm"
    WAITING_OFFER = "waiting-offer"
    REMINDER = "reminder"
    LAST_REMINDER = "last-reminder"
    PRACTITIONER_LINK = "practitioner-link"
    AUTHORIZE = "authorize"
    CARD_DECLINED = "card-declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    PRACTITIONER_ABSENT = "practitioner-absent"
    DECIDE = "decide"
    CHARGED = "charged"
    NOTHING_CHARGED = "nothing-charged"
    NO_SHOW_CHARGED = "no-show-charged"
    REFUNDED = "refunded"
    RATE = "rate"
    UNBILLED = "unbilled"
    CHARGE_FAILED = "charge-failed"
    DISPUTED = "disputed"
    ALLOWANCE_LOW = "allowance-low"
    ALLOWANCE_USED = "allowance-used"
    LINK_AGAIN = "link-again"
    PAYMENT_STUCK = "payment-stuck"
    CHARGE_AT_RISK = "charge-at-risk"
    REFUND_CAME_BACK = "refund-came-back"
    UNDELIVERED = "undelivered"
    SIGN_IN = "sign-in"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class To(StrEnum):
    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    PRACTICE = "practice"
    """The clinic's own address: operator and support."""


class MessageState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    DROPPED = "dropped"
    """No longer wanted, or stale; `note` says why."""
    PARKED = "parked"
    """Given up after too many attempts or a permanent refusal; `note` says why."""


class Delivery(StrEnum):
    """What is known of a message after its gateway took it."""

    UNKNOWN = "unknown"
    """Nobody has said anything: the reader may have it or not."""
    DELIVERED = "delivered"
    """It is on the reader's phone, or in his mailbox."""
    FAILED = "failed"
    """It came back, or ran out of time on its way; `note` says why."""


@frozen
class Message:
    """`due_at` is when it may go at the earliest, `useful_until` when it is better not sent.

    `ref` is what its gateway calls it, once it was taken. `amount` is a sum in minor units of the
    appointment's currency, where the message is about one; `about` names what else it is about (a
    receipt number, a reason code).
    """

    id: MessageId
    kind: Kind
    channel: Channel
    to: To
    practitioner: PractitionerId
    due_at: datetime
    useful_until: datetime
    appointment: AppointmentId | None = None
    patient: PatientId | None = None
    sequence: int = 0
    exempt: bool = True
    """Whether an SMS is free of the monthly allowance (video is, S6)."""
    amount: int | None = None
    about: str = ""
    state: MessageState = MessageState.PLANNED
    attempts: int = 0
    not_before: datetime | None = None
    leased_until: datetime | None = None
    """Until then it is in the hands of a worker, by the store's own clock."""
    done_at: datetime | None = None
    segments: int = 0
    note: str = ""
    ref: str = ""
    delivery: Delivery = Delivery.UNKNOWN
    delivery_at: datetime | None = None

    @property
    def planned(self) -> bool:
        return self.state is MessageState.PLANNED

    @property
    def ready_at(self) -> datetime:
        """When its turn comes: when it is due, or when it may be tried again."""
        return self.due_at if self.not_before is None else max(self.due_at, self.not_before)

    def claimed(self, leased_until: datetime) -> Message:
        """Taken up by one worker; another may take it up when the lease has ended."""
        return evolve(self, attempts=self.attempts + 1, leased_until=leased_until)

    def later(self, not_before: datetime, note: str) -> Message:
        return evolve(self, not_before=not_before, leased_until=None, note=note)

    def postponed(self, due_at: datetime) -> Message:
        """Claimed, and it is no hour to send it: due later, as if it had not been claimed."""
        return evolve(self, due_at=due_at, attempts=self.attempts - 1, leased_until=None)

    def given_back(self) -> Message:
        """Claimed, and not tried after all: free for anybody at once."""
        return evolve(self, leased_until=None)

    def sent(self, now: datetime, segments: int, ref: str = "") -> Message:
        return evolve(self._done(MessageState.SENT, now, "", segments), ref=ref)

    def told(self, delivery: Delivery, at: datetime, why: str = "") -> Message:
        """What became of it on its way. That it arrived stands, whatever is said afterwards."""
        if self.delivery in (Delivery.DELIVERED, delivery) or delivery is Delivery.UNKNOWN:
            return self
        note = "" if delivery is Delivery.DELIVERED else why
        return evolve(self, delivery=delivery, delivery_at=at, note=note)

    def dropped(self, now: datetime, why: str) -> Message:
        return self._done(MessageState.DROPPED, now, why)

    def parked(self, now: datetime, why: str) -> Message:
        return self._done(MessageState.PARKED, now, why)

    def taken_up_again(self) -> Message:
        """Parked, and planned as if nothing had been tried yet."""
        return evolve(
            self, state=MessageState.PLANNED, attempts=0, not_before=None, done_at=None, note=""
        )

    def _done(
        self, state: MessageState, now: datetime, note: str, segments: int | None = None
    ) -> Message:
        cost = self.segments if segments is None else segments
        return evolve(self, state=state, done_at=now, leased_until=None, note=note, segments=cost)
