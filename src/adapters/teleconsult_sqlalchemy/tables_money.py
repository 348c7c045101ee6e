"""The tables of money: holds, operations, ledger, receipts. May import the core's enums, columns.

What the law keeps longer than the appointment names it without a foreign key.
"""

from __future__ import annotations

import sqlalchemy as sa

from teleconsult_core.holds import CardBrand, HoldState
from teleconsult_core.ledger import Account
from teleconsult_core.payments import OperationState, Verb
from teleconsult_core.receipts import ReceiptKind
from teleconsult_sqlalchemy.columns import (
    choice,
    content,
    flag,
    instant,
    money,
    number,
    sequence,
    text,
)
from teleconsult_sqlalchemy.table_making import Maker, among

TAKING_STATES = (
    "capturing", "captured", "partly-refunded", "refunded", "disputed", "won", "lost",
)  # fmt: skip
"""States of a hold whose money is or was being taken; one hold per appointment at most."""

WAITING_HOLDS = ("held", "awaiting-patient")


def money_tables(make: Maker) -> dict[str, sa.Table]:
    holds = make.table(
        "holds",
        text("id", personal="pseudonym", key=True),
        text("appointment", personal="pseudonym"),
        number("attempt"),
        *money("amount"),
        choice("state", HoldState),
        instant("placed_at"),
        text("ref", personal="pseudonym", null=True),
        instant("until", null=True),
        choice("brand", CardBrand, null=True),
        text("last4", personal="accounting"),
        number("captured_minor", personal="accounting"),
        number("refunded_minor", personal="accounting"),
        text("reason", personal="words"),
        text("account", null=True),
        number("fee_minor", personal="accounting"),
    )
    make.index(holds, "appointment", where=among(TAKING_STATES), unique=True)
    make.index(holds, "appointment attempt")
    make.index(holds, "ref", where="ref IS NOT NULL")
    make.index(holds, "until", where=among(WAITING_HOLDS))
    operations = make.table(
        "operations",
        text("id", personal="pseudonym", key=True),
        choice("verb", Verb),
        text("hold", personal="pseudonym"),
        text("appointment", personal="pseudonym"),
        *money("amount"),
        instant("created_at"),
        text("card", personal="accounting", null=True),
        flag("present"),
        number("fee_minor", personal="accounting", null=True),
        text("refund", null=True),
        text("reason", personal="words"),
        number("repeat"),
        choice("state", OperationState),
        number("attempts"),
        instant("not_before", null=True),
        instant("ready_at"),
        instant("leased_until", null=True),
        instant("settled_at", null=True),
        text("outcome"),
    )
    make.index(operations, "hold")
    make.index(operations, "created_at", where="state = 'intended'")
    make.index(operations, "ready_at", where="state = 'intended'")
    make.index(operations, "created_at verb", where="state = 'parked'")
    ledger = make.table(
        "ledger", sequence(), text("key"), instant("at"),
        text("appointment", personal="pseudonym"), text("hold", personal="pseudonym"),
        choice("debit", Account), choice("credit", Account), *money("amount"), rowid=True,
    )  # fmt: skip
    make.index(ledger, "key", unique=True)
    make.index(ledger, "appointment")
    make.index(ledger, "at")
    return {
        "holds": holds,
        "operations": operations,
        "ledger": ledger,
        "receipts": _receipts(make),
        "receipt_documents": make.table(
            "receipt_documents",
            text("number", make.of("receipts", "number"), key=True),
            content("content", personal="identity"),
            text("sha256"),
            instant("printed_at"),
            rowid=True,
        ),
        "receipt_series": make.table(
            "receipt_series", text("issuer"), number("year"), number("last"), key="issuer year"
        ),
    }


def _receipts(make: Maker) -> sa.Table:
    receipts = make.table(
        "receipts",
        text("number", key=True),
        choice("kind", ReceiptKind),
        text("issuer_id"),
        text("issuer_name"),
        text("issuer_address"),
        text("issuer_number"),
        text("issuer_tax_note"),
        text("issuer_identifiers"),
        text("issuer_country"),
        flag("issuer_vat_exempt"),
        text("patient", personal="pseudonym"),
        text("patient_name", personal="identity"),
        text("appointment", personal="pseudonym"),
        text("hold", personal="pseudonym", null=True),
        *money("amount"),
        instant("service_at", personal="accounting"),
        instant("issued_at"),
        text("language"),
        text("cause", personal="pseudonym"),
        text("corrects", null=True),
        text("reason", personal="words"),
        rowid=True,
    )
    make.index(receipts, "cause", unique=True)
    make.index(receipts, "appointment")
    make.index(receipts, "patient")
    make.index(receipts, "issuer_id")
    make.index(receipts, "issued_at")
    return receipts
