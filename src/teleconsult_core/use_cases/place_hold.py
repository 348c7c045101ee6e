"""The card step on its own: another card after a refusal, or a card given after the reservation."""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Appointment, Confirmed, Reserved, has_lapsed
from teleconsult_core.consents import Consent
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.payments import Operation
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AccountNotReady,
    CardBrandRefused,
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

NotPlaced = NotFound | WrongState | Expired | ConsentMissing | CardBrandRefused | AccountNotReady


def place_hold(
    ports: Ports,
    *,
    appointment: AppointmentId,
    card: CardToken,
    consent: Consent,
    now: datetime,
) -> CardStep | NotPlaced:
    """Place the hold of a reserved appointment; once it stands the appointment is confirmed."""
    if refusal := refused_card(ports, card):
        return refusal
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        holds = list(work.holds.of(appointment))
        held = isinstance(found, Confirmed) and bool(holds)
        if not held:
            begun = _begin(work, found, holds, consent, card, now)
    if held:
        return where_it_stands(ports, found, holds[-1])
    return finish_step(ports, begun, now) if isinstance(begun, Operation) else begun


def _begin(
    work: Work,
    found: Appointment,
    holds: list[CardHold],
    consent: Consent,
    card: CardToken,
    now: datetime,
) -> Operation | BeingChecked | NotPlaced:
    """Write down what is to be asked of the card network."""
    if not isinstance(found, Reserved):
        return WrongState(state=found.state, wanted="reserved")
    if has_lapsed(found, now):
        return Expired(deadline=found.deadline, now=now)
    if step_under_way(holds):
        return BeingChecked(found, "an earlier card step is still being checked")
    if problem := account_problem(work, found.terms.practitioner):
        return problem
    if missing := consent_problem(consent, found.terms.fee):
        return missing
    operation = begin_step(work, found, consent, card, now)
    work.commit()
    return operation
