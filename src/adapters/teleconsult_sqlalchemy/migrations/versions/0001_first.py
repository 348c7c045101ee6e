"""The first tables, as they were when they were first released; never edited afterwards.

A frozen copy in the words of `columns` and `table_making`: `tables()` moves on, this does not.
A test compares the two, so the next difference needs the next migration.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable, conv

from teleconsult_sqlalchemy.columns import choice, content, flag, instant, number, sequence, text
from teleconsult_sqlalchemy.table_making import Maker, among

revision = "0001"
down_revision = None

ROLES = "patient practitioner support operator system"
MODES = "video in-person"
ACCOUNTS = "patient-card promised card-network platform-fee disputed"
HOLD_STATES = (
    "authorising awaiting-patient declined held lapsed capturing captured releasing released "
    "partly-refunded refunded disputed won lost"
)
TAKING = ("capturing", "captured", "partly-refunded", "refunded", "disputed", "won", "lost")
KINDS = (
    "booked please-confirm waiting-offer reminder last-reminder practitioner-link authorize "
    "card-declined lapsed cancelled moved practitioner-absent decide charged nothing-charged "
    "no-show-charged refunded rate unbilled charge-failed disputed allowance-low "
    "allowance-used link-again payment-stuck charge-at-risk refund-came-back undelivered sign-in"
)

FILLED = {
    "reserved": "deadline",
    "awaiting-confirmation": "deadline",
    "confirmed": "confirmed_at",
    "completed": "completed_at amount_minor amount_currency",
    "no-show": "decided_at amount_minor amount_currency decided_by",
    "cancelled": "cancelled_at cancelled_by amount_minor amount_currency absent",
    "lapsed": "lapsed_at",
}


def upgrade() -> None:
    for table in _first_tables().sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(_first_tables().sorted_tables):
        op.execute(DropTable(table))


def _first_tables() -> sa.MetaData:
    options = op.get_context().opts
    make = Maker(sa.MetaData(), options["prefix"], options["schema"])
    parts = (
        _appointments,
        _what_goes_with_them,
        _messages,
        _money,
        _receipts,
        _clinic,
        _people,
        _sign_ins,
    )
    for part in parts:
        part(make)
    return make.metadata


def _appointments(make: Maker) -> None:
    made = make.table(
        "appointments", *_texts("id"), _word("state", " ".join(FILLED)),
        *_texts("practitioner patient visit_type"), _word("mode", MODES),
        *_times("starts ends blocks_until"), *_numbers("fee_minor"), *_texts("fee_currency"),
        *_flags("card_required"), _word("origin", "patient practitioner waiting-list"),
        *_times("booked_at"), *_numbers("sequence"),
        *_times("deadline confirmed_at completed_at decided_at", null=True),
        *_texts("decided_by", null=True), *_times("cancelled_at", null=True),
        _word("cancelled_by", ROLES, null=True), *_flags("absent", null=True),
        *_times("lapsed_at", null=True), *_numbers("amount_minor", null=True),
        *_texts("amount_currency", null=True), *(_state_check(state) for state in FILLED),
        key="id",
    )  # fmt: skip
    make.index(made, "deadline", where="state IN ('reserved', 'awaiting-confirmation')")
    make.index(made, "ends", where="state = 'confirmed'")
    make.index(made, "patient")
    make.index(made, "practitioner starts")
    made = make.table(
        "appointment_ticks", *_texts("practitioner"), *_numbers("tick"), _appointment(make),
        key="practitioner tick",
    )  # fmt: skip
    make.index(made, "appointment")


def _what_goes_with_them(make: Maker) -> None:
    made = make.table(
        "attendance", sequence(), _appointment(make), *_times("at"), _word("role", ROLES),
        _word("seen", "entered left trouble"), *_texts("device"), rowid=True,
    )  # fmt: skip
    make.index(made, "appointment")
    made = make.table(
        "links", *_texts("id token_hash"), _appointment(make), *_numbers("sequence"),
        _word("role", ROLES), _word("purpose", "join confirm authorize account rate decide"),
        *_times("opens_at expires_at"), *_numbers("generation"), *_times("revoked_at", null=True),
        key="id",
    )  # fmt: skip
    make.index(made, "appointment")
    make.index(made, "token_hash", unique=True)
    made = make.table(
        "seats", _appointment(make), *_numbers("sequence"), _word("role", ROLES), *_texts("device"),
        *_numbers("epoch"), *_times("taken_at last_seen"),
        *_times("admitted_at left_at", null=True), *_flags("ended"), key="appointment role",
    )  # fmt: skip
    make.index(made, "appointment", where="left_at IS NULL")
    make.table(
        "signals", _appointment(make), *_numbers("number"), _word("addressee", ROLES),
        *_numbers("from_epoch to_epoch"), *_texts("body"), *_times("at"),
        key="appointment number", rowid=True,
    )  # fmt: skip
    make.table("signal_numbers", _appointment(make), *_numbers("last"), key="appointment")
    make.table(
        "consents", _appointment(make), *_numbers("attempt amount_minor"),
        *_texts("amount_currency version language words"), *_times("given_at"),
        key="appointment attempt",
    )  # fmt: skip


def _messages(make: Maker) -> None:
    made = make.table(
        "messages", *_texts("id"), _word("kind", KINDS), _word("channel", "sms email"),
        _word("recipient", "patient practitioner practice"), *_texts("practitioner"),
        *_times("due_at useful_until"), _appointment(make, null=True),
        *_texts("patient", null=True), *_numbers("sequence"), *_flags("exempt"),
        *_numbers("amount", null=True), *_texts("about"),
        _word("state", "planned sent dropped parked"), *_numbers("attempts"),
        *_times("not_before", null=True), *_times("ready_at"),
        *_times("leased_until done_at", null=True),
        *_numbers("segments"), *_texts("note ref"),
        _word("delivery", "unknown delivered failed"), *_times("delivery_at", null=True),
        key="id",
    )  # fmt: skip
    make.index(made, "ref", where="ref <> ''")
    make.index(made, "appointment")
    make.index(made, "channel due_at", where="state = 'parked'")
    make.index(made, "channel ready_at id", where="state = 'planned'")
    make.index(made, "due_at", where="state = 'planned'")
    make.index(made, "practitioner done_at", where="segments > 0")


def _money(make: Maker) -> None:
    made = make.table(
        "holds", *_texts("id appointment"), *_numbers("attempt amount_minor"),
        *_texts("amount_currency"), _word("state", HOLD_STATES), *_times("placed_at"),
        *_texts("ref", null=True), *_times("until", null=True),
        _word("brand", "visa mastercard american-express other", null=True), *_texts("last4"),
        *_numbers("captured_minor refunded_minor"), *_texts("reason"),
        *_texts("account", null=True), *_numbers("fee_minor"), key="id",
    )  # fmt: skip
    make.index(made, "appointment attempt")
    make.index(made, "appointment", where=among(TAKING), unique=True)
    make.index(made, "ref", where="ref IS NOT NULL")
    make.index(made, "until", where="state IN ('held', 'awaiting-patient')")
    made = make.table(
        "operations", *_texts("id"), _word("verb", "authorise capture release refund"),
        *_texts("hold appointment"), *_numbers("amount_minor"), *_texts("amount_currency"),
        *_times("created_at"), *_texts("card", null=True), *_flags("present"),
        *_numbers("fee_minor", null=True), *_texts("refund", null=True), *_texts("reason"),
        *_numbers("repeat"),
        _word("state", "intended done failed parked"), *_numbers("attempts"),
        *_times("not_before", null=True), *_times("ready_at"),
        *_times("leased_until settled_at", null=True), *_texts("outcome"), key="id",
    )  # fmt: skip
    make.index(made, "created_at verb", where="state = 'parked'")
    make.index(made, "created_at", where="state = 'intended'")
    make.index(made, "ready_at", where="state = 'intended'")
    make.index(made, "hold")
    made = make.table(
        "ledger", sequence(), *_texts("key"), *_times("at"), *_texts("appointment hold"),
        _word("debit", ACCOUNTS), _word("credit", ACCOUNTS), *_numbers("amount_minor"),
        *_texts("amount_currency"), rowid=True,
    )  # fmt: skip
    make.index(made, "appointment")
    make.index(made, "at")
    make.index(made, "key", unique=True)


def _receipts(make: Maker) -> None:
    made = make.table(
        "receipts", *_texts("number"), _word("kind", "receipt statement indemnity credit-note"),
        *_texts("issuer_id issuer_name issuer_address issuer_number issuer_tax_note"),
        *_texts("issuer_identifiers issuer_country"), *_flags("issuer_vat_exempt"),
        *_texts("patient patient_name appointment"), *_texts("hold", null=True),
        *_numbers("amount_minor"), *_texts("amount_currency"), *_times("service_at issued_at"),
        *_texts("language cause"), *_texts("corrects", null=True), *_texts("reason"),
        key="number", rowid=True,
    )  # fmt: skip
    make.index(made, "appointment")
    make.index(made, "cause", unique=True)
    make.index(made, "issued_at")
    make.index(made, "issuer_id")
    make.index(made, "patient")
    make.table(
        "receipt_documents", text("number", make.of("receipts", "number")), content("content"),
        *_texts("sha256"), *_times("printed_at"), key="number", rowid=True,
    )  # fmt: skip
    make.table("receipt_series", *_texts("issuer"), *_numbers("year last"), key="issuer year")


def _clinic(make: Maker) -> None:
    described = {
        "practices": "id", "practitioners": "id", "schedules": "practitioner",
        "payout_accounts": "practitioner",
    }  # fmt: skip
    for name, key in described.items():
        columns = (*_texts(key), *_numbers("form"), *_texts("document"))
        make.table(name, *columns, key=key, rowid=True)
    made = make.table(
        "visit_types", *_texts("id practitioner"), *_numbers("form"), *_texts("document"),
        key="id", rowid=True,
    )  # fmt: skip
    make.index(made, "practitioner")
    made = make.table(
        "unavailabilities", *_texts("id practitioner"), _word("mode", MODES),
        *_times("starts ends"), *_texts("source"), key="id",
    )  # fmt: skip
    make.index(made, "practitioner ends")


def _people(make: Maker) -> None:
    made = make.table(
        "patients", *_texts("id"),
        *_texts("name name_folded phone email email_folded language address zone", null=True),
        *_times("erased_at", null=True), _erased(), key="id", rowid=True,
    )  # fmt: skip
    make.index(made, "email")
    make.index(made, "email_folded")
    make.index(made, "phone")
    made = make.table(
        "ratings", *_texts("appointment practitioner"), *_numbers("stars"), *_texts("words"),
        *_times("rated_at"), key="appointment", rowid=True,
    )  # fmt: skip
    make.index(made, "practitioner")
    made = make.table(
        "waiting_list", *_texts("id practitioner visit_type"), _word("mode", MODES),
        *_texts("patient"), *_times("before asked_at"),
        _word("state", "waiting offered served left"), *_texts("offer", null=True),
        *_texts("declined"), key="id",
    )  # fmt: skip
    make.index(made, "offer", where="offer IS NOT NULL")
    make.index(made, "patient")
    make.index(made, "practitioner asked_at")
    made = make.table(
        "audit", sequence(), *_times("at"), _word("role", ROLES), *_texts("actor action subject"),
        *_texts("patient", null=True), *_texts("detail"), rowid=True,
    )  # fmt: skip
    make.index(made, "at")
    make.index(made, "patient", where="patient IS NOT NULL")
    make.index(made, "subject")
    made = make.table(
        "feeds", *_texts("id token_hash"), _word("role", ROLES), *_texts("owner"),
        *_numbers("generation"), *_times("made_at"), *_times("revoked_at", null=True), key="id",
    )  # fmt: skip
    make.index(made, "owner")
    make.index(made, "token_hash", unique=True)
    made = make.table(
        "inbox", *_texts("news ref"), *_times("at"), *_times("taken_at", null=True), key="news",
    )  # fmt: skip
    make.index(made, "at", where="taken_at IS NULL")


def _sign_ins(make: Maker) -> None:
    made = make.table(
        "staff", *_texts("id"), _word("role", ROLES), *_texts("practitioner", null=True),
        *_texts("email password_hash totp_secret"), *_numbers("last_step failures"),
        *_times("locked_until", null=True), *_flags("active"), key="id",
    )  # fmt: skip
    make.index(made, "email", unique=True)
    made = make.table(
        "sessions", *_texts("token_hash"), _word("role", ROLES), *_texts("actor email"),
        *_texts("staff", null=True), *_times("made_at last_seen"), key="token_hash",
    )  # fmt: skip
    make.index(made, "actor")
    make.index(made, "email", where="email <> ''")
    make.index(made, "made_at")
    made = make.table(
        "sign_in_links", *_texts("id token_hash browser_hash email"), *_times("made_at"),
        *_times("used_at", null=True), key="id",
    )  # fmt: skip
    make.index(made, "email made_at")
    make.index(made, "made_at")
    make.index(made, "token_hash", unique=True)
    made = make.table(
        "passkeys", *_texts("id staff name public_key"), *_numbers("uses"), *_times("made_at"),
        *_times("used_at", null=True), key="id",
    )  # fmt: skip
    make.index(made, "staff made_at")
    made = make.table(
        "challenges", *_texts("hash"), *_times("made_at"), *_texts("staff", null=True), key="hash",
    )  # fmt: skip
    make.index(made, "made_at")


def _texts(names: str, *, null: bool = False) -> Iterable[Any]:
    return [text(name, null=null) for name in names.split()]


def _numbers(names: str, *, null: bool = False) -> Iterable[Any]:
    return [number(name, null=null) for name in names.split()]


def _times(names: str, *, null: bool = False) -> Iterable[Any]:
    return [instant(name, null=null) for name in names.split()]


def _flags(names: str, *, null: bool = False) -> Iterable[Any]:
    return [flag(name, null=null) for name in names.split()]


def _word(name: str, among: str, *, null: bool = False) -> Any:
    return choice(name, among.split(), null=null)


def _appointment(make: Maker, *, null: bool = False) -> Any:
    return text("appointment", make.of("appointments"), null=null)


def _state_check(state: str) -> sa.CheckConstraint:
    filled = FILLED[state].split()
    either = ["decided_by"] if state == "completed" else []
    every = sorted({name for names in FILLED.values() for name in names.split()} - set(either))
    rules = (f"{name} IS {'NOT NULL' if name in filled else 'NULL'}" for name in every)
    return sa.CheckConstraint(
        f"state <> '{state}' OR ({' AND '.join(rules)})",
        name=conv(f"{state.replace('-', '_')}_columns"),
    )


def _erased() -> sa.CheckConstraint:
    names = ("name", "name_folded", "phone", "email", "email_folded", "language", "address", "zone")
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    gone = " AND ".join(f"{name} IS NULL" for name in names)
    return sa.CheckConstraint(
        f"(erased_at IS NULL AND {whole}) OR (erased_at IS NOT NULL AND {gone})",
        name=conv("erased_or_whole"),
    )
