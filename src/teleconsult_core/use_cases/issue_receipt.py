"""Issue a numbered document for money that moved, or for none. Not a use case of its own.

Called inside the transaction that records the cause, so that number and cause stand or fall
together: no gap, no document twice.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, Completed
from teleconsult_core.holds import CardHold
from teleconsult_core.money import Money
from teleconsult_core.payments import Operation
from teleconsult_core.people import Patient
from teleconsult_core.receipts import Receipt, ReceiptKind, receipt_number
from teleconsult_core.stores import Work
from teleconsult_core.times import zone
from teleconsult_core.use_cases.record import the_practice


def issue_receipt(
    work: Work,
    appointment: Appointment,
    *,
    kind: ReceiptKind,
    amount: Money,
    cause: str,
    now: datetime,
    hold: CardHold | None = None,
    corrects: Receipt | None = None,
    reason: str = "",
) -> Receipt:
    """The document for `cause`; the one that stands when it was issued already."""
    issued = work.receipts.by_cause(cause)
    if issued is not None:
        return issued
    terms = appointment.terms
    practitioner = work.clinic.practitioner(terms.practitioner)
    if practitioner is None:
        raise LookupError(f"practitioner {terms.practitioner} of {terms.id} is gone")
    patient = work.patients.get(terms.patient)
    care = (corrects.kind if corrects else kind) is ReceiptKind.RECEIPT
    year = now.astimezone(zone(the_practice(work).zone)).year
    ordinal = work.receipts.next_ordinal(practitioner.id, year)
    receipt = Receipt(
        number=receipt_number(practitioner.id, year, ordinal),
        kind=kind,
        issuer_id=practitioner.id,
        issuer=practitioner.issuer if care else practitioner.issuer.about_no_care(),
        patient=terms.patient,
        patient_name=patient.name if isinstance(patient, Patient) else "",
        appointment=terms.id,
        hold=hold.id if hold else None,
        amount=amount,
        service_at=terms.start,
        issued_at=now,
        language=patient.language if isinstance(patient, Patient) else "fr",
        cause=cause,
        corrects=corrects.number if corrects else None,
        reason=reason,
    )
    work.receipts.put(receipt)
    return receipt


def receipt_for_charge(
    work: Work, appointment: Appointment, hold: CardHold, now: datetime
) -> Receipt:
    """For a capture: a receipt for care, or an indemnity for what never took place."""
    care = isinstance(appointment, Completed)
    return issue_receipt(
        work,
        appointment,
        kind=ReceiptKind.RECEIPT if care else ReceiptKind.INDEMNITY,
        amount=hold.captured,
        cause=f"{hold.id}:captured",
        hold=hold,
        now=now,
    )


def statement_of_nothing(work: Work, appointment: Appointment, now: datetime) -> Receipt:
    """For 0.00: that nothing was charged."""
    fee = appointment.terms.fee
    return issue_receipt(
        work,
        appointment,
        kind=ReceiptKind.STATEMENT,
        amount=Money(0, fee.currency),
        cause=f"{appointment.terms.id}:nothing",
        now=now,
    )


def credit_note(
    work: Work,
    appointment: Appointment,
    hold: CardHold,
    amount: Money,
    now: datetime,
    *,
    operation: Operation | None = None,
) -> Receipt:
    """One per refund: names the receipt it takes back from. Without `operation` it is not ours."""
    cause = operation.refund if operation else f"total-{hold.refunded.minor}"
    return issue_receipt(
        work,
        appointment,
        kind=ReceiptKind.CREDIT_NOTE,
        amount=amount,
        cause=f"{hold.id}:refund-{cause}",
        hold=hold,
        corrects=work.receipts.by_cause(f"{hold.id}:captured"),
        reason=operation.reason if operation else "",
        now=now,
    )
