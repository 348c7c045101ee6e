"""Names of things. May import nothing of ours.

An id is a short text made outside the core (by the edge, or derived here from another id), so
that asking twice with the same id is the same question. Derived ids are readable on purpose:
they turn up in the card network's books, in logs and in the support agent's hands.
"""

from __future__ import annotations

from typing import NewType

PracticeId = NewType("PracticeId", str)
PractitionerId = NewType("PractitionerId", str)
PatientId = NewType("PatientId", str)
VisitTypeId = NewType("VisitTypeId", str)
UnavailabilityId = NewType("UnavailabilityId", str)
AppointmentId = NewType("AppointmentId", str)
HoldId = NewType("HoldId", str)
OperationId = NewType("OperationId", str)
MessageId = NewType("MessageId", str)
LinkId = NewType("LinkId", str)
FeedId = NewType("FeedId", str)
ReceiptNumber = NewType("ReceiptNumber", str)
RefundId = NewType("RefundId", str)
WaitingId = NewType("WaitingId", str)
StaffId = NewType("StaffId", str)
PasskeyId = NewType("PasskeyId", str)
"""The name that the device itself gave to a passkey, in Base64url."""

CardToken = NewType("CardToken", str)
"""What stands for a card at the card network; never a card number."""

HoldRef = NewType("HoldRef", str)
"""The card network's own name for a hold."""

AccountRef = NewType("AccountRef", str)
"""The card network's own name for a practitioner's account."""


def hold_id(appointment: AppointmentId, attempt: int) -> HoldId:
    """The hold of an appointment's `attempt`-th card step, counted from 1."""
    return HoldId(f"{appointment}:hold:{attempt}")


def operation_id(hold: HoldId, verb: str, repeat: int = 1) -> OperationId:
    """The idempotency key of one thing asked of the card network about one hold.

    `repeat` rises only where the old key is known to be useless (a stored failure).
    """
    return OperationId(f"{hold}:{verb}:{repeat}")
