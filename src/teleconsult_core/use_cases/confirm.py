"""Confirm an appointment that was entered for the patient or offered from the waiting list (S7)."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, AwaitingConfirmation, Confirmed, has_lapsed
from teleconsult_core.consents import Consent
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.payments import Operation
from teleconsult_core.people import patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AccountNotReady,
    CardBrandRefused,
    CardMissing,
    ConsentMissing,
    Expired,
    NotFound,
    WrongState,
)
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.card_step import (
    BeingChecked,
    CardStep,
    account_problem,
    begin_step,
    consent_problem,
    finish_step,
    refused_card,
    step_under_way,
    where_it_stands,
)
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.record import record_change, serve_waiting

NotConfirmedYet = (
    NotFound
    | WrongState
    | Expired
    | ConsentMissing
    | CardMissing
    | CardBrandRefused
    | AccountNotReady
)


def confirm(
    ports: Ports,
    *,
    appointment: AppointmentId,
    now: datetime,
    consent: Consent | None = None,
    card: CardToken | None = None,
) -> Confirmed | CardStep | NotConfirmedYet:
    """The patient will come. Where a card is needed, confirming is placing the hold.

    Only the patient's own act calls this, never the opening of a link.
    """
    if card is not None and (refusal := refused_card(ports, card)):
        return refusal
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        holds = list(work.holds.of(appointment))
        if not isinstance(found, Confirmed):
            begun = _begin(work, found, holds, consent, card, now)
    if isinstance(found, Confirmed):
        standing = standing_hold(holds, now)
        return where_it_stands(ports, found, standing) if standing else found
    return finish_step(ports, begun, now) if isinstance(begun, Operation) else begun


def _begin(
    work: Work,
    found: Appointment,
    holds: list[CardHold],
    consent: Consent | None,
    card: CardToken | None,
    now: datetime,
) -> Operation | Confirmed | BeingChecked | NotConfirmedYet:
    """Confirm, or write down what is to be asked of the card network."""
    if not isinstance(found, AwaitingConfirmation):
        return WrongState(state=found.state, wanted="awaiting confirmation")
    if has_lapsed(found, now):
        return Expired(deadline=found.deadline, now=now)
    if not found.terms.card_required:
        return _without_card(work, found, now)
    if problem := account_problem(work, found.terms.practitioner):
        return problem
    if missing := consent_problem(consent, found.terms.fee):
        return missing
    if card is None or consent is None:
        return CardMissing(amount=found.terms.fee)
    if step_under_way(holds):
        return BeingChecked(found, "an earlier card step is still being checked")
    operation = begin_step(work, found, consent, card, now)
    work.commit()
    return operation


def _without_card(work: Work, found: AwaitingConfirmation, now: datetime) -> Confirmed | Expired:
    confirmed = found.confirm(now)
    if isinstance(confirmed, Confirmed):
        record_change(work, found, confirmed, actor=patient_actor(found.terms.patient), now=now)
        serve_waiting(work, confirmed)
        work.commit()
    return confirmed
