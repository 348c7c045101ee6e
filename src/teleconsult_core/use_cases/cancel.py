"""Cancel: the patient until the cut-off, the practitioner and support always.

The hold is released. A late cancellation may cost what the consent said, at the practitioner's
choice; nothing by default.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Cancelled,
    Confirmed,
    Reserved,
)
from teleconsult_core.ids import AppointmentId
from teleconsult_core.money import Money
from teleconsult_core.people import Actor, Practice, Role
from teleconsult_core.policies import cancellation_cutoff, chargeable
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AboveConsent,
    AboveHold,
    AlreadyDecided,
    BelowMinimum,
    NoLiveHold,
    NotFound,
    NotYours,
    OverPolicyCap,
    TooEarly,
    TooLate,
    WrongState,
)
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.deciding_again import deciding_again
from teleconsult_core.use_cases.holding import consented, let_go, standing_hold, take
from teleconsult_core.use_cases.offer_freed_time import offer_freed_time
from teleconsult_core.use_cases.permissions import not_one_of_them, past_cutoff
from teleconsult_core.use_cases.record import give_up_offer, record_change, the_practice

FeeRefused = (
    NotYours | OverPolicyCap | NoLiveHold | AboveHold | AboveConsent | BelowMinimum | TooEarly
)
NotCancelled = NotFound | WrongState | TooLate | AlreadyDecided | FeeRefused


def cancel(
    ports: Ports,
    *,
    appointment: AppointmentId,
    by: Actor,
    now: datetime,
    fee: Money | None = None,
) -> Cancelled | NotCancelled:
    """Call the appointment off. `fee` (0.00 by default) is the practitioner's to ask, if late."""
    outcome = deciding_again(lambda: _cancel(ports, appointment, by, now, fee))
    if isinstance(outcome, Cancelled):
        ports.rooms.close(appointment=appointment)
    return outcome


def _cancel(
    ports: Ports, appointment: AppointmentId, by: Actor, now: datetime, fee: Money | None
) -> Cancelled | NotCancelled:
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if refusal := not_one_of_them(found, by):
            return refusal
        free = Money(0, found.terms.fee.currency)
        if isinstance(found, Cancelled):
            same = fee is None or fee == found.fee
            return found if same else AlreadyDecided(decided=f"a fee of {found.fee}")
        practice = the_practice(work)
        match found:
            case Reserved() | AwaitingConfirmation():
                if fee and fee.minor:
                    return NoLiveHold(state="nothing is held yet")
                cancelled = found.cancel(by.role, now)
                give_up_offer(work, found.terms)
            case Confirmed():
                if late := past_cutoff(found, by, practice, now):
                    return late
                if (
                    fee
                    and fee.minor
                    and (refused := _fee_refused(work, found, by, fee, practice, now))
                ):
                    return refused
                cancelled = found.cancel(by.role, fee or free, now)
            case _:
                return WrongState(state=found.state, wanted="not over yet")
        record_change(work, found, cancelled, actor=by, now=now)
        _settle_holds(work, cancelled, now)
        offer_freed_time(work, cancelled.terms, now)
        work.commit()
    return cancelled


def _fee_refused(
    work: Work, found: Confirmed, by: Actor, fee: Money, practice: Practice, now: datetime
) -> FeeRefused | None:
    if by.role is not Role.PRACTITIONER:
        return NotYours(actor=str(by), allowed="the practitioner of the appointment")
    policies = practice.policies
    late_from = cancellation_cutoff(found.terms.start, policies)
    if now <= late_from:
        return TooEarly(opens_at=late_from, now=now)
    if fee > policies.late_cancellation_cap:
        return OverPolicyCap(amount=fee, cap=policies.late_cancellation_cap)
    hold = standing_hold(work.holds.of(found.terms.id), now)
    if hold is None:
        return NoLiveHold(state="no hold")
    agreed = consented(work, hold)
    return chargeable(fee, held=hold.amount, consented=agreed, minimum=policies.minimum_charge)


def _settle_holds(work: Work, cancelled: Cancelled, now: datetime) -> None:
    holds = list(work.holds.of(cancelled.terms.id))
    hold = standing_hold(holds, now)
    if hold is not None and cancelled.fee.minor:
        take(work, hold, cancelled.fee, now)
        holds.remove(hold)
    let_go(work, holds, reason="cancelled", now=now)
