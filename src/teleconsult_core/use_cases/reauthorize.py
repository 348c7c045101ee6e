"""Authorize again, just before the consultation, because the first hold will not live long enough.

Holds are never edited: this places the next one; the one before is released once it stands (S11).
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import Confirmed
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AccountNotReady,
    CardBrandRefused,
    ConsentMissing,
    NotFound,
    NothingToDo,
    TooEarly,
    TooLate,
    WrongState,
)
from teleconsult_core.use_cases.card_step import (
    BeingChecked,
    CardStep,
    account_problem,
    begin_step,
    consent_problem,
    finish_step,
    refused_card,
    step_under_way,
)
from teleconsult_core.use_cases.holding import standing_hold
from teleconsult_core.use_cases.record import the_practice
from teleconsult_core.wanted import covered

NotReauthorized = (
    NotFound
    | WrongState
    | NothingToDo
    | TooEarly
    | TooLate
    | ConsentMissing
    | CardBrandRefused
    | AccountNotReady
)


def reauthorize(
    ports: Ports,
    *,
    appointment: AppointmentId,
    card: CardToken,
    consent: Consent,
    now: datetime,
) -> CardStep | NotReauthorized:
    """Place a new hold for a confirmed appointment whose hold does not cover it."""
    if refusal := refused_card(ports, card):
        return refusal
    with ports.open_work() as work:
        found = work.appointments.get(appointment)
        if found is None:
            return NotFound(what="appointment", id=appointment)
        if not isinstance(found, Confirmed):
            return WrongState(state=found.state, wanted="confirmed")
        practice, holds = the_practice(work), list(work.holds.of(appointment))
        policies, terms = practice.policies, found.terms
        if covered(terms, standing_hold(holds, now), policies, now):
            return NothingToDo(why="the consultation is covered, or needs no card")
        opens_at = terms.start - policies.reauthorization_opens
        closes_at = terms.end + policies.join_late
        if now < opens_at:
            return TooEarly(opens_at=opens_at, now=now)
        if now >= closes_at:
            return TooLate(closed_at=closes_at, now=now, phone=practice.phone)
        if step_under_way(holds):
            return BeingChecked(found, "an earlier card step is still being checked")
        if problem := account_problem(work, terms.practitioner):
            return problem
        if missing := consent_problem(consent, terms.fee):
            return missing
        operation = begin_step(work, found, consent, card, now)
        work.commit()
    return finish_step(ports, operation, now)
