"""What every use case writes when an appointment changes: the state, its messages, the audit.

Not a use case itself. May import nouns and the planner; called inside an open unit of work.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, Confirmed, Terms
from teleconsult_core.audit import AuditEntry
from teleconsult_core.people import Actor, Practice
from teleconsult_core.planner import messages_after
from teleconsult_core.stores import Work
from teleconsult_core.waiting_list import Waiting


def record_change(
    work: Work, old: Appointment | None, new: Appointment, *, actor: Actor, now: datetime
) -> None:
    """Write `new` and what follows from it; raises `SlotConflict` before anything else."""
    work.appointments.put(new)
    if isinstance(old, Confirmed) and not _same_room(old, new):
        work.signals.remove(new.terms.id)  # what two browsers told each other is needed no more
    plan = messages_after(old, new, policies=the_practice(work).policies, now=now)
    if plan.drop:
        work.outbox.drop_planned(new.terms.id, now, plan.drop)
    work.outbox.plan(plan.messages)
    note(work, new, action=new.state, actor=actor, now=now)


def _same_room(old: Appointment, new: Appointment) -> bool:
    """Whether whoever sits in the room of `old` may stay there."""
    return isinstance(new, Confirmed) and new.terms.sequence == old.terms.sequence


def note(
    work: Work,
    appointment: Appointment,
    *,
    action: str,
    actor: Actor,
    now: datetime,
    detail: str = "",
) -> None:
    """One line in the audit about an appointment."""
    terms = appointment.terms
    work.audit.add(
        AuditEntry(now, actor, action, subject=terms.id, patient=terms.patient, detail=detail)
    )


def serve_waiting(work: Work, appointment: Confirmed) -> None:
    """An offer from the waiting list that was taken up ends the waiting."""
    waiting = _waiting_for(work, appointment.terms)
    if waiting is not None:
        work.waiting_list.put(waiting.served())


def give_up_offer(work: Work, terms: Terms) -> None:
    """An offer that was not taken up: the patient keeps his place for another start."""
    waiting = _waiting_for(work, terms)
    if waiting is not None:
        work.waiting_list.put(waiting.passed(terms))


def _waiting_for(work: Work, terms: Terms) -> Waiting | None:
    """Who was offered the appointment, locked; None when he no longer waits for it."""
    seen = work.waiting_list.by_offer(terms.id)
    found = work.waiting_list.get(seen.id) if seen else None
    return found if found and found.offer == terms.id else None


class NoPractice(Exception):
    """Nothing can be done before a clinic has been described."""

    code = "no-practice"


def the_practice(work: Work) -> Practice:
    practice = work.clinic.practice()
    if practice is None:
        raise NoPractice("this database describes no clinic yet")
    return practice
