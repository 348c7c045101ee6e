"""What a practice can answer when a patient's bank disputes a charge. For support (S12).

It is put together from what was written down at the time, and ready to be sent: what he agreed to,
word for word; who was there, from when to when; what he was sent; who decided the amount. Nothing
about health is among it, because nothing about health was ever kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, Cancelled, Completed, NoShow
from teleconsult_core.attendance import Attendance, Judgement, judge, of_this_time
from teleconsult_core.audit import AuditEntry
from teleconsult_core.consents import Consent
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ids import AppointmentId, ReceiptNumber
from teleconsult_core.messages import Message, MessageState, To
from teleconsult_core.people import Actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound, NothingToDo, NotYours
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.look_at import note_looks
from teleconsult_core.use_cases.permissions import not_staff
from teleconsult_core.use_cases.record import the_practice

DISPUTED = frozenset({HoldState.DISPUTED, HoldState.WON, HoldState.LOST})


@frozen
class Evidence:
    """`attendance` and `messages` in the order in which they happened; instants in UTC.

    `consent` is None only where retention has taken it; `decided_by` is who stated the amount.
    """

    appointment: Appointment
    practitioner_name: str
    hold: CardHold
    consent: Consent | None
    attendance: tuple[Attendance, ...]
    judgement: Judgement
    messages: tuple[Message, ...]
    receipts: tuple[ReceiptNumber, ...]
    decided_by: str
    decided_at: datetime | None


def dispute_evidence(
    ports: Ports, *, appointment: AppointmentId, by: Actor, now: datetime
) -> Evidence | NotFound | NotYours | NothingToDo:
    """Everything that speaks for a disputed charge; who asked for it is noted."""
    if refusal := not_staff(by):
        return refusal
    with ports.open_work(writing=False) as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        hold = next((one for one in work.holds.of(appointment) if one.state in DISPUTED), None)
        if hold is None:
            return NothingToDo(why="no charge of this appointment is disputed")
        evidence = _evidence(work, found, hold, now)
    note_looks(ports, AuditEntry(now, by, "evidence", appointment, found.terms.patient))
    return evidence


def _evidence(work: Work, found: Appointment, hold: CardHold, now: datetime) -> Evidence:
    terms = found.terms
    practitioner = work.clinic.practitioner(terms.practitioner)
    policies = the_practice(work).policies
    there = of_this_time(tuple(work.attendance.of(terms.id)), terms, policies.join_early)
    by, at = _decision(found)
    return Evidence(
        appointment=found,
        practitioner_name=practitioner.name if practitioner else terms.practitioner,
        hold=hold,
        consent=_consent(work, hold),
        attendance=tuple(there),
        judgement=judge(there, terms, grace=policies.grace, now=now),
        messages=_received(work.outbox.of(terms.id)),
        receipts=tuple(one.number for one in work.receipts.of(terms.id)),
        decided_by=by,
        decided_at=at,
    )


def _consent(work: Work, hold: CardHold) -> Consent | None:
    kept = work.consents.of(hold.appointment)
    return next((one.consent for one in kept if one.attempt == hold.attempt), None)


def _received(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What went to the patient, by when it went."""
    sent = (one for one in messages if one.to is To.PATIENT and one.state is MessageState.SENT)
    return tuple(sorted(sent, key=lambda one: (one.done_at or one.due_at, one.id)))


def _decision(found: Appointment) -> tuple[str, datetime | None]:
    match found:
        case Completed():
            return found.decided_by or "", found.completed_at
        case NoShow():
            return found.decided_by, found.decided_at
        case Cancelled():
            return found.by.value, found.cancelled_at
        case _:
            return "", None
