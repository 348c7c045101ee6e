"""The tables of appointments and of what goes with them. May import the core's enums, columns.

The overlap guard is `appointment_ticks`: a row for every five minutes that a blocking appointment
takes from its practitioner, under the primary key (practitioner, tick).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.schema import conv

from teleconsult_core.appointments import Origin
from teleconsult_core.attendance import Seen
from teleconsult_core.links import Purpose
from teleconsult_core.messages import Channel, Delivery, Kind, MessageState, To
from teleconsult_core.people import Role
from teleconsult_core.slots import Mode
from teleconsult_sqlalchemy.columns import choice, flag, instant, money, number, sequence, text
from teleconsult_sqlalchemy.table_making import Maker, among

STATE_COLUMNS: dict[str, tuple[str, ...]] = {
    "reserved": ("deadline",),
    "awaiting-confirmation": ("deadline",),
    "confirmed": ("confirmed_at",),
    "completed": ("completed_at", "amount_minor", "amount_currency"),
    "no-show": ("decided_at", "amount_minor", "amount_currency", "decided_by"),
    "cancelled": ("cancelled_at", "cancelled_by", "amount_minor", "amount_currency", "absent"),
    "lapsed": ("lapsed_at",),
}
"""Which of an appointment's columns are filled in which state; all others are empty then."""

MAY_BE_EMPTY = {"completed": ("decided_by",)}
"""Nobody decided: the consultation counts as not billed."""

BLOCKING_STATES = ("reserved", "awaiting-confirmation", "confirmed", "completed", "no-show")
PENDING_STATES = ("reserved", "awaiting-confirmation")


def booking_tables(make: Maker) -> dict[str, sa.Table]:
    appointments = make.table(
        "appointments",
        text("id", personal="pseudonym", key=True),
        choice("state", STATE_COLUMNS),
        text("practitioner"),
        text("patient", personal="pseudonym"),
        text("visit_type"),
        choice("mode", Mode),
        instant("starts"),
        instant("ends"),
        instant("blocks_until"),
        *money("fee"),
        flag("card_required"),
        choice("origin", Origin),
        instant("booked_at"),
        number("sequence"),
        instant("deadline", null=True),
        instant("confirmed_at", null=True),
        instant("completed_at", null=True),
        instant("decided_at", null=True),
        text("decided_by", null=True),
        instant("cancelled_at", null=True),
        choice("cancelled_by", Role, null=True),
        flag("absent", null=True),
        instant("lapsed_at", null=True),
        *money("amount", null=True),
        *(_state_check(state) for state in STATE_COLUMNS),
    )
    make.index(appointments, "practitioner starts")
    make.index(appointments, "patient")
    make.index(appointments, "deadline", where=among(PENDING_STATES))
    make.index(appointments, "ends", where="state = 'confirmed'")
    ticks = make.table(
        "appointment_ticks", text("practitioner"), number("tick"),
        text("appointment", make.of("appointments"), personal="pseudonym"),
        key="practitioner tick",
    )  # fmt: skip
    make.index(ticks, "appointment")
    attendance = make.table(
        "attendance", sequence(), _appointment(make), instant("at"), choice("role", Role),
        choice("seen", Seen), text("device", personal="pseudonym"), rowid=True,
    )  # fmt: skip
    make.index(attendance, "appointment")
    links = make.table(
        "links", text("id", personal="pseudonym", key=True), text("token_hash"), _appointment(make),
        number("sequence"), choice("role", Role), choice("purpose", Purpose), instant("opens_at"),
        instant("expires_at"), number("generation"), instant("revoked_at", null=True),
    )  # fmt: skip
    make.index(links, "token_hash", unique=True)
    make.index(links, "appointment")
    seats = make.table(
        "seats", _appointment(make), number("sequence"), choice("role", Role),
        text("device", personal="pseudonym"), number("epoch"), instant("taken_at"),
        instant("last_seen"), instant("admitted_at", null=True), instant("left_at", null=True),
        flag("ended"), key="appointment role",
    )  # fmt: skip
    # `last_seen` is in no index, so that a heartbeat changes a row and nothing else.
    make.index(seats, "appointment", where="left_at IS NULL")
    signals = make.table(
        "signals", _appointment(make), number("number"), choice("addressee", Role),
        number("from_epoch"), number("to_epoch"), text("body", personal="words"), instant("at"),
        key="appointment number", rowid=True,
    )  # fmt: skip
    consents = make.table(
        "consents", _appointment(make), number("attempt"), *money("amount"), text("version"),
        text("language"), text("words", personal="words"), instant("given_at"),
        key="appointment attempt",
    )  # fmt: skip
    return {
        "appointments": appointments,
        "appointment_ticks": ticks,
        "attendance": attendance,
        "links": links,
        "seats": seats,
        "signals": signals,
        "signal_numbers": make.table(
            "signal_numbers", _appointment(make), number("last"), key="appointment"
        ),
        "consents": consents,
        "messages": messages_table(make),
    }


def _appointment(make: Maker, *, null: bool = False) -> sa.Column[str]:
    """The appointment a row belongs to and goes with."""
    return text("appointment", make.of("appointments"), personal="pseudonym", null=null)


def _state_check(state: str) -> sa.CheckConstraint:
    filled = STATE_COLUMNS[state]
    either = MAY_BE_EMPTY.get(state, ())
    every = sorted({name for names in STATE_COLUMNS.values() for name in names} - set(either))
    rules = (f"{name} IS {'NOT NULL' if name in filled else 'NULL'}" for name in every)
    return sa.CheckConstraint(
        f"state <> '{state}' OR ({' AND '.join(rules)})",
        name=conv(f"{state.replace('-', '_')}_columns"),
    )


def messages_table(make: Maker) -> sa.Table:
    messages = make.table(
        "messages",
        text("id", personal="pseudonym", key=True),
        choice("kind", Kind),
        choice("channel", Channel),
        choice("recipient", To),
        text("practitioner"),
        instant("due_at"),
        instant("useful_until"),
        _appointment(make, null=True),
        text("patient", personal="pseudonym", null=True),
        number("sequence"),
        flag("exempt"),
        number("amount", personal="accounting", null=True),
        text("about"),
        choice("state", MessageState),
        number("attempts"),
        instant("not_before", null=True),
        instant("ready_at"),
        instant("leased_until", null=True),
        instant("done_at", null=True),
        number("segments"),
        text("note", personal="words"),
        text("ref", personal="pseudonym"),
        choice("delivery", Delivery),
        instant("delivery_at", null=True),
    )
    make.index(messages, "ref", where="ref <> ''")
    make.index(messages, "appointment")
    make.index(messages, "due_at", where="state = 'planned'")
    make.index(messages, "channel ready_at id", where="state = 'planned'")
    make.index(messages, "channel due_at", where="state = 'parked'")
    make.index(messages, "practitioner done_at", where="segments > 0")
    return messages
