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
_NUMBERS = frozenset({"amount"})
COLUMNS = ("number", "issued", "kind", "issuer", "amount", "currency", "corrects")


def accountants_lines(
    documents: Iterable[Receipt], *, zone_name: str, patients: bool = False
) -> list[dict[str, str]]:
    """A line a document, by column; days are those of the practice's IANA zone.

    With `patients` their names have a column. The reason of a refund never has: it may say what is
    nobody's business.
    """
    return [_line(one, zone_name, patients=patients) for one in documents]


def as_csv(
    documents: Iterable[Receipt], *, zone_name: str, patients: bool = False, excel: bool = False
) -> bytes:
    """The same lines as a table.

    With `excel` it is what Excel set to French or Dutch opens by a double click: a byte order
    mark, semicolons, decimal commas.
    """
    lines = accountants_lines(documents, zone_name=zone_name, patients=patients)
    columns = (*COLUMNS, "patient") if patients else COLUMNS
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(name, line[name], comma=excel) for name in columns] for line in lines)
    return text.getvalue().encode("utf-8-sig" if excel else "utf-8")


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(name: str, value: str, *, comma: bool) -> str:
    if name not in _NUMBERS:
        return harmless(value)
    return value.replace(".", ",") if comma else value


def _line(one: Receipt, zone_name: str, *, patients: bool) -> dict[str, str]:
    return {
        "number": one.number,
        "issued": one.issued_at.astimezone(zone(zone_name)).date().isoformat(),
        "kind": one.kind.value,
        "issuer": one.issuer.name,
        "amount": _decimal(signed(one), one.amount.currency),
        "currency": one.amount.currency,
        "corrects": one.corrects or "",
        **({"patient": one.patient_name} if patients else {}),
    }


def _decimal(minor: int, currency: str) -> str:
    return ("-" if minor < 0 else "") + Money(abs(minor), currency).decimal
