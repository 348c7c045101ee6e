"""Bill a no-show, from the consultation's own link (S9). The practitioner may, and need not.

Attendance decides what is offered, a person decides what happens: only after the grace period,
only if the practitioner was there and the patient was not, only within the clinic's policy. It is
booked as a no-show charge, never as care.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, Confirmed, NoShow
from teleconsult_core.attendance import Judgement, judge, of_this_time
from teleconsult_core.ids import AppointmentId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Practice
from teleconsult_core.policies import no_show_chargeable
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AlreadyDecided,
    NoShowChargeForbidden,
    NotAbsent,
    NotFound,
    NotYours,
    OverPolicyCap,
    TooEarly,
    WrongState,
)
from teleconsult_core.slots import Mode
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.complete import ChargeRefused, charge_problem, settle_holds
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.issue_receipt import statement_of_nothing
from teleconsult_core.use_cases.permissions import not_its_practitioner
from teleconsult_core.use_cases.record import record_change, the_practice

NotMarked = (
    NotFound
    | NotYours
    | WrongState
    | AlreadyDecided
    | TooEarly
    | NotAbsent
    | NoShowChargeForbidden
    | OverPolicyCap
    | ChargeRefused
)


def mark_no_show(
    ports: Ports, *, appointment: AppointmentId, amount: Money, by: Actor, now: datetime
) -> NoShow | NotMarked:
    """Record that the patient did not come, and charge `amount`; 0.00 waives."""
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if refusal := not_its_practitioner(found, by):
            return refusal
        if not isinstance(found, NoShow):
            absent = _decided(work, found, amount, by, now)
            if not isinstance(absent, NoShow):
                return absent
            work.commit()
        elif found.amount == amount:
            absent = found  # said twice: the room may not have closed the first time
        else:
            return AlreadyDecided(decided=f"a no-show, {found.amount} charged")
    ports.rooms.close(appointment=appointment)
    return absent


def _decided(
    work: Work, found: Appointment, amount: Money, by: Actor, now: datetime
) -> NoShow | NotMarked:
    if not isinstance(found, Confirmed):
        return WrongState(state=found.state, wanted="confirmed")
    practice = the_practice(work)
    absent = found.no_show(amount, found.terms.practitioner, now, practice.policies.grace)
    if isinstance(absent, TooEarly):
        return absent
    if problem := _not_billable(work, found, amount, practice, now):
        return problem
    holds = list(work.holds.of(found.terms.id))
    hold = standing_hold(holds, now)
    if refused := charge_problem(work, hold, amount):
        return refused
    record_change(work, found, absent, actor=by, now=now)
    if not amount.minor and found.terms.card_required:
        statement_of_nothing(work, absent, now)
    settle_holds(work, holds, hold, amount, now)
    return absent


def _not_billable(
    work: Work, found: Confirmed, amount: Money, practice: Practice, now: datetime
) -> NotAbsent | NoShowChargeForbidden | OverPolicyCap | None:
    terms = found.terms
    if terms.mode is Mode.VIDEO:
        record = of_this_time(work.attendance.of(terms.id), terms, practice.policies.join_early)
        judgement = judge(record, terms, grace=practice.policies.grace, now=now)
        # Waiving harms nobody, so it needs only that the patient was not there.
        enough = judgement is Judgement.ABSENT or (
            not amount.minor and judgement is not Judgement.PRESENT
        )
        if not enough:
            return NotAbsent(judgement=judgement.value, why="a no-show cannot be billed")
    practitioner = work.clinic.practitioner(terms.practitioner)
    own = practitioner.no_show if practitioner else None
    policy = own or practice.policies.no_show
    return no_show_chargeable(amount, policy=policy, fee=terms.fee)
