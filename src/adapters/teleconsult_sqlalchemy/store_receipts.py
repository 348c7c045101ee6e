"""Receipts, their gapless series and what was printed of them. May import mapping, statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, ReceiptNumber
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.stores import Receipts
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy.mapping_payments import (
    document_from,
    document_row,
    receipt_from,
    receipt_row,
)
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import LIMIT, Compiler, Row, given
from teleconsult_sqlalchemy.tables import Tables


class ReceiptStatements:
    def __init__(self, tables: Tables, make: Compiler) -> None:
        t = tables.receipts
        every = sa.select(t)
        in_order = t.c.issuer_id, sa.func.length(t.c.number), t.c.number
        series = given("series", t.c.number)
        begins = sa.func.substr(t.c.number, 1, sa.func.length(series)) == series
        self.next_ordinal = make.counter(tables.receipt_series, "last")
        self.put = make.upsert(t)
        self.get = make.select(every.where(t.c.number == given("number", t.c.number)), lock=t)
        self.by_cause = make.select(every.where(t.c.cause == given("cause", t.c.cause)))
        self.of = make.select(
            every.where(t.c.appointment == given("appointment", t.c.appointment))
            .order_by(t.c.issued_at, *in_order)
        )  # fmt: skip
        self.of_patient = make.select(
            every.where(t.c.patient == given("patient", t.c.patient))
            .order_by(t.c.issued_at, *in_order)
        )  # fmt: skip
        self.of_series = make.select(
            every.where(t.c.issuer_id == given("issuer", t.c.issuer_id), begins).order_by(*in_order)
        )
        self.issued = make.select(
            every.where(
                t.c.issued_at >= given("start", t.c.issued_at),
                t.c.issued_at < given("end", t.c.issued_at),
            )
            .order_by(t.c.issued_at, *in_order)
        )  # fmt: skip
        self.forget = make.change(
            sa.delete(t).where(t.c.issued_at < given("moment", t.c.issued_at))
        )
        self._documents(tables, make)

    def _documents(self, tables: Tables, make: Compiler) -> None:
        t, d = tables.receipts, tables.receipt_documents
        same = d.c.number == t.c.number
        named = d.c.number == given("number", d.c.number)
        self.keep = make.insert_new(d)
        self.document = make.select(sa.select(d).where(named))
        self.documents_of = make.select(
            sa.select(d).join(t, same).where(t.c.patient == given("patient", t.c.patient))
            .order_by(d.c.number)
        )  # fmt: skip
        self.drop_document = make.change(sa.delete(d).where(named))
        self.unprinted = make.select(
            sa.select(t)
            .where(
                t.c.issued_at >= given("since", t.c.issued_at),
                ~sa.exists().where(same).correlate(t),
            )
            .order_by(t.c.issued_at, sa.func.length(t.c.number), t.c.number)
            .limit(LIMIT)
        )  # fmt: skip


class SqlReceipts:
    def __init__(self, run: Running, sql: ReceiptStatements) -> None:
        self._run, self._sql = run, sql

    def next_ordinal(self, issuer: PractitionerId, year: int) -> int:
        # The counter's row is locked until the commit, so numbers are given out one after another.
        rows = self._run.change(self._sql.next_ordinal, issuer=issuer, year=year)
        return int(rows[0]["last"])

    def put(self, receipt: Receipt) -> None:
        self._run.write_now(self._sql.put, receipt_row(receipt))

    def get(self, number: ReceiptNumber) -> Receipt | None:
        row = self._run.one_locked(self._sql.get, number=number)
        return receipt_from(row) if row else None

    def by_cause(self, cause: str) -> Receipt | None:
        row = self._run.one(self._sql.by_cause, cause=cause)
        return receipt_from(row) if row else None

    def of(self, appointment: AppointmentId) -> Sequence[Receipt]:
        return _receipts(self._run.rows(self._sql.of, appointment=appointment))

    def of_patient(self, patient: PatientId) -> Sequence[Receipt]:
        return _receipts(self._run.rows(self._sql.of_patient, patient=patient))

    def of_series(self, issuer: PractitionerId, year: int) -> Sequence[Receipt]:
        rows = self._run.rows(self._sql.of_series, issuer=issuer, series=f"{issuer}-{year}-")
        return _receipts(rows)

    def issued(self, window: Interval) -> Sequence[Receipt]:
        return _receipts(self._run.rows(self._sql.issued, start=window.start, end=window.end))

    def forget(self, issued_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": issued_before})

    def keep(self, document: ReceiptDocument) -> None:
        self._run.write_now(self._sql.keep, document_row(document))

    def document(self, number: ReceiptNumber) -> ReceiptDocument | None:
        row = self._run.one(self._sql.document, number=number)
        return document_from(row) if row else None

    def documents_of(self, patient: PatientId) -> Sequence[ReceiptDocument]:
        rows = self._run.rows(self._sql.documents_of, patient=patient)
        return [document_from(row) for row in rows]

    def drop_document(self, number: ReceiptNumber) -> None:
        self._run.write(self._sql.drop_document, {"number": number})

    def unprinted(self, since: datetime, limit: int) -> Sequence[Receipt]:
        return _receipts(self._run.rows(self._sql.unprinted, since=since, limit=limit))


def _receipts(rows: Iterable[Row]) -> list[Receipt]:
    return [receipt_from(row) for row in rows]


if TYPE_CHECKING:
    _conforms: type[Receipts] = SqlReceipts
