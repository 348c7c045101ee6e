"""Complete a consultation: the practitioner states the amount, 0.00 up to what is held (S10).

The decision is recorded once; the capture follows and survives any crash. An amount above 0.00
needs a trace of the patient in the room: charging somebody who never came is a no-show, with its
own rules (`mark_no_show`).
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, Completed, Confirmed
from teleconsult_core.attendance import Judgement, judge, of_this_time
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor
from teleconsult_core.policies import chargeable
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AboveConsent,
    AboveHold,
    AlreadyDecided,
    BelowMinimum,
    NoLiveHold,
    NotFound,
    NotYours,
    PatientNotSeen,
    TooEarly,
    WrongState,
)
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.holding import consented, let_go, standing_hold, take
from teleconsult_core.use_cases.issue_receipt import statement_of_nothing
from teleconsult_core.use_cases.permissions import not_its_practitioner
from teleconsult_core.use_cases.record import record_change, the_practice

ChargeRefused = AboveHold | AboveConsent | BelowMinimum | NoLiveHold
NotCompleted = (
    NotFound | NotYours | WrongState | AlreadyDecided | TooEarly | PatientNotSeen | ChargeRefused
)


def complete(
    ports: Ports, *, appointment: AppointmentId, amount: Money, by: Actor, now: datetime
) -> Completed | NotCompleted:
    """Record that the consultation took place and what it costs. Raises `BadInput` for another
    currency."""
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if refusal := not_its_practitioner(found, by):
            return refusal
        if not isinstance(found, Completed):
            completed = _decided(work, found, amount, by, now)
            if not isinstance(completed, Completed):
                return completed
            work.commit()
        elif found.amount == amount and found.decided_by is not None:
            completed = found  # said twice: the room may not have closed the first time
        else:
            return AlreadyDecided(decided=f"{found.amount} charged")
    ports.rooms.close(appointment=appointment)
    return completed


def _decided(
    work: Work, found: Appointment, amount: Money, by: Actor, now: datetime
) -> Completed | WrongState | TooEarly | PatientNotSeen | ChargeRefused:
    if not isinstance(found, Confirmed):
        return WrongState(state=found.state, wanted="confirmed")
    holds = list(work.holds.of(found.terms.id))
    hold = standing_hold(holds, now)
    completed = found.complete(amount, found.terms.practitioner, now)
    if isinstance(completed, TooEarly):
        return completed
    if amount.minor and (problem := _not_seen(work, found, now)):
        return problem
    if refused := charge_problem(work, hold, amount):
        return refused
    record_change(work, found, completed, actor=by, now=now)
    if not amount.minor and found.terms.card_required:
        statement_of_nothing(work, completed, now)
    settle_holds(work, holds, hold, amount, now)
    return completed


def charge_problem(work: Work, hold: CardHold | None, amount: Money) -> ChargeRefused | None:
    """Why `amount` cannot be taken from `hold`, or None; 0.00 always can."""
    if not amount.minor:
        return None
    if hold is None:
        return NoLiveHold(state="no hold")
    minimum = the_practice(work).policies.minimum_charge
    agreed = consented(work, hold)
    return chargeable(amount, held=hold.amount, consented=agreed, minimum=minimum)


def settle_holds(
    work: Work, holds: list[CardHold], hold: CardHold | None, amount: Money, now: datetime
) -> None:
    """Take `amount` from `hold` and let every other hold go."""
    if hold is not None:
        take(work, hold, amount, now)
    others = [other for other in holds if hold is None or other.id != hold.id]
    let_go(work, others, reason="over", now=now)


def _not_seen(work: Work, found: Confirmed, now: datetime) -> PatientNotSeen | None:
    policies = the_practice(work).policies
    record = of_this_time(work.attendance.of(found.terms.id), found.terms, policies.join_early)
    judgement = judge(record, found.terms, grace=policies.grace, now=now)
    if judgement in {Judgement.PRESENT, Judgement.TECHNICAL}:
        return None
    return PatientNotSeen(judgement=judgement.value)
