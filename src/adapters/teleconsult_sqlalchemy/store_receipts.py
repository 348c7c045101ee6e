"""Receipts and their gapless series. May import mapping, statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, ReceiptNumber
from teleconsult_core.receipts import Receipt
from teleconsult_core.stores import Receipts
from teleconsult_sqlalchemy.mapping_payments import receipt_from, receipt_row
from teleconsult_sqlalchemy.running import Running
from teleconsult_sqlalchemy.statements import Compiler, Row, given
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
        self.forget = make.change(
            sa.delete(t).where(t.c.issued_at < given("moment", t.c.issued_at))
        )


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

    def forget(self, issued_before: datetime) -> int:
        return self._run.count(self._sql.forget, {"moment": issued_before})


def _receipts(rows: Iterable[Row]) -> list[Receipt]:
    return [receipt_from(row) for row in rows]


if TYPE_CHECKING:
    _conforms: type[Receipts] = SqlReceipts
