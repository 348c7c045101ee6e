"""Forget what has been kept long enough. Periods are the clinic's; a dry run only counts.

Appointments that go take their attendance, links, consents and messages along, and the words of
their ratings; a patient of whom no appointment is left is erased. Receipts and the ledger are
accounting and have their own period.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, AwaitingConfirmation, Confirmed, Reserved
from teleconsult_core.audit import AuditEntry
from teleconsult_core.passkeys import CHALLENGE_LIVES
from teleconsult_core.people import Actor, Patient
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotYours
from teleconsult_core.sign_ins import LINK_LIVES, PATIENT_LONGEST
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.erase_patient import (
    forget_patient,
    forget_words,
    open_matters,
)
from teleconsult_core.use_cases.permissions import not_the_operator
from teleconsult_core.use_cases.record import the_practice

AT_ONCE = 10_000
"""At most so many appointments in one run."""


@frozen
class Forgotten:
    """How much was forgotten, or would be."""

    dry_run: bool
    appointments: int
    patients: int
    messages: int
    news: int
    links: int
    receipts: int
    audit: int


def apply_retention(
    ports: Ports, *, by: Actor, now: datetime, dry_run: bool = False
) -> Forgotten | NotYours:
    """One run, whole or not at all; a dry run does the same and leaves without a commit."""
    if refusal := not_the_operator(by):
        return refusal
    with ports.open_work() as work:
        kept = the_practice(work).policies.retention
        old = [
            appointment
            for seen in work.appointments.started_before(now - kept.appointments, AT_ONCE)
            # Locked and looked at again: support may be refunding it at this very moment.
            if (appointment := work.appointments.get(seen.terms.id)) is not None
            and not _open(work, appointment)
        ]
        words_until = now - min(kept.ratings, kept.appointments)
        for rated in work.appointments.started_before(words_until, AT_ONCE):
            forget_words(work, rated.terms.id)
        links = work.links.forget(now - kept.links)
        work.sessions.forget(now - PATIENT_LONGEST)  # over, like the links of accounts below
        work.sign_in_links.forget(now - LINK_LIVES)
        work.challenges.forget(now - CHALLENGE_LIVES)
        messages = work.outbox.forget(now - kept.messages)
        for appointment in old:
            work.appointments.remove(appointment.terms.id)
        patients = _forget_those_without_appointments(work, old, now)
        forgotten = Forgotten(
            dry_run=dry_run,
            appointments=len(old),
            patients=patients,
            messages=messages,
            news=work.inbox.forget(now - kept.messages),
            links=links,
            receipts=work.receipts.forget(now - kept.accounting),
            audit=work.audit.forget(now - kept.audit),
        )
        if not dry_run:
            work.audit.add(AuditEntry(now, by, "retention", "everything"))
            work.commit()
    return forgotten


def _open(work: Work, appointment: Appointment) -> bool:
    if isinstance(appointment, Reserved | AwaitingConfirmation | Confirmed):
        return True
    return bool(open_matters(work, [appointment]))


def _forget_those_without_appointments(
    work: Work, removed: list[Appointment], now: datetime
) -> int:
    count = 0
    for id in sorted({appointment.terms.patient for appointment in removed}):
        patient = work.patients.get(id)
        waits = any(waiting.state == "waiting" for waiting in work.waiting_list.of_patient(id))
        if isinstance(patient, Patient) and not waits and not work.appointments.of_patient(id):
            forget_patient(work, patient, [], now)
            count += 1
    return count
