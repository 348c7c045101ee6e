"""Receipts, their series and what was printed of them. May import the nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, ReceiptNumber
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.stores import Receipts
from teleconsult_core.testing.fakes.drafts import Draft
from teleconsult_core.testing.fakes.kinds import DOCUMENTS, RECEIPTS, SERIES
from teleconsult_core.testing.fakes.shelves import BY_APPOINTMENT, Grouping, Ordering
from teleconsult_core.times import Interval

_BY_CAUSE: Grouping[Receipt] = Grouping(attrgetter("cause"))
_BY_PATIENT: Grouping[Receipt] = Grouping(attrgetter("patient"))
_BY_SERIES: Grouping[Receipt] = Grouping(lambda one: (one.issuer_id, one.number.rpartition("-")[0]))
_BY_ISSUE: Ordering[Receipt] = Ordering(lambda one: (None, one.issued_at))


class FakeReceipts:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._kept = draft.shelf(RECEIPTS)
        self._printed = draft.shelf(DOCUMENTS)

    def next_ordinal(self, issuer: PractitionerId, year: int) -> int:
        series = self._draft.shelf(SERIES)
        if series.add((issuer, year), 1):
            return 1
        ordinal = (series.get((issuer, year)) or 0) + 1
        series.put((issuer, year), ordinal)
        return ordinal

    def put(self, receipt: Receipt) -> None:
        self._kept.lock("cause", receipt.cause)
        same = self.by_cause(receipt.cause)
        if same is not None and same.number != receipt.number:
            raise self._kept.refuse(f"{receipt.cause} has receipt {same.number} already")
        self._kept.put(receipt.number, receipt)

    def get(self, number: ReceiptNumber) -> Receipt | None:
        return self._kept.get(number)

    def by_cause(self, cause: str) -> Receipt | None:
        return next(iter(self._kept.group(_BY_CAUSE, cause)), None)

    def of(self, appointment: AppointmentId) -> Sequence[Receipt]:
        return _by_issue(self._kept.group(BY_APPOINTMENT, appointment))

    def of_patient(self, patient: PatientId) -> Sequence[Receipt]:
        return _by_issue(self._kept.group(_BY_PATIENT, patient))

    def of_series(self, issuer: PractitionerId, year: int) -> Sequence[Receipt]:
        its = self._kept.group(_BY_SERIES, (issuer, f"{issuer}-{year}"))
        return sorted(its, key=_in_order)

    def issued(self, window: Interval) -> Sequence[Receipt]:
        return _by_issue(self._kept.span(_BY_ISSUE, least=window.start, below=window.end))

    def forget(self, issued_before: datetime) -> int:
        for receipt in self._kept.span(_BY_ISSUE, below=issued_before):
            self._printed.remove(receipt.number)
        return self._kept.forget(_BY_ISSUE, issued_before)

    def keep(self, document: ReceiptDocument) -> None:
        if self._kept.look(document.number) is None:
            raise self._kept.refuse(f"there is no receipt {document.number}")
        self._printed.add(document.number, document)

    def document(self, number: ReceiptNumber) -> ReceiptDocument | None:
        return self._printed.look(number)

    def documents_of(self, patient: PatientId) -> Sequence[ReceiptDocument]:
        numbers = sorted(one.number for one in self._kept.group(_BY_PATIENT, patient))
        found = (self._printed.look(number) for number in numbers)
        return [one for one in found if one is not None]

    def drop_document(self, number: ReceiptNumber) -> None:
        self._printed.remove(number)

    def unprinted(self, since: datetime, limit: int) -> Sequence[Receipt]:
        there = _by_issue(self._kept.span(_BY_ISSUE, least=since))
        return [one for one in there if self._printed.look(one.number) is None][:limit]


def _in_order(receipt: Receipt) -> tuple[int, str]:
    return len(receipt.number), receipt.number


def _by_issue(receipts: Iterable[Receipt]) -> list[Receipt]:
    return sorted(receipts, key=lambda one: (one.issued_at, *_in_order(one)))


if TYPE_CHECKING:
    _conforms: type[Receipts] = FakeReceipts
