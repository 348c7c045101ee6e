"""Deciding about holds inside a unit of work: which one stands, let go, take. Not a use case.

A decision writes the hold's next state and the operation that will carry it out, together; the
card network is called later, by whoever performs the operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve

from teleconsult_core.appointments import Appointment
from teleconsult_core.consents import Consent, ConsentRecord
from teleconsult_core.holds import CardHold, HoldFact, HoldState
from teleconsult_core.ids import AccountRef, CardToken, PractitionerId, hold_id
from teleconsult_core.money import Money
from teleconsult_core.payments import Operation, authorise, capture, decided, release
from teleconsult_core.policies import PaidTo, platform_fee
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.record import the_practice

IN_HAND = timedelta(seconds=30)
"""How long whoever wrote an operation may take to perform it before recovery looks after it."""


def standing_hold(holds: Iterable[CardHold], now: datetime) -> CardHold | None:
    """The newest hold that could be captured at `now`."""
    standing = [hold for hold in holds if hold.standing(now)]
    return standing[-1] if standing else None


def begin_hold(
    work: Work, appointment: Appointment, consent: Consent, card: CardToken, now: datetime
) -> Operation:
    """The next hold of the appointment, and the operation that places it."""
    terms = appointment.terms
    attempt = len(work.holds.of(terms.id)) + 1
    account = _account(work, terms.practitioner)
    hold = CardHold(
        id=hold_id(terms.id, attempt),
        appointment=terms.id,
        attempt=attempt,
        amount=consent.amount,
        state=HoldState.AUTHORISING,
        placed_at=now,
        account=account,
    )
    fee = _fee(work, hold, hold.amount)
    operation = authorise(hold, card, present=True, now=now, fee=fee).in_hand(now + IN_HAND)
    work.holds.put(hold)
    work.consents.put(ConsentRecord(terms.id, attempt, consent))
    work.operations.put(operation)
    return operation


def take(work: Work, hold: CardHold, amount: Money, now: datetime) -> None:
    """Capture `amount`, or let the hold go when it is 0.00."""
    if not amount.minor:
        let_go(work, [hold], reason="nothing charged", now=now)
        return
    work.holds.put(decided(hold, HoldFact.CAPTURE_DECIDED))
    work.operations.put(capture(hold, amount, now, _fee(work, hold, amount)))


def let_go(work: Work, holds: Iterable[CardHold], *, reason: str, now: datetime) -> None:
    """Release every hold that still holds or waits for the patient.

    One whose placing is under way has no name at the network yet: it is let go when its placing
    is settled.
    """
    for hold in holds:
        if hold.state in {HoldState.HELD, HoldState.AWAITING_PATIENT} and hold.ref is not None:
            work.holds.put(decided(hold, HoldFact.RELEASE_DECIDED))
            work.operations.put(release(hold, reason, now))


def _account(work: Work, practitioner: PractitionerId) -> AccountRef | None:
    """Where what is taken will go; that the account is ready was asked before."""
    if the_practice(work).policies.paid_to is PaidTo.CLINIC:
        return None
    account = work.clinic.payout_account(practitioner)
    return account.ref if account else None


def _fee(work: Work, hold: CardHold, amount: Money) -> Money | None:
    if hold.account is None:
        return None
    return platform_fee(amount, the_practice(work).policies.platform_fee)


def consented(work: Work, hold: CardHold) -> Money:
    """The amount the patient agreed to for this hold; 0.00 when no consent was recorded."""
    for record in work.consents.of(hold.appointment):
        if record.attempt == hold.attempt:
            return record.consent.amount
    return evolve(hold.amount, minor=0)
