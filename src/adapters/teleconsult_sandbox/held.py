"""A hold as the network keeps it: how it is read and rewritten. May import cards, file, news."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from attrs import evolve, frozen

from teleconsult_core.holds import HoldFact, HoldNews
from teleconsult_core.ids import AccountRef, CardToken, HoldRef, OperationId
from teleconsult_core.money import Money
from teleconsult_core.payments import HoldView
from teleconsult_core.ports import Authorise, PortMisused
from teleconsult_sandbox.cards import CARDS, TestCard
from teleconsult_sandbox.file import read, written
from teleconsult_sandbox.news import tell


@frozen
class Held:
    """`fact` is the last thing that happened, and so the state. `until` is None before it holds."""

    ref: HoldRef
    key: OperationId
    practitioner: str
    card: TestCard
    amount: Money
    present: bool
    fact: HoldFact
    until: datetime | None
    captured: Money
    refunded: Money
    disputed_at: datetime | None
    """When it was disputed; a hold is disputed at most once."""
    reason: str
    account: AccountRef | None
    """Of the practitioner whom it is passed on to; None where he needs none."""
    fee: Money
    """What the clinic keeps, less what it gave back."""

    @property
    def left(self) -> Money:
        """What was taken and not given back."""
        return self.captured - self.refunded


def add(
    connection: sqlite3.Connection, key: OperationId, request: Authorise, now: datetime
) -> Held:
    """A new hold that waits for the patient; whatever comes next is a change of it."""
    cursor = connection.execute(
        "insert into holds (key, appointment, practitioner, token, minor, currency, present,"
        " made_at, fact, account) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            request.appointment,
            request.practitioner,
            request.card,
            request.amount.minor,
            request.amount.currency,
            request.present,
            written(now),
            HoldFact.NEEDS_PATIENT.value,
            request.account,
        ),
    )
    row = connection.execute("select * from holds where number = ?", (cursor.lastrowid,))
    return _read(row.fetchone())


def change(
    connection: sqlite3.Connection, held: Held, fact: HoldFact, at: datetime, reason: str = ""
) -> Held:
    """Rewrite the hold, with `fact` as the last thing that happened to it, and tell the news."""
    changed = evolve(held, fact=fact, reason=reason)
    connection.execute(
        "update holds set present = ?, fact = ?, until = ?, captured = ?, refunded = ?,"
        " fee = ?, disputed_at = ?, reason = ? where ref = ?",
        (
            changed.present,
            changed.fact.value,
            changed.until and written(changed.until),
            changed.captured.minor,
            changed.refunded.minor,
            changed.fee.minor,
            changed.disputed_at and written(changed.disputed_at),
            changed.reason,
            changed.ref,
        ),
    )
    tell(connection, changed.ref, fact, at)
    return changed


def get(connection: sqlite3.Connection, ref: HoldRef) -> Held:
    """Raises `PortMisused` for a hold that the network never made."""
    row = connection.execute("select * from holds where ref = ?", (ref,)).fetchone()
    if row is None:
        raise PortMisused(f"the card network knows no hold {ref!r}")
    return _read(row)


def by_key(connection: sqlite3.Connection, key: OperationId) -> Held | None:
    """The last one made under `key`: a key may be used again once it is forgotten."""
    row = connection.execute(
        "select * from holds where key = ? order by number desc limit 1", (key,)
    ).fetchone()
    return None if row is None else _read(row)


def made_since(connection: sqlite3.Connection, moment: datetime) -> tuple[Held, ...]:
    rows = connection.execute(
        "select * from holds where made_at >= ? order by number", (written(moment),)
    )
    return tuple(_read(row) for row in rows.fetchall())


def view(connection: sqlite3.Connection, held: Held) -> HoldView:
    """The hold in the port's words."""
    made = connection.execute(
        "select key, came_back_at from refunds where ref = ? order by number", (held.ref,)
    ).fetchall()
    news = HoldNews(
        fact=held.fact,
        ref=held.ref,
        until=held.until,
        brand=held.card.brand,
        last4=held.card.last4,
        captured=held.captured,
        refunded=held.refunded,
        reason=held.reason,
        fee=held.fee,
    )
    return HoldView(
        held.ref,
        news,
        held.key,
        refunds=tuple(OperationId(row["key"]) for row in made),
        came_back=tuple(OperationId(row["key"]) for row in made if row["came_back_at"]),
    )


def _read(row: sqlite3.Row) -> Held:
    currency = row["currency"]
    return Held(
        ref=HoldRef(row["ref"]),
        key=OperationId(row["key"]),
        practitioner=row["practitioner"],
        card=CARDS[CardToken(row["token"])],
        amount=Money(row["minor"], currency),
        present=bool(row["present"]),
        fact=HoldFact(row["fact"]),
        until=row["until"] and read(row["until"]),
        captured=Money(row["captured"], currency),
        refunded=Money(row["refunded"], currency),
        disputed_at=row["disputed_at"] and read(row["disputed_at"]),
        reason=row["reason"],
        account=row["account"],
        fee=Money(row["fee"], currency),
    )
