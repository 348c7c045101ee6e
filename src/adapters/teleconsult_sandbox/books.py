"""The network's own books: every movement of money, twice. May import file, money.

Each entry moves one sum from one account to another, so all accounts together are always zero.
The totals of a hold are added up from its entries, never read from the hold, so that the two
check each other.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from teleconsult_core.ids import HoldRef, OperationId
from teleconsult_core.money import Money
from teleconsult_sandbox.file import written


class Account(StrEnum):
    CARDHOLDERS = "cardholders"
    RESERVED = "reserved"
    """Held on cards."""
    TAKEN = "taken"
    """Captured, for the practitioners; below zero where a refund followed a transfer."""
    DISPUTED = "disputed"
    KEPT = "kept"
    """The clinic's fee of what was captured for its practitioners."""
    OWED = "owed"
    """Refunds that came back: the clinic owes them to patients."""
    PASSED_ON = "passed-on"
    """Transferred to the practitioners."""


class Movement(StrEnum):
    HOLD = "hold"
    LET_GO = "let-go"
    CAPTURE = "capture"
    REFUND = "refund"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute-won"
    DISPUTE_LOST = "dispute-lost"
    TRANSFER = "transfer"
    FEE = "fee"
    FEE_BACK = "fee-back"
    CAME_BACK = "came-back"


_FROM_TO = {
    Movement.HOLD: (Account.CARDHOLDERS, Account.RESERVED),
    Movement.LET_GO: (Account.RESERVED, Account.CARDHOLDERS),
    Movement.CAPTURE: (Account.RESERVED, Account.TAKEN),
    Movement.REFUND: (Account.TAKEN, Account.CARDHOLDERS),
    Movement.DISPUTE: (Account.TAKEN, Account.DISPUTED),
    Movement.DISPUTE_WON: (Account.DISPUTED, Account.TAKEN),
    Movement.DISPUTE_LOST: (Account.DISPUTED, Account.CARDHOLDERS),
    Movement.TRANSFER: (Account.TAKEN, Account.PASSED_ON),
    Movement.FEE: (Account.TAKEN, Account.KEPT),
    Movement.FEE_BACK: (Account.KEPT, Account.TAKEN),
    Movement.CAME_BACK: (Account.CARDHOLDERS, Account.OWED),
}


@frozen
class Book:
    """What the entries about one hold add up to; `operation` is the key we placed it under.

    `held` is what is reserved now, `captured` and `refunded` what was ever taken and given back,
    `disputed` what is withheld until a dispute is decided, `lost` what a lost one took back.
    """

    ref: HoldRef
    operation: OperationId
    held: Money
    captured: Money
    refunded: Money
    disputed: Money
    lost: Money


def enter(
    connection: sqlite3.Connection, ref: HoldRef, movement: Movement, amount: Money, at: datetime
) -> None:
    """Write one entry; nothing when nothing moves."""
    if not amount.minor:
        return
    source, target = _FROM_TO[movement]
    connection.execute(
        "insert into entries (at, ref, what, debit, credit, minor, currency)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            written(at),
            ref,
            movement.value,
            target.value,
            source.value,
            amount.minor,
            amount.currency,
        ),
    )


_TOTALS = """
select h.ref, h.key, h.currency,
    sum(case 'reserved' when e.debit then e.minor when e.credit then -e.minor else 0 end) as held,
    sum(case e.what when 'capture' then e.minor else 0 end) as captured,
    sum(case e.what when 'refund' then e.minor else 0 end) as refunded,
    sum(case 'disputed' when e.debit then e.minor when e.credit then -e.minor else 0 end)
        as disputed,
    sum(case e.what when 'dispute-lost' then e.minor else 0 end) as lost
from holds h left join entries e on e.ref = h.ref
group by h.number order by h.number
"""


def totals(connection: sqlite3.Connection) -> tuple[Book, ...]:
    """One book for each hold ever asked for, in the order in which they were."""
    return tuple(
        Book(
            HoldRef(row["ref"]),
            OperationId(row["key"]),
            *(Money(row[sum_], row["currency"]) for sum_ in _SUMS),
        )
        for row in connection.execute(_TOTALS)
    )


_SUMS = ("held", "captured", "refunded", "disputed", "lost")


def balances(connection: sqlite3.Connection) -> dict[tuple[Account, str], int]:
    """Minor units per account and currency; in each currency they sum to zero."""
    rows = connection.execute(
        "select account, currency, sum(minor) as balance from ("
        " select debit as account, currency, minor from entries"
        " union all select credit, currency, -minor from entries)"
        " group by account, currency"
    )
    return {(Account(row["account"]), row["currency"]): row["balance"] for row in rows}
