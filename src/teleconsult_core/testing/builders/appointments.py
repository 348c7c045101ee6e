"""One builder for each state of an appointment. Part of the builders; may import appointments.

Each takes the state's own fields and those of its terms. Given a `start` alone, the appointment
keeps its length: 20 minutes, and 5 until the practitioner is free again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from teleconsult_core.appointments import (
    AwaitingConfirmation,
    Cancelled,
    Completed,
    Confirmed,
    Lapsed,
    NoShow,
    Origin,
    Reserved,
    Terms,
)
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId
from teleconsult_core.money import Money
from teleconsult_core.people import Role
from teleconsult_core.slots import Mode

BOOKED_AT = datetime(2030, 1, 7, 8, tzinfo=UTC)
"""A Monday, 9 o'clock in Brussels."""
START = datetime(2030, 1, 9, 9, tzinfo=UTC)
"""The Wednesday after, 10 o'clock in Brussels."""
_LENGTH, _BUFFER = timedelta(minutes=20), timedelta(minutes=5)
END = START + _LENGTH

PRACTITIONER = PractitionerId("dr-peeters")
PATIENT = PatientId("patient-1")
VISIT_TYPE = VisitTypeId("consultation")
APPOINTMENT = AppointmentId("a-1")
FEE = Money(45_00, "EUR")


def terms(*, start: datetime = START, **changes: Any) -> Terms:
    """A video consultation of 20 minutes for 45.00 EUR that needs a card."""
    agreed = Terms(
        id=APPOINTMENT,
        practitioner=PRACTITIONER,
        patient=PATIENT,
        visit_type=VISIT_TYPE,
        mode=Mode.VIDEO,
        start=start,
        end=start + _LENGTH,
        blocks_until=changes.get("end", start + _LENGTH) + _BUFFER,
        fee=FEE,
        card_required=True,
        origin=Origin.PATIENT,
        booked_at=BOOKED_AT,
    )
    return evolve(agreed, **changes)


def a_reserved(*, deadline: datetime | None = None, **of_terms: Any) -> Reserved:
    agreed = terms(**of_terms)
    return Reserved(agreed, deadline or agreed.booked_at + timedelta(minutes=15))


def an_awaiting(*, deadline: datetime | None = None, **of_terms: Any) -> AwaitingConfirmation:
    agreed = terms(**{"origin": Origin.PRACTITIONER, **of_terms})
    return AwaitingConfirmation(agreed, deadline or agreed.start)


def a_confirmed(*, confirmed_at: datetime = BOOKED_AT, **of_terms: Any) -> Confirmed:
    return Confirmed(terms(**of_terms), confirmed_at)


def a_completed(
    *,
    amount: Money | None = None,
    decided_by: PractitionerId | None = PRACTITIONER,
    completed_at: datetime = END,
    **of_terms: Any,
) -> Completed:
    """The whole fee is charged, unless said otherwise."""
    agreed = terms(**of_terms)
    return Completed(agreed, completed_at, amount or agreed.fee, decided_by)


def a_no_show(
    *, amount: Money | None = None, decided_at: datetime = END, **of_terms: Any
) -> NoShow:
    """Waived, unless said otherwise."""
    agreed = terms(**of_terms)
    free = Money(0, agreed.fee.currency)
    return NoShow(agreed, decided_at, amount or free, agreed.practitioner)


def a_cancelled(
    *,
    by: Role = Role.PATIENT,
    fee_charged: Money | None = None,
    practitioner_absent: bool = False,
    cancelled_at: datetime = BOOKED_AT,
    **of_terms: Any,
) -> Cancelled:
    """Called off for nothing, unless said otherwise."""
    agreed = terms(**of_terms)
    free = Money(0, agreed.fee.currency)
    return Cancelled(agreed, cancelled_at, by, fee_charged or free, practitioner_absent)


def a_lapsed(*, lapsed_at: datetime = BOOKED_AT, **of_terms: Any) -> Lapsed:
    return Lapsed(terms(**of_terms), lapsed_at)
