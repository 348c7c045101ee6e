"""What the patient receives about his money, numbered without gaps. May import ids, money, people.

One series per issuer and year. A receipt is issued once per capture, a statement for 0.00, a
credit note per refund; a no-show indemnity is no receipt for a consultation and never says so.
What was printed once is kept to the byte and handed out again as it is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from attrs import evolve, field, frozen

from teleconsult_core.ids import AppointmentId, HoldId, PatientId, PractitionerId, ReceiptNumber
from teleconsult_core.money import Money
from teleconsult_core.people import Issuer


class ReceiptKind(StrEnum):
    RECEIPT = "receipt"
    STATEMENT = "statement"
    """Says that nothing was charged."""
    INDEMNITY = "indemnity"
    """For a no-show or late-cancellation charge; never called a consultation."""
    CREDIT_NOTE = "credit-note"


@frozen
class Receipt:
    """A document as issued. `issuer` and `patient_name` are what was printed, kept as printed."""

    number: ReceiptNumber
    kind: ReceiptKind
    issuer_id: PractitionerId
    issuer: Issuer
    patient: PatientId
    patient_name: str
    appointment: AppointmentId
    hold: HoldId | None
    amount: Money
    service_at: datetime
    issued_at: datetime
    language: str
    cause: str
    """What it was issued for, once: a capture, a refund, a decision. Unique."""
    corrects: ReceiptNumber | None = None
    reason: str = ""

    def without_name(self) -> Receipt:
        """What remains where the law lets the name go."""
        return evolve(self, patient_name="")


@frozen
class ReceiptDocument:
    """A receipt as it was printed: its bytes, and their SHA-256 in hexadecimal digits."""

    number: ReceiptNumber
    content: bytes = field(repr=False)
    sha256: str
    printed_at: datetime

    @classmethod
    def of(cls, number: ReceiptNumber, content: bytes, now: datetime) -> ReceiptDocument:
        """Fresh from the printer."""
        return cls(number, content, sha256(content).hexdigest(), now)

    @property
    def intact(self) -> bool:
        """Whether the bytes are still those that were printed."""
        return sha256(self.content).hexdigest() == self.sha256


def receipt_number(practitioner: PractitionerId, year: int, ordinal: int) -> ReceiptNumber:
    """`ordinal` counts from 1 within issuer and year."""
    return ReceiptNumber(f"{practitioner}-{year}-{ordinal:05d}")
