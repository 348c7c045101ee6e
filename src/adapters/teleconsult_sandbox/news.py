"""News of every change of a hold, as a network delivers it. May import file, holds.

At least once, and on demand late, twice and out of order; by a seed, so that the same calls are
always disturbed in the same way. A delivery gets its number when it falls due, so whoever asks
for everything after the last number he saw misses nothing.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from hashlib import sha256

from attrs import field, frozen

from teleconsult_core.holds import HoldFact
from teleconsult_core.ids import HoldRef
from teleconsult_core.refusals import BadInput
from teleconsult_sandbox.file import read, written

_MICROSECOND = timedelta(microseconds=1)


@frozen
class News:
    """`number` counts deliveries; `id` names the piece of news and is the same when it comes twice.

    What it says may be overtaken: look at the hold.
    """

    number: int
    id: str
    ref: HoldRef
    fact: HoldFact
    at: datetime


@frozen
class NewsDelivery:
    """How news is delivered from now on: plainly, unless told otherwise.

    Each piece comes up to `late` late, and about every second one twice when `duplicated`.
    """

    seed: int = 0
    shuffled: bool = False
    duplicated: bool = False
    late: timedelta = field(default=timedelta())

    @late.validator
    def _not_early(self, _: object, value: timedelta) -> None:
        if value < timedelta():
            raise BadInput("late", value, "0 or more")


def plan(connection: sqlite3.Connection, delivery: NewsDelivery) -> None:
    connection.execute(
        "insert or replace into news_plan (one, seed, shuffled, duplicated, late_microseconds)"
        " values (1, ?, ?, ?, ?)",
        (delivery.seed, delivery.shuffled, delivery.duplicated, delivery.late // _MICROSECOND),
    )


def planned(connection: sqlite3.Connection) -> NewsDelivery:
    row = connection.execute("select * from news_plan").fetchone()
    if row is None:
        return NewsDelivery()
    late = row["late_microseconds"] * _MICROSECOND
    return NewsDelivery(row["seed"], bool(row["shuffled"]), bool(row["duplicated"]), late)


def tell(connection: sqlite3.Connection, ref: HoldRef, fact: HoldFact, at: datetime) -> None:
    """A piece of news, to be delivered as planned."""
    cursor = connection.execute(
        "insert into events (at, ref, fact) values (?, ?, ?)", (written(at), ref, fact.value)
    )
    event = cursor.lastrowid
    delivery = planned(connection)
    twice = delivery.duplicated and _chance(delivery.seed, event, "copies") < 0.5
    for copy in range(2 if twice else 1):
        due_at = written(at + delivery.late * _chance(delivery.seed, event, f"late {copy}"))
        turn = f"{due_at} {event:012d} {copy}"
        if delivery.shuffled:
            turn = _digest(delivery.seed, event, f"turn {copy}").hex()
        connection.execute(
            "insert into deliveries (event, due_at, turn) values (?, ?, ?)", (event, due_at, turn)
        )


def delivered(connection: sqlite3.Connection, after: int, now: datetime) -> tuple[News, ...]:
    """Every delivery that has fallen due, numbered above `after`."""
    _number(connection, now)
    rows = connection.execute(
        "select d.number, d.event, e.ref, e.fact, e.at from deliveries d"
        " join events e on e.number = d.event where d.number > ? order by d.number",
        (after,),
    )
    return tuple(_read(row) for row in rows)


def _number(connection: sqlite3.Connection, now: datetime) -> None:
    due = connection.execute(
        "select rowid from deliveries where number is null and due_at <= ? order by turn, rowid",
        (written(now),),
    ).fetchall()
    for row in due:
        connection.execute(
            "update deliveries set number = (select coalesce(max(number), 0) + 1 from deliveries)"
            " where rowid = ?",
            (row["rowid"],),
        )


def _read(row: sqlite3.Row) -> News:
    return News(
        number=row["number"],
        id=f"news_{row['event']:06d}",
        ref=HoldRef(row["ref"]),
        fact=HoldFact(row["fact"]),
        at=read(row["at"]),
    )


def _digest(seed: int, event: int | None, what: str) -> bytes:
    return sha256(f"{seed}:{event}:{what}".encode()).digest()


def _chance(seed: int, event: int | None, what: str) -> float:
    """From 0 to just under 1, always the same for the same question."""
    return int.from_bytes(_digest(seed, event, what)[:6], "big") / 2**48
