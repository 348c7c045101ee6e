"""An account as the network keeps it, inside a transaction. May import file.

Every face of the network opens and reads accounts here.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from teleconsult_core.ids import AccountRef
from teleconsult_core.money import Money
from teleconsult_core.payout_accounts import AccountView, NewAccount, Payout
from teleconsult_core.ports import PortMisused
from teleconsult_sandbox.file import read, written

_BANK = "external_account"
"""What every new account asks for."""

_PAYOUTS = """
select currency, substr(expected_on, 1, 10) as day, max(expected_on) as expected_on,
    sum(minor) as minor, max(paid_on) as paid_on, count(*) = count(paid_on) as all_paid
from transfers where account = ? and minor > 0
group by currency, day order by day desc, currency
"""
"""Everything that is passed on in a day is one payout."""


def account_row(connection: sqlite3.Connection, ref: str) -> sqlite3.Row:
    """Raises `PortMisused` for an account that was never opened."""
    row: sqlite3.Row | None = connection.execute(
        "select * from accounts where ref = ?", (ref,)
    ).fetchone()
    if row is None:
        raise PortMisused(f"the card network knows no account {ref!r}")
    return row


def account_of(connection: sqlite3.Connection, practitioner: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "select * from accounts where practitioner = ?", (practitioner,)
    ).fetchone()
    return row


def open_account(
    connection: sqlite3.Connection, account: NewAccount, now: datetime, note: str = "{}"
) -> AccountRef:
    number = connection.execute(
        "insert into accounts"
        " (practitioner, email, country, delay_days, opened_at, missing, note)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            account.practitioner,
            account.email,
            account.country,
            account.delay_days,
            written(now),
            _BANK,
            note,
        ),
    ).lastrowid
    row = connection.execute("select ref from accounts where number = ?", (number,)).fetchone()
    return AccountRef(row["ref"])


def pay_after(connection: sqlite3.Connection, ref: str, days: int) -> None:
    """Money waits on the account for so many days from now on."""
    account_row(connection, ref)
    connection.execute("update accounts set delay_days = ? where ref = ?", (days, ref))


def account_view(row: sqlite3.Row) -> AccountView:
    return AccountView(
        ref=AccountRef(row["ref"]),
        takes_cards=bool(row["takes_cards"]),
        is_paid_out=bool(row["paid_out"]),
        missing=tuple(row["missing"].split()),
    )


def page_of(connection: sqlite3.Connection, what: str, ref: str) -> str:
    """For one use: no two are the same."""
    account_row(connection, ref)
    connection.execute("update accounts set pages = pages + 1 where ref = ?", (ref,))
    return f"https://cards.sandbox.invalid/{what}/{ref}/{account_row(connection, ref)['pages']}"


def payouts_of(connection: sqlite3.Connection, ref: str) -> tuple[Payout, ...]:
    """What was or will be paid out of it, newest first."""
    account_row(connection, ref)
    return tuple(_payout(row) for row in connection.execute(_PAYOUTS, (ref,)))


def _payout(row: sqlite3.Row) -> Payout:
    return Payout(
        id=f"po_{row['day'].replace('-', '')}_{row['currency']}",
        amount=Money(row["minor"], row["currency"]),
        expected_on=read(row["expected_on"]),
        paid_on=read(row["paid_on"]) if row["all_paid"] else None,
    )
