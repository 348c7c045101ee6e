"""Databases as released versions left them: every table of a version, with rows in each.

Run once at every release that changes the tables, and keep what it writes:

    python tests/released.py

It writes `tests/adapters/sql/released/VERSION.sqlite.sql` and `VERSION.postgresql.sql`. What is
there already belongs to a version that somebody may have, and is never written again; while a
version is not released, delete its two files first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from databases import programs, running
from teleconsult_core.people import ErasedPatient
from teleconsult_core.receipts import ReceiptDocument
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    END,
    START,
    a_challenge,
    a_completed,
    a_confirmed,
    a_consent_record,
    a_feed,
    a_hold,
    a_link,
    a_message,
    a_passkey,
    a_patient,
    a_payout_account,
    a_rating,
    a_receipt,
    a_seat,
    a_session,
    a_sign_in_link,
    a_signal,
    a_staff_member,
    a_waiting,
    an_attendance,
    an_audit_entry,
    an_entry,
    an_operation,
    an_unavailability,
    furnished,
)
from teleconsult_sqlalchemy import SqlStore, engine_for, script, tables, upgrade
from teleconsult_sqlalchemy.schema import CURRENT, Dialect

FOLDER = Path(__file__).parent / "adapters" / "sql" / "released"
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")


def fill(open_work: OpenWork) -> None:
    """At least a row in every table."""
    furnished(open_work)
    with open_work() as work:
        work.appointments.put(a_confirmed())
        work.appointments.put(a_completed(id="over", start=START - (END - START) * 9))
        work.patients.put(ErasedPatient(a_patient(id="gone").id, BOOKED_AT))
        work.unavailabilities.put(an_unavailability())
        work.attendance.add(an_attendance())
        work.links.put(a_link())
        work.feeds.add(a_feed())
        work.staff.put(a_staff_member())
        work.passkeys.put(a_passkey())
        work.challenges.put(a_challenge())
        work.sessions.put(a_session())
        work.sign_in_links.put(a_sign_in_link())
        work.seats.put(a_seat())
        work.signals.append(a_signal())
        work.consents.put(a_consent_record())
        work.outbox.plan([a_message()])
        work.holds.put(a_hold())
        work.clinic.put_payout_account(a_payout_account())
        work.operations.put(an_operation())
        work.ledger.put([an_entry()])
        work.receipts.next_ordinal(a_receipt().issuer_id, 2030)
        work.receipts.put(a_receipt())
        work.receipts.keep(ReceiptDocument.of(a_receipt().number, b"%PDF-1.7\x00\xff", END))
        work.ratings.put(a_rating())
        work.waiting_list.put(a_waiting())
        work.audit.add(an_audit_entry())
        work.inbox.note("news-1", BOOKED_AT)
        work.commit()


def rows(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the driver gives it."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.exec_driver_sql(_every(table)).mappings()), key=str
            )
            for table in tables().metadata.sorted_tables
        }


def _every(table: sa.Table) -> str:
    return f"SELECT * FROM {table.name}"  # noqa: S608 # our own names


def dump(engine: sa.Engine, dialect: Dialect) -> str:
    inserts = [_insert(name, row, dialect) for name, found in rows(engine).items() for row in found]
    numbered = [table.name for table in tables().metadata.sorted_tables if "seq" in table.c]
    counted = [f"SELECT setval('{name}_seq_seq', 1);" for name in numbered]  # one row each
    last = counted if dialect == "postgresql" else []
    return "\n".join([script(dialect), *inserts, *last]) + "\n"


def _insert(name: str, row: dict[str, Any], dialect: Dialect) -> str:
    values = ", ".join(literal(value, dialect) for value in row.values())
    return f"INSERT INTO {name} ({', '.join(row)}) VALUES ({values});"  # noqa: S608 # the same


def literal(value: object, dialect: Dialect) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case datetime():
            return f"'{value.isoformat()}'"
        case bytes():
            return f"X'{value.hex()}'" if dialect == "sqlite" else f"'\\x{value.hex()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"no literal for {value!r}")


def released() -> Iterable[Path]:
    return sorted(FOLDER.glob("[0-9]*.sql"))


def _keep(engine: sa.Engine, dialect: Dialect) -> None:
    path = FOLDER / f"{CURRENT}.{dialect}.sql"
    upgrade(engine)
    fill(SqlStore(engine).open_work)
    if not path.exists():
        path.write_text(dump(engine, dialect))
    engine.dispose()


def main() -> None:
    _keep(engine_for(":memory:"), "sqlite")
    with running(programs()[0]) as server, server.database(empty=True) as address:
        _keep(engine_for(address), "postgresql")


if __name__ == "__main__":
    main()
