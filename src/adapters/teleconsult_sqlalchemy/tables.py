"""The tables: one model for SQLite and PostgreSQL, in the host's MetaData if he has one.

May import SQLAlchemy and the four groups of tables. Every table and index begins with `prefix`
and lives in `schema`. A foreign key stands where the child goes when its parent goes; every column
says in `info["personal"]` how personal it is (`columns.PERSONAL`).
"""

from __future__ import annotations

import sqlalchemy as sa
from attrs import frozen

from teleconsult_core.people import Role
from teleconsult_core.slots import Mode
from teleconsult_core.waiting_list import WaitingState
from teleconsult_sqlalchemy.columns import choice, instant, number, sequence, text
from teleconsult_sqlalchemy.table_making import Maker
from teleconsult_sqlalchemy.tables_booking import booking_tables
from teleconsult_sqlalchemy.tables_clinic import clinic_tables
from teleconsult_sqlalchemy.tables_money import money_tables
from teleconsult_sqlalchemy.tables_sign_ins import sign_in_tables


@frozen(eq=False)
class Tables:
    """Every table by name, with where they are."""

    metadata: sa.MetaData
    prefix: str
    schema: str | None
    practices: sa.Table
    practitioners: sa.Table
    schedules: sa.Table
    visit_types: sa.Table
    payout_accounts: sa.Table
    unavailabilities: sa.Table
    patients: sa.Table
    appointments: sa.Table
    appointment_ticks: sa.Table
    attendance: sa.Table
    links: sa.Table
    staff: sa.Table
    passkeys: sa.Table
    challenges: sa.Table
    sessions: sa.Table
    sign_in_links: sa.Table
    seats: sa.Table
    signals: sa.Table
    signal_numbers: sa.Table
    consents: sa.Table
    messages: sa.Table
    holds: sa.Table
    operations: sa.Table
    ledger: sa.Table
    receipts: sa.Table
    receipt_documents: sa.Table
    receipt_series: sa.Table
    ratings: sa.Table
    waiting_list: sa.Table
    audit: sa.Table
    inbox: sa.Table
    feeds: sa.Table


def tables(
    metadata: sa.MetaData | None = None, prefix: str = "", schema: str | None = None
) -> Tables:
    """Our tables in `metadata` (a new one without), under `prefix` and in `schema`."""
    metadata = sa.MetaData() if metadata is None else metadata
    make = Maker(metadata, prefix, schema)
    return Tables(
        metadata,
        prefix,
        schema,
        **clinic_tables(make),
        **booking_tables(make),
        **money_tables(make),
        **sign_in_tables(make),
        **_rest(make),
    )


def _rest(make: Maker) -> dict[str, sa.Table]:
    ratings = make.table(
        "ratings", text("appointment", personal="pseudonym", key=True), text("practitioner"),
        number("stars"), text("words", personal="words"), instant("rated_at"), rowid=True,
    )  # fmt: skip
    make.index(ratings, "practitioner")
    waiting = make.table(
        "waiting_list", text("id", personal="pseudonym", key=True), text("practitioner"),
        text("visit_type"), choice("mode", Mode), text("patient", personal="pseudonym"),
        instant("before"), instant("asked_at"), choice("state", WaitingState),
        text("offer", personal="pseudonym", null=True), text("declined"),
    )  # fmt: skip
    make.index(waiting, "practitioner asked_at")
    make.index(waiting, "patient")
    make.index(waiting, "offer", where="offer IS NOT NULL")
    audit = make.table(
        "audit", sequence(), instant("at"), choice("role", Role),
        text("actor", personal="pseudonym"), text("action"), text("subject", personal="pseudonym"),
        text("patient", personal="pseudonym", null=True), text("detail", personal="words"),
        rowid=True,
    )  # fmt: skip
    make.index(audit, "patient", where="patient IS NOT NULL")
    make.index(audit, "subject")
    make.index(audit, "at")
    inbox = make.table(
        "inbox", text("news", personal="pseudonym", key=True), text("ref", personal="pseudonym"),
        instant("at"), instant("taken_at", null=True),
    )  # fmt: skip
    make.index(inbox, "at", where="taken_at IS NULL")
    feeds = make.table(
        "feeds", text("id", personal="pseudonym", key=True), text("token_hash"),
        choice("role", Role), text("owner", personal="pseudonym"), number("generation"),
        instant("made_at"), instant("revoked_at", null=True),
    )  # fmt: skip
    make.index(feeds, "token_hash", unique=True)
    make.index(feeds, "owner")
    return {
        "feeds": feeds,
        "ratings": ratings,
        "waiting_list": waiting,
        "audit": audit,
        "inbox": inbox,
    }
