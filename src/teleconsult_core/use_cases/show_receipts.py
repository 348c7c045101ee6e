"""Receipts to look at, as often as one likes (S13): to the patient, the issuer, and staff.

Every look but the patient's own is written to the audit log, so both open a writing unit of work.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import AppointmentId, ReceiptNumber
from teleconsult_core.people import Actor, Role
from teleconsult_core.ports import Ports
from teleconsult_core.receipts import Receipt
from teleconsult_core.refusals import NotFound
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.permissions import may_see


def show_receipts(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> tuple[Receipt, ...] | NotFound:
    """Everything that was issued for an appointment, in the order in which it was.

    Receipts outlive their appointment, so one that is gone but left receipts is still answered.
    """
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        receipts = tuple(one for one in work.receipts.of(appointment) if _visible(one, by))
        theirs = found and may_see(found.terms.patient, found.terms.practitioner, by)
        if not receipts and not theirs:
            return NotFound(what="appointment", id=appointment)
        for receipt in receipts:
            _note(work, receipt, by, now)
        work.commit()
    return receipts


def show_receipt(
    ports: Ports, *, number: ReceiptNumber, by: Actor, now: datetime
) -> Receipt | NotFound:
    """One document by its number; the same answer whether it never was or is another's."""
    with ports.open_work() as work:
        receipt = work.receipts.get(number)
        if receipt is None or not _visible(receipt, by):
            return NotFound(what="receipt", id=number)
        _note(work, receipt, by, now)
        work.commit()
    return receipt


def _visible(receipt: Receipt, by: Actor) -> bool:
    return may_see(receipt.patient, receipt.issuer_id, by)


def _note(work: Work, receipt: Receipt, by: Actor, now: datetime) -> None:
    if by.role is not Role.PATIENT:
        work.audit.add(AuditEntry(now, by, "look at receipt", receipt.number, receipt.patient))
