"""What can be booked, and why not. Reading only; the public profile is built from these."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from teleconsult_core.gateways import ConsentTerms
from teleconsult_core.ids import PractitionerId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.people import Practice, Practitioner
from teleconsult_core.policies import NoShowIndemnity, cancellation_cutoff, no_show_cap
from teleconsult_core.ports import Ports
from teleconsult_core.ratings import RatingSummary
from teleconsult_core.refusals import (
    ModeNotOffered,
    NotFound,
    SlotNotOffered,
    SlotTaken,
)
from teleconsult_core.schedules import VisitType
from teleconsult_core.slots import Mode, Modes, Slot
from teleconsult_core.times import Interval, aware_utc
from teleconsult_core.use_cases.agenda import (
    find_bookable,
    offer_in,
    slot_problem,
    slots_between,
)
from teleconsult_core.use_cases.record import the_practice


@frozen
class Profile:
    """A practitioner's public profile. The video message (S21) is not part of it."""

    practitioner: Practitioner
    practice: Practice
    visit_types: tuple[VisitType, ...]
    rating: RatingSummary


@frozen
class BookingTerms:
    """What the patient is shown before he books: the terms he agrees to, and the video message.

    `video_message` is empty unless a video consultation is being booked (S21).
    """

    terms: ConsentTerms
    words: str
    video_message: str


def offer_slots(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    window: Interval,
    now: datetime,
    modes: Modes | None = None,
) -> tuple[Slot, ...] | NotFound:
    """The slots that can be booked in `window`, by start; booking one of them is accepted."""
    with ports.open_work(writing=False) as work:
        what = find_bookable(work, practitioner, visit_type)
        if isinstance(what, NotFound):
            return what
        return slots_between(work, what, window, now, modes)


def why_not_bookable(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    mode: Mode,
    start: datetime,
    now: datetime,
) -> SlotNotOffered | SlotTaken | NotFound | None:
    """Why `start` is not offered, in a word and its figures; None when it is."""
    with ports.open_work(writing=False) as work:
        what = find_bookable(work, practitioner, visit_type)
        if isinstance(what, NotFound):
            return what
        return slot_problem(work, what, mode, aware_utc(start), now)


def show_profile(ports: Ports, *, practitioner: PractitionerId) -> Profile | NotFound:
    """What stands on the public profile."""
    with ports.open_work(writing=False) as work:
        found = work.clinic.practitioner(practitioner)
        if found is None:
            return NotFound(what="practitioner", id=practitioner)
        return Profile(
            practitioner=found,
            practice=the_practice(work),
            visit_types=tuple(work.clinic.visit_types(practitioner)),
            rating=work.ratings.summary(practitioner),
        )


def booking_terms(
    ports: Ports,
    *,
    practitioner: PractitionerId,
    visit_type: VisitTypeId,
    mode: Mode,
    start: datetime,
    language: str,
) -> BookingTerms | NotFound | ModeNotOffered:
    """The terms of a booking in the patient's language, word for word as he will agree to them."""
    with ports.open_work(writing=False) as work:
        what = find_bookable(work, practitioner, visit_type)
        if isinstance(what, NotFound):
            return what
        offer = offer_in(what.visit_type, mode)
        if isinstance(offer, ModeNotOffered):
            return offer
        practice = the_practice(work)
    terms = consent_terms(practice, what.practitioner, offer.fee, aware_utc(start))
    message = what.practitioner.video_message if mode is Mode.VIDEO else ""
    return BookingTerms(terms, ports.wording.consent(terms, language), message)


def consent_terms(
    practice: Practice, practitioner: Practitioner, fee: Money, start: datetime
) -> ConsentTerms:
    """The terms in figures, from the clinic's policies."""
    policies = practice.policies
    policy = practitioner.no_show or policies.no_show
    cap = no_show_cap(policy, fee)
    return ConsentTerms(
        practitioner_name=practitioner.name,
        practice_name=practice.name,
        amount=fee,
        start=start,
        zone=practice.zone,
        cancel_until=cancellation_cutoff(start, policies),
        late_fee=policies.late_cancellation_cap,
        no_show_cap=cap if isinstance(cap, Money) else Money(0, fee.currency),
        version=policies.consent_version,
        indemnity=isinstance(policy, NoShowIndemnity),
    )
