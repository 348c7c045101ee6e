"""Offer time that has become free to the waiting list. Not a use case: part of what frees it.

The first patient who wants it gets an appointment entered for him, to confirm within a while;
when he does not, it lapses, its time is freed, and the next is asked.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count

from teleconsult_core.appointments import AwaitingConfirmation, Origin, Terms
from teleconsult_core.ids import AppointmentId
from teleconsult_core.people import SYSTEM, Patient
from teleconsult_core.refusals import ModeNotOffered, NotFound
from teleconsult_core.slots import Slot
from teleconsult_core.stores import Work
from teleconsult_core.use_cases.agenda import (
    find_bookable,
    free_lapsed,
    offer_in,
    slots_between,
)
from teleconsult_core.use_cases.book import Wish, make_terms
from teleconsult_core.use_cases.record import record_change, the_practice
from teleconsult_core.waiting_list import Waiting


def offer_freed_time(work: Work, freed: Terms, now: datetime) -> AwaitingConfirmation | None:
    """Ask whoever waits first for a slot inside the time that `freed` gave back."""
    if freed.start <= now:
        return None
    for seen in work.waiting_list.of(freed.practitioner):
        if not seen.wants(freed.blocked):
            continue
        # Locked and looked at again: he may be offered other freed time at this very moment.
        waiting = work.waiting_list.get(seen.id)
        slot = _slot_for(work, waiting, freed, now) if waiting else None
        offered = _offer(work, waiting, slot, now) if waiting and slot else None
        if offered is not None:
            return offered
    return None


def _slot_for(work: Work, waiting: Waiting, freed: Terms, now: datetime) -> Slot | None:
    """The first slot inside the freed time that the patient would take."""
    if not waiting.wants(freed.blocked):
        return None
    what = find_bookable(work, waiting.practitioner, waiting.visit_type)
    if isinstance(what, NotFound):
        return None
    slots = slots_between(work, what, freed.blocked, now, frozenset({waiting.mode}))
    return next((slot for slot in slots if slot.start < waiting.before), None)


def _offer(work: Work, waiting: Waiting, slot: Slot, now: datetime) -> AwaitingConfirmation | None:
    what = find_bookable(work, waiting.practitioner, waiting.visit_type)
    patient = work.patients.get(waiting.patient)
    if isinstance(what, NotFound) or not isinstance(patient, Patient):
        return None
    offer = offer_in(what.visit_type, waiting.mode)
    if isinstance(offer, ModeNotOffered):
        return None
    wish = Wish(
        _new_id(work, waiting),
        waiting.practitioner,
        waiting.visit_type,
        waiting.mode,
        slot.start,
        patient,
        Origin.WAITING_LIST,
    )
    terms = make_terms(wish, what, offer, now)
    policies = the_practice(work).policies
    offered = AwaitingConfirmation(terms, min(now + policies.waiting_offer, slot.start))
    # The slot may reach into time that is free only because what was there has lapsed.
    free_lapsed(work, waiting.practitioner, terms.blocked, now)
    record_change(work, None, offered, actor=SYSTEM, now=now)
    work.waiting_list.put(waiting.offered(terms.id))
    return offered


def _new_id(work: Work, waiting: Waiting) -> AppointmentId:
    """An id for the next offer; never one that an earlier appointment has."""
    wished = (AppointmentId(f"{waiting.id}-{n}") for n in count(len(waiting.declined) + 1))
    return next(id for id in wished if work.appointments.get(id) is None)
