"""What a calendar program reads at a feed's address. Reading only.

May import nouns, ports, agenda words. Programs ask every hour, so nothing is noted. A patient sees
what his letters put into his calendar; a practitioner what takes his time, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import (
    Appointment,
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Origin,
    Reserved,
    has_lapsed,
)
from teleconsult_core.feeds import (
    AHEAD,
    BACK,
    CANCELLED_FOR,
    Feed,
    FeedEvent,
    FeedView,
    Standing,
)
from teleconsult_core.ids import PatientId, PractitionerId
from teleconsult_core.links import Site, hash_token
from teleconsult_core.people import Actor, Patient, Practice, Role
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import LinkDead
from teleconsult_core.stores import Work
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.inviting import event_uid
from teleconsult_core.use_cases.record import the_practice


@frozen
class _Owner:
    """Whose feed it is, as it is to be named and spoken to."""

    name: str
    language: str


def read_feed(ports: Ports, *, token: str, now: datetime) -> FeedView | LinkDead:
    """The calendar behind `token`, or one and the same answer whatever is wrong with it."""
    with ports.open_work(writing=False) as work:
        feed = work.feeds.by_hash(hash_token(token))
        practice = the_practice(work) if feed else None
        if feed is None or practice is None or feed.revoked_at is not None:
            return LinkDead()
        owner = _owner(work, feed.owner, practice)
        if owner is None:
            return LinkDead()
        found = _appointments(work, feed.owner, Interval(now - BACK, now + AHEAD))
        names = {one.id: one.name for one in work.clinic.practitioners()}
    shown = (_event(one, feed, names, ports.site, now) for one in found)
    return FeedView(
        uid=f"{feed.owner.role.value}-{feed.owner.id}@{ports.site.host}",
        name=owner.name,
        language=owner.language,
        zone=practice.zone,
        address=practice.address,
        events=tuple(sorted(filter(None, shown), key=lambda event: (event.start, event.uid))),
    )


def _owner(work: Work, owner: Actor, practice: Practice) -> _Owner | None:
    """None when there is nobody any more."""
    if owner.role is Role.PATIENT:
        patient = work.patients.get(PatientId(owner.id))
        return _Owner(practice.name, patient.language) if isinstance(patient, Patient) else None
    practitioner = work.clinic.practitioner(PractitionerId(owner.id))
    if practitioner is None:
        return None
    return _Owner(practitioner.name, (practitioner.languages or practice.languages)[0])


def _appointments(work: Work, owner: Actor, window: Interval) -> Iterable[Appointment]:
    if owner.role is Role.PRACTITIONER:
        return work.appointments.starting(PractitionerId(owner.id), window)
    his = work.appointments.of_patient(PatientId(owner.id))
    return [one for one in his if window.start <= one.terms.start < window.end]


def _event(
    appointment: Appointment,
    feed: Feed,
    names: dict[PractitionerId, str],
    site: Site,
    now: datetime,
) -> FeedEvent | None:
    standing, changed_at = _standing(appointment, now)
    over = standing is Standing.CANCELLED
    own = feed.owner.role is Role.PRACTITIONER
    if over and now >= changed_at + CANCELLED_FOR:
        return None
    if _only_offered(appointment) and (over or not own):
        return None
    terms = appointment.terms
    uid = event_uid(terms.id, site)
    return FeedEvent(
        # Two views of one appointment must not overwrite each other where somebody has both.
        uid=f"agenda-{uid}" if own else uid,
        sequence=terms.sequence + 1 if over else terms.sequence,
        changed_at=changed_at,
        start=terms.start,
        end=terms.end,
        mode=terms.mode,
        standing=standing,
        practitioner_name="" if own else names.get(terms.practitioner, ""),
    )


def _only_offered(appointment: Appointment) -> bool:
    """At the card step, or offered from the waiting list: no letter put it into a calendar."""
    match appointment:
        case Reserved():
            return True
        case AwaitingConfirmation() | Lapsed():
            return appointment.terms.origin is not Origin.PRACTITIONER
        case _:
            return False


def _standing(appointment: Appointment, now: datetime) -> tuple[Standing, datetime]:
    """How sure it is, and since when."""
    match appointment:
        case Reserved(deadline=deadline) | AwaitingConfirmation(deadline=deadline):
            if has_lapsed(appointment, now):
                return Standing.CANCELLED, deadline
            return Standing.TENTATIVE, appointment.terms.booked_at
        case Confirmed(confirmed_at=since):
            return Standing.CONFIRMED, since
        case Completed(completed_at=since) | NoShow(decided_at=since):
            return Standing.CONFIRMED, since
        case Cancelled(cancelled_at=since) | Lapsed(lapsed_at=since):
            return Standing.CANCELLED, since
