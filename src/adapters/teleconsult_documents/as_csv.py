"""Documents as the lines of a table for an accountant (RFC 4180, UTF-8). May import the core.

A text that a spreadsheet would take for a formula begins with an apostrophe, so that a patient
called `=HYPERLINK(…)` stays a name. Sums are numbers of our own making and stay numbers. The fee
of the card network is not known here, so it has no column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from teleconsult_core.accounts import signed
from teleconsult_core.money import Money
from teleconsult_core.receipts import Receipt
from teleconsult_core.times import zone

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = ("number", "issued", "kind", "issuer", "amount", "currency", "corrects")


def as_csv(
    documents: Iterable[Receipt], *, zone_name: str, patients: bool = False, excel: bool = False
) -> bytes:
    """One line a document; days are those of the practice's IANA zone.

    With `patients` their names have a column. With `excel` it is what Excel set to French or Dutch
    opens by a double click: a byte order mark, semicolons, decimal commas.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow((*COLUMNS, *(["patient"] if patients else [])))
    for one in documents:
        writer.writerow(_line(one, zone_name, patients=patients, comma=excel))
    return text.getvalue().encode("utf-8-sig" if excel else "utf-8")


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(one: Receipt, zone_name: str, *, patients: bool, comma: bool) -> list[str]:
    day = one.issued_at.astimezone(zone(zone_name)).date().isoformat()
    amount = _decimal(signed(one), one.amount.currency)
    return [
        harmless(one.number),
        day,
        one.kind.value,
        harmless(one.issuer.name),
        amount.replace(".", ",") if comma else amount,
        one.amount.currency,
        harmless(one.corrects or ""),
        *([harmless(one.patient_name)] if patients else []),
    ]


def _decimal(minor: int, currency: str) -> str:
    return ("-" if minor < 0 else "") + Money(abs(minor), currency).decimal
