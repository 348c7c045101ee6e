"""The documents of a stretch of time for an accountant, checked against the ledger.

For the operator and support; a practitioner may ask for his own. Nothing in it is about health.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.accounts import Accounts, accounts
from teleconsult_core.audit import AuditEntry
from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NotYours
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.permissions import not_staff, not_their_practitioner


def show_accounts(
    ports: Ports,
    *,
    window: Interval,
    by: Actor,
    now: datetime,
    practitioner: PractitionerId | None = None,
) -> Accounts | NotFound | NotYours:
    """What was issued in `window`, by one practitioner or by all; that one looked is noted."""
    refusal = not_their_practitioner(practitioner, by) if practitioner else not_staff(by)
    if refusal:
        return refusal
    with ports.open_work(writing=False) as work:
        if practitioner and work.clinic.practitioner(practitioner) is None:
            return NotFound(what="practitioner", id=practitioner)
        receipts, entries = work.receipts.issued(window), work.ledger.between(window)
        if practitioner:
            receipts = [one for one in receipts if one.issuer_id == practitioner]
            whose = {id: _whose(work, id) for id in {one.appointment for one in entries}}
            entries = [one for one in entries if whose[one.appointment] == practitioner]
        found = accounts(window, receipts, entries)
    with ports.open_work() as work:
        subject = practitioner or "everybody"
        work.audit.add(AuditEntry(now, by, "look at accounts", subject))
        work.commit()
    return found


def _whose(work: Work, id: AppointmentId) -> PractitionerId | None:
    """The practitioner of an appointment, also of one that is forgotten but left documents."""
    appointment = work.appointments.get(id)
    if appointment is not None:
        return appointment.terms.practitioner
    return next((one.issuer_id for one in work.receipts.of(id)), None)
