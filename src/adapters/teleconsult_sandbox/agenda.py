"""What will happen by itself, and when. May import file.

Nothing runs in the background: whoever asks the network anything first lets happen what has
fallen due (`passing`).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from teleconsult_core.ids import HoldRef
from teleconsult_sandbox.file import read, written


class Due(StrEnum):
    LAPSE = "lapse"
    """The hold has reached the end the network announced."""
    DROP = "drop"
    """The bank lets the hold go earlier than announced."""
    DISPUTE = "dispute"
    TRANSFER = "transfer"


@frozen
class Reminder:
    ref: HoldRef
    due: Due
    at: datetime


def remind(connection: sqlite3.Connection, ref: HoldRef, due: Due, at: datetime) -> None:
    """Let `due` happen to the hold at `at`."""
    connection.execute(
        "insert into agenda (due_at, ref, what) values (?, ?, ?)", (written(at), ref, due.value)
    )


def take_next(connection: sqlite3.Connection, now: datetime) -> Reminder | None:
    """The earliest that has fallen due, taken off the agenda."""
    row = connection.execute(
        "select * from agenda where due_at <= ? order by due_at, number limit 1", (written(now),)
    ).fetchone()
    if row is None:
        return None
    connection.execute("delete from agenda where number = ?", (row["number"],))
    return Reminder(HoldRef(row["ref"]), Due(row["what"]), read(row["due_at"]))
