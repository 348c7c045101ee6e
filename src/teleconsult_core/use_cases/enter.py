"""Enter an appointment on the patient's behalf (S7). He must confirm before he can come in.

A practitioner may overrule his own opening hours, notice and horizon; nobody may overrule that
the time is taken, or that he said he was unavailable.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Lapsed,
    Origin,
    has_lapsed,
)
from teleconsult_core.availability import Reason
from teleconsult_core.ids import AppointmentId, PractitionerId, VisitTypeId
from teleconsult_core.people import Patient, practitioner_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AccountNotReady,
    ModeNotOffered,
    NotFound,
    NotOnTick,
    SlotNotOffered,
    SlotTaken,
    StartsInThePast,
    WrongState,
)
from teleconsult_core.slots import Mode
from teleconsult_core.stores import SlotConflict
from teleconsult_core.times import aware_utc, is_on_tick
from teleconsult_core.use_cases.agenda import find_bookable, free_lapsed, offer_in, slot_problem
from teleconsult_core.use_cases.book import Wish, keep_patient, make_terms, same_question
from teleconsult_core.use_cases.card_step import account_problem
from teleconsult_core.use_cases.deciding_again import deciding_again
from teleconsult_core.use_cases.record import record_change

OVERRULED = frozenset({Reason.CLOSED, Reason.TOO_SOON, Reason.TOO_FAR, Reason.NOT_ON_GRID})
"""What the practitioner may overrule in his own agenda."""

NotEntered = (
    SlotTaken
    | SlotNotOffered
    | ModeNotOffered
    | NotFound
    | NotOnTick
    | StartsInThePast
    | WrongState
    | AccountNotReady
)


def enter(
    ports: Ports,
    *,
    id: AppointmentId,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    mode: Mode,
    start: datetime,
    patient: Patient,
    now: datetime,
    card_required: bool = True,
    deadline: datetime | None = None,
) -> AwaitingConfirmation | NotEntered:
    """Hold the time for `patient` until he confirms, by `deadline` (the start by default).

    Raises `BadInput` for a naive `start` or an `id` used for another appointment.
    """
    start = aware_utc(start)
    wish = Wish(id, practitioner, visit_type, mode, start, patient, Origin.PRACTITIONER)
    try:
        return deciding_again(lambda: _enter(ports, wish, card_required, deadline, now))
    except SlotConflict:
        return SlotTaken(start=start, end=start)


def _enter(
    ports: Ports, wish: Wish, card_required: bool, deadline: datetime | None, now: datetime
) -> AwaitingConfirmation | NotEntered:
    start = wish.start
    with ports.open_work() as work:
        known = work.appointments.get(wish.id)
        if known is not None:
            same_question(known, wish)
            return _same_answer(known, now)
        what = find_bookable(work, wish.practitioner, wish.visit_type)
        if isinstance(what, NotFound):
            return what
        offer = offer_in(what.visit_type, wish.mode)
        if isinstance(offer, ModeNotOffered):
            return offer
        if not is_on_tick(start):
            return NotOnTick(start=start)
        if start <= now:
            return StartsInThePast(start=start, now=now)
        if problem := slot_problem(work, what, wish.mode, start, now, waived=OVERRULED):
            return problem
        terms = make_terms(wish, what, offer, now, card_waived=not card_required)
        if terms.card_required and (unready := account_problem(work, wish.practitioner)):
            return unready
        free_lapsed(work, wish.practitioner, terms.blocked, now)
        entered = AwaitingConfirmation(terms, min(deadline or start, start))
        keep_patient(work, wish.patient)
        record_change(work, None, entered, actor=practitioner_actor(wish.practitioner), now=now)
        work.commit()
    return entered


def _same_answer(known: Appointment, now: datetime) -> AwaitingConfirmation | WrongState:
    """What became of an appointment that was entered before."""
    if has_lapsed(known, now):
        return WrongState(state=Lapsed.state, wanted="new")
    if isinstance(known, AwaitingConfirmation):
        return known
    return WrongState(state=known.state, wanted="new")
