"""A small clinic in Brussels, its practitioner and a patient. Part of the builders."""

from __future__ import annotations

from datetime import time
from typing import Any

from attrs import evolve

from teleconsult_core.ids import PracticeId, UnavailabilityId
from teleconsult_core.money import Money
from teleconsult_core.people import Issuer, Patient, Practice, Practitioner
from teleconsult_core.policies import Policies
from teleconsult_core.schedules import (
    Offer,
    OpeningHours,
    Schedule,
    Unavailability,
    VisitType,
)
from teleconsult_core.slots import BOTH, Mode
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.builders.appointments import (
    END,
    FEE,
    PATIENT,
    PRACTITIONER,
    START,
    VISIT_TYPE,
)
from teleconsult_core.times import Interval


def a_practice(**changes: Any) -> Practice:
    practice = Practice(
        id=PracticeId("clinic"),
        name="Cabinet du Parc",
        country="BE",
        zone="Europe/Brussels",
        currency="EUR",
        phone="+3225550100",
        email="accueil@cabinet.example",
        policies=Policies(),
        address="Avenue du Parc 1\n1000 Bruxelles",
    )
    return evolve(practice, **changes)


def a_practitioner(**changes: Any) -> Practitioner:
    practitioner = Practitioner(
        id=PRACTITIONER,
        name="Dr Anne Peeters",
        profession="general practitioner",
        languages=("fr", "nl"),
        phone="+32475550100",
        email="anne.peeters@cabinet.example",
        issuer=Issuer("Dr Anne Peeters", "Avenue du Parc 1\n1000 Bruxelles", "BE0123456749"),
        sms_allowance=100,
        video_message="Please sit where it is quiet.",
    )
    return evolve(practitioner, **changes)


def a_schedule(**changes: Any) -> Schedule:
    """Monday to Friday, 9 to 12 and 14 to 18, both modes, wall time of Brussels."""
    weekdays = frozenset(range(1, 6))
    hours = (
        OpeningHours(weekdays, time(9), time(12), BOTH),
        OpeningHours(weekdays, time(14), time(18), BOTH),
    )
    return evolve(Schedule(PRACTITIONER, "Europe/Brussels", hours), **changes)


def a_visit_type(**changes: Any) -> VisitType:
    """20 minutes by video for 45.00 EUR, 30 in person for 50.00, and 5 to breathe."""
    visit_type = VisitType(
        id=VISIT_TYPE,
        practitioner=PRACTITIONER,
        name="Consultation",
        offers={Mode.VIDEO: Offer(20, FEE), Mode.IN_PERSON: Offer(30, Money(50_00, "EUR"))},
        buffer_after=5,
    )
    return evolve(visit_type, **changes)


def an_unavailability(**changes: Any) -> Unavailability:
    away = Unavailability(
        UnavailabilityId("away-1"), PRACTITIONER, Mode.VIDEO, Interval(START, END), "by hand"
    )
    return evolve(away, **changes)


def a_patient(**changes: Any) -> Patient:
    patient = Patient(
        id=PATIENT,
        name="Zoë D'Hondt",
        phone="+32475550101",
        email="zoe@patient.example",
        language="fr",
    )
    return evolve(patient, **changes)


def furnished(open_work: OpenWork) -> None:
    """Put a small clinic with one practitioner and one patient into a store."""
    with open_work() as work:
        work.clinic.put_practice(a_practice())
        work.clinic.put_practitioner(a_practitioner())
        work.clinic.put_schedule(a_schedule())
        work.clinic.put_visit_type(a_visit_type())
        work.patients.put(a_patient())
        work.commit()
