"""Receipts, their gapless series and what was printed of them. Part of the store's contract."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from teleconsult_core.ids import PractitionerId, ReceiptNumber
from teleconsult_core.ports import PortMisused
from teleconsult_core.receipts import Receipt, ReceiptDocument, receipt_number
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    END,
    PATIENT,
    PRACTITIONER,
    a_receipt,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest
from teleconsult_core.times import Interval

OTHER = PractitionerId("dr-claes")
HOUR = timedelta(hours=1)
EVERY_BYTE = bytes(range(256)) * 300


def _numbered(
    ordinal: int, year: int = 2030, issuer: PractitionerId = PRACTITIONER, **changes: Any
) -> Receipt:
    number = receipt_number(issuer, year, ordinal)
    return a_receipt(number=number, issuer_id=issuer, cause=f"cause of {number}", **changes)


def _printed(receipt: Receipt, content: bytes = EVERY_BYTE) -> ReceiptDocument:
    return ReceiptDocument.of(receipt.number, content, END)


class ReceiptsContract(StoreUnderTest):
    def _next(self, issuer: PractitionerId = PRACTITIONER, year: int = 2030) -> int:
        with self.writing() as work:
            return work.receipts.next_ordinal(issuer, year)

    def test_numbers_count_from_one_in_each_series(self) -> None:
        assert [self._next(), self._next(), self._next()] == [1, 2, 3]
        assert [self._next(OTHER), self._next(year=2031), self._next()] == [1, 1, 4]

    def test_two_numbers_in_one_work_differ(self) -> None:
        with self.writing() as work:
            next_ordinal = work.receipts.next_ordinal
            assert [next_ordinal(PRACTITIONER, 2030), next_ordinal(PRACTITIONER, 2030)] == [1, 2]

    def test_a_number_that_was_not_committed_is_given_again(self) -> None:
        assert self._next() == 1
        with self.open_work() as work:
            assert work.receipts.next_ordinal(PRACTITIONER, 2030) == 2
        assert self._next() == 2

    def test_a_series_stands_in_the_order_of_its_numbers(self) -> None:
        series = [_numbered(ordinal) for ordinal in (1, 2, 10, 100_000)]
        with self.writing() as work:
            for one in (*reversed(series), _numbered(1, 2031), _numbered(3, 2030, OTHER)):
                work.receipts.put(one)
        with self.reading() as work:
            assert list(work.receipts.of_series(PRACTITIONER, 2030)) == series

    def test_the_year_of_a_series_is_not_the_beginning_of_another(self) -> None:
        longer = PractitionerId(f"{PRACTITIONER}-2030")
        with self.writing() as work:
            work.receipts.put(_numbered(1))
            work.receipts.put(_numbered(1, 2030, longer))
        with self.reading() as work:
            assert list(work.receipts.of_series(PRACTITIONER, 2030)) == [_numbered(1)]

    def test_one_cause_has_one_receipt(self) -> None:
        with self.writing() as work:
            work.receipts.put(a_receipt())
        with self.open_work() as work, pytest.raises(PortMisused):
            work.receipts.put(a_receipt(number=ReceiptNumber("another")))
        with self.reading() as work:
            assert work.receipts.by_cause(a_receipt().cause) == a_receipt()
            assert work.receipts.by_cause("another") is None

    def test_a_receipt_is_replaced_by_its_number(self) -> None:
        with self.writing() as work:
            work.receipts.put(a_receipt())
            work.receipts.put(a_receipt().without_name())
        with self.reading() as work:
            assert list(work.receipts.of(APPOINTMENT)) == [a_receipt().without_name()]

    def test_an_appointments_and_a_patients_receipts_by_issue(self) -> None:
        late = a_receipt(number=ReceiptNumber("a"), issued_at=END + timedelta(days=1), cause="a")
        early = a_receipt(number=ReceiptNumber("z"), cause="z")
        other = a_receipt(
            number=ReceiptNumber("other"), cause="o", patient="another", appointment="another"
        )
        with self.writing() as work:
            for one in (late, other, early):
                work.receipts.put(one)
        with self.reading() as work:
            assert list(work.receipts.of(APPOINTMENT)) == [early, late]
            assert list(work.receipts.of_patient(PATIENT)) == [early, late]

    def test_forgetting_what_was_issued_before(self) -> None:
        kept = a_receipt()
        gone = a_receipt(
            number=ReceiptNumber("old"), cause="old", issued_at=END - timedelta(seconds=1)
        )
        with self.writing() as work:
            work.receipts.put(kept)
            work.receipts.put(gone)
        with self.writing() as work:
            assert work.receipts.forget(END) == 1
            assert work.receipts.forget(END) == 0
        with self.reading() as work:
            assert list(work.receipts.of(APPOINTMENT)) == [kept]

    def test_what_was_issued_in_a_window_by_issue(self) -> None:
        at_end = _numbered(1, issued_at=END + HOUR)
        late = _numbered(2, issued_at=END + HOUR / 2)
        early = _numbered(3, issuer=OTHER, issued_at=END)
        before = _numbered(4, issued_at=END - timedelta(microseconds=1))
        with self.writing() as work:
            for one in (at_end, late, early, before):
                work.receipts.put(one)
        with self.reading() as work:
            assert list(work.receipts.issued(Interval(END, END + HOUR))) == [early, late]

    def test_a_document_is_given_back_to_the_byte(self) -> None:
        with self.writing() as work:
            work.receipts.put(a_receipt())
            work.receipts.keep(_printed(a_receipt()))
            assert work.receipts.document(a_receipt().number) == _printed(a_receipt())
        with self.reading() as work:
            found = work.receipts.document(a_receipt().number)
            assert found == _printed(a_receipt())
            assert found.content == EVERY_BYTE
            assert found.intact
            assert work.receipts.document(ReceiptNumber("another")) is None

    def test_the_first_document_of_a_number_stays(self) -> None:
        with self.writing() as work:
            work.receipts.put(a_receipt())
            work.receipts.keep(_printed(a_receipt()))
        with self.writing() as work:
            work.receipts.keep(_printed(a_receipt(), b"another"))
            work.receipts.put(a_receipt().without_name())
        with self.reading() as work:
            assert work.receipts.document(a_receipt().number) == _printed(a_receipt())

    def test_a_document_of_no_receipt_is_refused(self) -> None:
        with self.open_work() as work, pytest.raises(PortMisused):
            work.receipts.keep(_printed(a_receipt()))

    def test_documents_of_a_patient_can_be_dropped_and_printed_again(self) -> None:
        mine, other = _numbered(1), _numbered(2, patient="another")
        with self.writing() as work:
            for one in (mine, other):
                work.receipts.put(one)
                work.receipts.keep(_printed(one))
        with self.writing() as work:
            assert list(work.receipts.documents_of(PATIENT)) == [_printed(mine)]
            work.receipts.drop_document(mine.number)
            work.receipts.drop_document(mine.number)
        with self.writing() as work:
            assert list(work.receipts.documents_of(PATIENT)) == []
            work.receipts.keep(_printed(mine, b"anew"))
        with self.reading() as work:
            assert list(work.receipts.documents_of(PATIENT)) == [_printed(mine, b"anew")]

    def test_the_unprinted_since_a_moment_oldest_first(self) -> None:
        old = _numbered(1, issued_at=END - timedelta(microseconds=1))
        third, first, second = (_numbered(n, issued_at=END + n % 3 * HOUR) for n in (2, 3, 4))
        printed = _numbered(5, issued_at=END)
        with self.writing() as work:
            for one in (old, third, first, second, printed):
                work.receipts.put(one)
            work.receipts.keep(_printed(printed))
        with self.reading() as work:
            assert list(work.receipts.unprinted(END, 10)) == [first, second, third]
            assert list(work.receipts.unprinted(END, 2)) == [first, second]

    def test_documents_go_with_their_receipts(self) -> None:
        with self.writing() as work:
            work.receipts.put(a_receipt())
            work.receipts.keep(_printed(a_receipt()))
        with self.writing() as work:
            assert work.receipts.forget(END + HOUR) == 1
        with self.reading() as work:
            assert work.receipts.document(a_receipt().number) is None
            assert list(work.receipts.documents_of(PATIENT)) == []
