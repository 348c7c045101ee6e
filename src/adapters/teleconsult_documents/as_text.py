"""A receipt as plain text, for a terminal. May import sheet."""

from __future__ import annotations

import textwrap

from teleconsult_core.receipts import Receipt
from teleconsult_documents.sheet import Sheet, lay_out

WIDTH = 72


def as_text(receipt: Receipt, language: str = "", *, zone: str = "Europe/Brussels") -> str:
    """What the PDF says, in lines of 72 columns; in the receipt's own language when none is given.

    `zone` is the IANA zone of the practice, in which the days are written.
    """
    sheet = lay_out(receipt, language or receipt.language, zone)
    return "\n".join((*_head(sheet), "", *_facts(sheet), "", *_foot(sheet))) + "\n"


def _head(sheet: Sheet) -> tuple[str, ...]:
    head = (sheet.issuer, *sheet.issuer_lines, *sheet.issuer_numbers)
    return (*head, "", sheet.title, "=" * len(sheet.title))


def _facts(sheet: Sheet) -> list[str]:
    facts = (*sheet.facts, (sheet.amount_label, sheet.amount))
    widest = max(len(label) for label, _ in facts)
    return [f"{label:<{widest}}  {value}" for label, value in facts]


def _foot(sheet: Sheet) -> list[str]:
    paragraphs = [part for part in (sheet.says, sheet.tax_note) if part]
    return "\n\n".join(textwrap.fill(part, WIDTH) for part in paragraphs).splitlines()
