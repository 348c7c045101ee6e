"""Letting time pass: what has fallen due happens, in its order. May import agenda, held, moves."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from teleconsult_sandbox import moves
from teleconsult_sandbox.agenda import Due, Reminder, take_next
from teleconsult_sandbox.held import get


def pass_time(connection: sqlite3.Connection, now: datetime) -> None:
    """Everything due up to and including `now`, each at its own instant."""
    while (reminder := take_next(connection, now)) is not None:
        _happen(connection, reminder)


def _happen(connection: sqlite3.Connection, reminder: Reminder) -> None:
    held = get(connection, reminder.ref)
    match reminder.due:
        case Due.LAPSE:
            moves.lapse(connection, held, reminder.at, "lapsed")
        case Due.DROP:
            moves.lapse(connection, held, reminder.at, "dropped by the bank")
        case Due.DISPUTE:
            moves.dispute(connection, held, reminder.at)
        case Due.TRANSFER:
            moves.pass_on(connection, held, reminder.at)
