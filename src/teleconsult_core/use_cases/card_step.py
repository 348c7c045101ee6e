"""The card step, shared by booking, confirming and authorizing again. Not a use case of its own.

Before any money: the card's brand is checked and refused by name (S14), and the consent is
compared with what would be held.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment, Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.holds import ACCEPTED_BRANDS, OPEN_STEP, CardHold, HoldState
from teleconsult_core.ids import AppointmentId, CardToken, HoldRef, PractitionerId
from teleconsult_core.money import Money
from teleconsult_core.payments import Operation
from teleconsult_core.policies import PaidTo, hold_covers
from teleconsult_core.ports import Ports, PortTrouble
from teleconsult_core.refusals import (
    AccountNotReady,
    CardBrandRefused,
    CardDeclined,
    ConsentMissing,
)
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.holding import begin_hold, let_go
from teleconsult_core.use_cases.perform_operation import Unsettled, perform_operation
from teleconsult_core.use_cases.record import the_practice


@frozen
class CardHeld:
    """The hold stands. `covers` says whether it will last, or must be placed again before."""

    appointment: Confirmed
    hold: CardHold
    covers: bool


@frozen
class PatientNeeded:
    """The patient must authenticate at `challenge` (3-D Secure); nothing is held yet."""

    appointment: Appointment
    hold: CardHold
    challenge: str


@frozen
class BeingChecked:
    """The network did not answer. Nobody must pay again; it will be settled by itself."""

    appointment: Appointment
    why: str


CardStep = CardHeld | PatientNeeded | BeingChecked | CardDeclined


def refused_card(ports: Ports, card: CardToken) -> CardBrandRefused | CardDeclined | None:
    """Why a card is not accepted, asked before anything is reserved or written.

    A network that does not answer has declined nothing: its `PortTrouble` is passed on.
    """
    details = ports.cards.card(card)
    if details is None:
        return CardDeclined(reason="unknown card")
    return None if details.brand in ACCEPTED_BRANDS else CardBrandRefused(brand=details.name)


def account_problem(work: Work, practitioner: PractitionerId) -> AccountNotReady | None:
    """Why nothing may be taken for this practitioner: it would have nowhere to go."""
    if the_practice(work).policies.paid_to is PaidTo.CLINIC:
        return None
    account = work.clinic.payout_account(practitioner)
    found = work.clinic.practitioner(practitioner)
    if account is not None and account.takes_cards:
        return None
    why = "the account was not opened" if account is None else "the account is not complete"
    return AccountNotReady(found.name if found else practitioner, why=why)


def consent_problem(consent: Consent | None, fee: Money) -> ConsentMissing | None:
    """Why the consent does not allow a hold of `fee`."""
    if consent is None or consent.amount != fee:
        return ConsentMissing(amount=fee)
    return None


def step_under_way(holds: list[CardHold]) -> CardHold | None:
    """A hold whose placing nobody knows the outcome of: paying again must wait for it."""
    return next((hold for hold in holds if hold.state is HoldState.AUTHORISING), None)


def begin_step(
    work: Work, appointment: Appointment, consent: Consent, card: CardToken, now: datetime
) -> Operation:
    """A new hold; one that still waits for the patient is given up for it."""
    waiting = [hold for hold in work.holds.of(appointment.terms.id) if hold.state in OPEN_STEP]
    let_go(work, waiting, reason="another card", now=now)
    return begin_hold(work, appointment, consent, card, now)


def finish_step(ports: Ports, operation: Operation, now: datetime) -> CardStep:
    """Place the hold at the network, and say where that leaves the patient."""
    outcome = perform_operation(ports, operation=operation, now=now, look_first=False)
    if isinstance(outcome, Unsettled):
        return BeingChecked(_current(ports, operation.appointment), outcome.why)
    return where_it_stands(ports, outcome.appointment, outcome.hold)


def where_it_stands(ports: Ports, appointment: Appointment, hold: CardHold) -> CardStep:
    """The card step as the patient should see it now."""
    match hold.state:
        case HoldState.HELD if isinstance(appointment, Confirmed):
            return CardHeld(appointment, hold, _covers(ports, appointment, hold))
        case HoldState.AWAITING_PATIENT if hold.ref is not None:
            return _challenged(ports, appointment, hold, hold.ref)
        case HoldState.AUTHORISING:
            return BeingChecked(appointment, "the card network has not answered yet")
        case HoldState.DECLINED:
            return CardDeclined(reason=hold.reason or "declined")
        case _:
            return CardDeclined(reason="the card step finished too late; nothing is held")


def _challenged(
    ports: Ports, appointment: Appointment, hold: CardHold, ref: HoldRef
) -> PatientNeeded | BeingChecked:
    try:
        return PatientNeeded(appointment, hold, ports.cards.challenge(ref=ref))
    except PortTrouble as trouble:
        return BeingChecked(appointment, str(trouble))


def _covers(ports: Ports, appointment: Confirmed, hold: CardHold) -> bool:
    with ports.open_work(writing=False) as work:
        policies = the_practice(work).policies
    return hold.until is not None and hold_covers(hold.until, appointment.terms.end, policies)


def _current(ports: Ports, id: AppointmentId) -> Appointment:
    with ports.open_work(writing=False) as work:
        appointment = work.appointments.get(id)
    if appointment is None:
        raise LookupError(f"appointment {id} is gone")
    return appointment
