"""The accountant's table: it reads back as it was, and no cell of it computes anything."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.accounts import signed
from teleconsult_core.money import Money
from teleconsult_core.people import Issuer
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.testing.builders import a_receipt
from teleconsult_core.testing.strategies import receipts
from teleconsult_documents import as_csv
from teleconsult_documents.as_csv import COLUMNS, harmless

ZONE = "Europe/Brussels"
DANGEROUS = "=+-@\t\r\n"


def rows(table: bytes, *, excel: bool = False) -> list[dict[str, str]]:
    text = table.decode("utf-8-sig" if excel else "utf-8")
    delimiter = ";" if excel else ","
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=delimiter))


@given(st.lists(receipts(), max_size=5), st.booleans())
def test_every_document_reads_back(documents: list[Receipt], excel: bool) -> None:
    table = as_csv(documents, zone_name=ZONE, patients=True, excel=excel)
    found = rows(table, excel=excel)
    assert len(found) == len(documents)
    for row, one in zip(found, documents, strict=True):
        assert row["kind"] == one.kind.value
        assert row["number"] == harmless(one.number)
        assert row["issuer"] == harmless(one.issuer.name)
        assert row["patient"] == harmless(one.patient_name)
        amount = Decimal(row["amount"].replace(",", ".")) if excel else Decimal(row["amount"])
        assert abs(amount) == Decimal(one.amount.decimal)
        assert (amount < 0) == (signed(one) < 0)


@given(st.text(max_size=40))
def test_no_text_begins_like_a_formula(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(tuple(DANGEROUS))
    assert cell.removeprefix("'" if text[:1] in DANGEROUS and text else "") == text


@given(
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20),
    st.sampled_from("=+-@"),
    st.booleans(),
)
def test_a_name_is_never_a_formula(rest: str, sign: str, excel: bool) -> None:
    hostile = evolve(
        a_receipt(), patient_name=f"{sign}{rest}", issuer=Issuer(name=f"{sign}{rest}".strip())
    )
    table = as_csv([hostile], zone_name=ZONE, patients=True, excel=excel)
    for row in rows(table, excel=excel):
        sums = {row.pop("amount")}
        assert not [cell for cell in row.values() if cell.startswith(tuple(DANGEROUS))]
        assert all(re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", one) for one in sums)


def test_the_lines_are_as_rfc_4180_wants_them() -> None:
    quoted = evolve(a_receipt(), issuer=Issuer(name='Dr "Peeters", Bruxelles'))
    assert as_csv([quoted], zone_name=ZONE) == (
        b"number,issued,kind,issuer,amount,currency,corrects\r\n"
        b'dr-peeters-2030-00001,2030-01-09,receipt,"Dr ""Peeters"", Bruxelles",45.00,EUR,\r\n'
    )


def test_excel_is_given_what_it_opens() -> None:
    number = a_receipt().number
    credit = evolve(
        a_receipt(), kind=ReceiptKind.CREDIT_NOTE, corrects=number, amount=Money(12_34, "EUR")
    )
    table = as_csv([credit], zone_name=ZONE, excel=True)
    assert table.startswith(b"\xef\xbb\xbfnumber;issued;")
    assert table.decode().endswith(f";-12,34;EUR;{number}\r\n")


@pytest.mark.parametrize(
    ("issued", "day"),
    [
        (datetime(2027, 3, 31, 21, 59, tzinfo=UTC), "2027-03-31"),
        (datetime(2027, 3, 31, 22, 0, tzinfo=UTC), "2027-04-01"),
    ],
)
def test_days_are_the_practices(issued: datetime, day: str) -> None:
    (row,) = rows(as_csv([evolve(a_receipt(), issued_at=issued)], zone_name=ZONE))
    assert row["issued"] == day


def test_without_being_asked_no_patient_and_never_a_reason() -> None:
    told = evolve(a_receipt(), reason="his migraine", patient_name="Zoë D'Hondt")
    plain, with_names = (as_csv([told], zone_name=ZONE, patients=asked) for asked in (False, True))
    assert tuple(rows(plain)[0]) == COLUMNS
    assert "Zoë".encode() not in plain
    assert "Zoë D'Hondt".encode() in with_names
    assert b"migraine" not in with_names
