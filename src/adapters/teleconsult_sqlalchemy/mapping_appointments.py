"""An appointment as a row and back, and the ticks it takes. May import the core's nouns.

Loading is not creating: a row becomes exactly the state it was written from, whatever the clock
says by now.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, assert_never

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
    Terms,
)
from teleconsult_core.money import Money
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused
from teleconsult_core.slots import Mode
from teleconsult_core.times import TICK, Interval
from teleconsult_sqlalchemy.columns import micros
from teleconsult_sqlalchemy.statements import Row

_TICK = TICK // timedelta(microseconds=1)

_EMPTY: Row = dict.fromkeys(
    (
        "deadline", "confirmed_at", "completed_at", "decided_at", "decided_by", "cancelled_at",
        "cancelled_by", "absent", "lapsed_at", "amount_minor", "amount_currency",
    )
)  # fmt: skip


def appointment_row(appointment: Appointment) -> Row:
    terms = appointment.terms
    return {
        **_EMPTY,
        "id": terms.id,
        "state": appointment.state,
        "practitioner": terms.practitioner,
        "patient": terms.patient,
        "visit_type": terms.visit_type,
        "mode": terms.mode.value,
        "starts": terms.start,
        "ends": terms.end,
        "blocks_until": terms.blocks_until,
        "fee_minor": terms.fee.minor,
        "fee_currency": terms.fee.currency,
        "card_required": terms.card_required,
        "origin": terms.origin.value,
        "booked_at": terms.booked_at,
        "sequence": terms.sequence,
        **_state_columns(appointment),
    }


def _state_columns(appointment: Appointment) -> Row:
    """What only this state knows."""
    match appointment:
        case Reserved(deadline=deadline) | AwaitingConfirmation(deadline=deadline):
            return {"deadline": deadline}
        case Confirmed(confirmed_at=at):
            return {"confirmed_at": at}
        case Completed(completed_at=at, amount=amount, decided_by=by):
            return {"completed_at": at, **_amount(amount), "decided_by": by}
        case NoShow(decided_at=at, amount=amount, decided_by=by):
            return {"decided_at": at, **_amount(amount), "decided_by": by}
        case Cancelled(cancelled_at=at, by=role, fee=fee, practitioner_absent=absent):
            return {
                "cancelled_at": at,
                "cancelled_by": role.value,
                **_amount(fee),
                "absent": absent,
            }
        case Lapsed(lapsed_at=at):
            return {"lapsed_at": at}
        case _:
            assert_never(appointment)


def _amount(amount: Money) -> Row:
    return {"amount_minor": amount.minor, "amount_currency": amount.currency}


def appointment_from(row: Row) -> Appointment:
    terms = terms_from(row)
    match row["state"]:
        case Reserved.state:
            return Reserved(terms, row["deadline"])
        case AwaitingConfirmation.state:
            return AwaitingConfirmation(terms, row["deadline"])
        case Confirmed.state:
            return Confirmed(terms, row["confirmed_at"])
        case Completed.state:
            return Completed(terms, row["completed_at"], _stated(row), row["decided_by"])
        case NoShow.state:
            return NoShow(terms, row["decided_at"], _stated(row), row["decided_by"])
        case Cancelled.state:
            by = Role(row["cancelled_by"])
            return Cancelled(terms, row["cancelled_at"], by, _stated(row), row["absent"])
        case Lapsed.state:
            return Lapsed(terms, row["lapsed_at"])
        case unknown:
            raise PortMisused(
                f"appointment {row['id']} is in a state of a newer program: {unknown}"
            )


def terms_from(row: Row) -> Terms:
    return Terms(
        id=row["id"],
        practitioner=row["practitioner"],
        patient=row["patient"],
        visit_type=row["visit_type"],
        mode=Mode(row["mode"]),
        start=row["starts"],
        end=row["ends"],
        blocks_until=row["blocks_until"],
        fee=Money(row["fee_minor"], row["fee_currency"]),
        card_required=row["card_required"],
        origin=Origin(row["origin"]),
        booked_at=row["booked_at"],
        sequence=row["sequence"],
    )


def _stated(row: Row) -> Money:
    return Money(row["amount_minor"], row["amount_currency"])


def ticks(blocked: Interval) -> dict[str, Any]:
    """The first and last tick of a blocked time, counted from 1970; a part of a tick is a tick."""
    start, end = micros(blocked.start), micros(blocked.end)
    return {"first": start // _TICK, "last": -(-end // _TICK) - 1}
