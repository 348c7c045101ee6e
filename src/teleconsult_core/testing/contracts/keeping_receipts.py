"""Receipts and their gapless series. Part of the store's contract."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teleconsult_core.ids import PractitionerId, ReceiptNumber
from teleconsult_core.ports import PortMisused
from teleconsult_core.receipts import Receipt, receipt_number
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    END,
    PATIENT,
    PRACTITIONER,
    a_receipt,
)
from teleconsult_core.testing.contracts.store_under_test import StoreUnderTest

OTHER = PractitionerId("dr-claes")


def _numbered(ordinal: int, year: int = 2030, issuer: PractitionerId = PRACTITIONER) -> Receipt:
    number = receipt_number(issuer, year, ordinal)
    return a_receipt(number=number, issuer_id=issuer, cause=f"cause of {number}")


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
