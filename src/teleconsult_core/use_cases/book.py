"""Book a slot from the public profile (S1, S8): reserve it, place the hold, confirm.

In person, or without a fee, the appointment is confirmed at once. A video consultation needs the
patient's consent and a hold on his card; until it stands the slot is reserved for him with a
deadline.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.appointments import (
    Appointment,
    Confirmed,
    Lapsed,
    Origin,
    Reserved,
    Terms,
    has_lapsed,
)
from teleconsult_core.consents import Consent
from teleconsult_core.holds import HoldState
from teleconsult_core.ids import AppointmentId, CardToken, PractitionerId, VisitTypeId
from teleconsult_core.payments import Operation
from teleconsult_core.people import Patient, patient_actor
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import (
    AccountNotReady,
    BadInput,
    CardBrandRefused,
    CardDeclined,
    ConsentMissing,
    Expired,
    ModeNotOffered,
    NotFound,
    SlotNotOffered,
    SlotTaken,
    WrongState,
)
from teleconsult_core.schedules import Offer, VisitType
from teleconsult_core.slots import Mode
from teleconsult_core.stores import SlotConflict, Work
from teleconsult_core.times import Interval, aware_utc
from teleconsult_core.use_cases.agenda import (
    Bookable,
    find_bookable,
    free_lapsed,
    offer_in,
    slot_problem,
)
from teleconsult_core.use_cases.card_step import (
    BeingChecked,
    CardHeld,
    PatientNeeded,
    account_problem,
    begin_step,
    consent_problem,
    finish_step,
    refused_card,
    where_it_stands,
)
from teleconsult_core.use_cases.deciding_again import deciding_again
from teleconsult_core.use_cases.record import record_change, the_practice

NotBooked = (
    SlotTaken
    | SlotNotOffered
    | ModeNotOffered
    | NotFound
    | ConsentMissing
    | CardBrandRefused
    | CardDeclined
    | AccountNotReady
    | Expired
    | WrongState
)
Booked = Confirmed | Reserved | CardHeld | PatientNeeded | BeingChecked


@frozen
class Wish:
    """What is asked for: a visit with a practitioner, in a mode, at a time, for a patient."""

    id: AppointmentId
    practitioner: PractitionerId
    visit_type: VisitTypeId
    mode: Mode
    start: datetime
    patient: Patient
    origin: Origin


def book(
    ports: Ports,
    *,
    id: AppointmentId,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    mode: Mode,
    start: datetime,
    patient: Patient,
    now: datetime,
    consent: Consent | None = None,
    card: CardToken | None = None,
) -> Booked | NotBooked:
    """Book `start` for `patient`. Said twice with the same `id`, it gives the same answer.

    Without a card, a slot that needs one stays `Reserved` until the card step (`place_hold`) or
    the deadline. Raises `BadInput` for a naive `start` or an `id` used for another booking, and
    `PortTrouble` when the card network cannot say what card it is: nothing was reserved then.
    """
    start = aware_utc(start)
    wish = Wish(id, practitioner, visit_type, mode, start, patient, Origin.PATIENT)
    if card is not None:
        # What was booked is said again without asking about the card again.
        if (answer := _same_answer(ports, wish, now)) is not None:
            return answer
        if refusal := refused_card(ports, card):
            return refusal
    try:
        begun = deciding_again(lambda: _begin(ports, wish, consent, card, now))
    except SlotConflict:
        return SlotTaken(start=start, end=start)
    if begun is None:  # somebody else has just begun it under the same id
        return _same_answer(ports, wish, now) or SlotTaken(start=start, end=start)
    if not isinstance(begun, _Begun):
        return begun
    if begun.operation is None:
        return begun.appointment
    return finish_step(ports, begun.operation, now)


@frozen
class _Begun:
    """What was written down, and what is now to be asked of the card network."""

    appointment: Confirmed | Reserved
    operation: Operation | None


def _begin(
    ports: Ports, wish: Wish, consent: Consent | None, card: CardToken | None, now: datetime
) -> _Begun | NotBooked | None:
    with ports.open_work() as work:
        if work.appointments.get(wish.id) is not None:
            return None
        reserved = _reserve(work, wish, consent, card, now)
        if not isinstance(reserved, Confirmed | Reserved):
            return reserved
        operation = _begin_card(work, reserved, consent, card, now)
        work.commit()
    return _Begun(reserved, operation)


def _reserve(
    work: Work, wish: Wish, consent: Consent | None, card: CardToken | None, now: datetime
) -> Confirmed | Reserved | NotBooked:
    what = find_bookable(work, wish.practitioner, wish.visit_type)
    if isinstance(what, NotFound):
        return what
    offer = offer_in(what.visit_type, wish.mode)
    if isinstance(offer, ModeNotOffered):
        return offer
    if problem := slot_problem(work, what, wish.mode, wish.start, now):
        return problem
    terms = make_terms(wish, what, offer, now)
    if terms.card_required and (unready := account_problem(work, wish.practitioner)):
        return unready
    asks_for_hold = terms.card_required and (card or consent)
    if asks_for_hold and (missing := consent_problem(consent, terms.fee)):
        return missing
    free_lapsed(work, wish.practitioner, terms.blocked, now)
    deadline = min(now + the_practice(work).policies.reservation, wish.start)
    new: Confirmed | Reserved = (
        Reserved(terms, deadline) if terms.card_required else Confirmed(terms, now)
    )
    keep_patient(work, wish.patient)
    record_change(work, None, new, actor=patient_actor(wish.patient.id), now=now)
    return new


def _begin_card(
    work: Work,
    begun: Confirmed | Reserved,
    consent: Consent | None,
    card: CardToken | None,
    now: datetime,
) -> Operation | None:
    if isinstance(begun, Confirmed) or card is None or consent is None:
        return None
    return begin_step(work, begun, consent, card, now)


def make_terms(
    wish: Wish, what: Bookable, offer: Offer, now: datetime, *, card_waived: bool = False
) -> Terms:
    """What is agreed: the planned time, the fee, and whether a card is needed."""
    planned, blocked = planned_time(what.visit_type, offer, wish.start)
    pays = wish.mode is Mode.VIDEO and offer.fee.minor > 0
    return Terms(
        id=wish.id,
        practitioner=wish.practitioner,
        patient=wish.patient.id,
        visit_type=wish.visit_type,
        mode=wish.mode,
        start=wish.start,
        end=planned.end,
        blocks_until=blocked.end,
        fee=offer.fee,
        card_required=pays and not card_waived,
        origin=wish.origin,
        booked_at=now,
    )


def planned_time(visit_type: VisitType, offer: Offer, start: datetime) -> tuple[Interval, Interval]:
    """The consultation itself, and the time it blocks (with the buffer after it)."""
    end = start + timedelta(minutes=offer.duration)
    blocks_until = end + timedelta(minutes=visit_type.buffer_after)
    return Interval(start, end), Interval(start, blocks_until)


def keep_patient(work: Work, patient: Patient) -> None:
    """Keep what the patient said of himself; unchanged data is not written again."""
    if work.patients.get(patient.id) != patient:
        work.patients.put(patient)


def same_question(known: Appointment, wish: Wish) -> None:
    """Raises `BadInput` when the id of `wish` was given to something else."""
    terms = known.terms
    asked = (wish.patient.id, wish.practitioner, wish.visit_type, wish.mode)
    if (terms.patient, terms.practitioner, terms.visit_type, terms.mode) != asked or (
        terms.start != wish.start and not terms.sequence
    ):
        raise BadInput("id", terms.id, "an id that no other booking has")


def _same_answer(ports: Ports, wish: Wish, now: datetime) -> Booked | NotBooked | None:
    """What became of a booking that was asked for before; None when it is new."""
    with ports.open_work(writing=False) as work:
        known, holds = work.appointments.get(wish.id), list(work.holds.of(wish.id))
    if known is None:
        return None
    same_question(known, wish)
    match known:
        case Reserved(deadline=deadline) if has_lapsed(known, now):
            return Expired(deadline=deadline, now=now)
        case Lapsed(lapsed_at=deadline):
            return Expired(deadline=deadline, now=now)
        case Reserved() | Confirmed():
            told = holds and (isinstance(known, Reserved) or holds[-1].state is HoldState.HELD)
            return where_it_stands(ports, known, holds[-1]) if told else known
        case _:
            return WrongState(state=known.state, wanted="new")
