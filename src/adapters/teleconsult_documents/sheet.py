"""A receipt laid out: what stands on the sheet, before it becomes a PDF or a text.

May import receipts, times, the words, Babel. Both forms print the same sheet, so they cannot
disagree.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import babel.dates
import babel.numbers
from attrs import frozen

from teleconsult_core.money import Money
from teleconsult_core.people import Issuer
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.times import zone
from teleconsult_documents.words import Words
from teleconsult_documents.words_en import ENGLISH
from teleconsult_documents.words_fr import FRENCH
from teleconsult_documents.words_nl import DUTCH

_LANGUAGES = {"fr": FRENCH, "nl": DUTCH, "en": ENGLISH}


@frozen
class Sheet:
    """Finished texts, in the order in which they stand. `facts` are labels with their values."""

    language: str
    title: str
    number: str
    issuer: str
    issuer_lines: tuple[str, ...]
    issuer_numbers: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    amount_label: str
    amount: str
    says: str
    tax_note: str
    page: str


def lay_out(receipt: Receipt, language: str, zone_name: str) -> Sheet:
    """The sheet of `receipt` in `language`, with its days as they were in the zone."""
    words = _LANGUAGES.get(language.partition("-")[0], FRENCH)
    kind = words.kinds[receipt.kind]
    issuer = receipt.issuer
    return Sheet(
        language=words.locale.partition("_")[0],
        title=kind.title,
        number=receipt.number,
        issuer=issuer.name,
        issuer_lines=tuple(line for line in issuer.address.splitlines() if line),
        issuer_numbers=_numbers(issuer, words),
        facts=_facts(receipt, words, zone_name),
        amount_label=kind.amount,
        amount=_amount(receipt.amount, words),
        says=words.says(receipt.kind, issuer.country),
        tax_note=_tax_note(issuer, words) if _taxed(receipt.kind) else "",
        page=words.page,
    )


def _numbers(issuer: Issuer, words: Words) -> tuple[str, ...]:
    """Each after its usual name, with a space that no line breaks at."""
    named = (f"{words.schemes[one.scheme]}\u00a0{one.value}" for one in issuer.identifiers)
    return (*named, *([issuer.number] if issuer.number else []))


def _tax_note(issuer: Issuer, words: Words) -> str:
    exempt = words.exemption.get(issuer.country, "") if issuer.vat_exempt else ""
    return issuer.tax_note or exempt


def _facts(receipt: Receipt, words: Words, zone_name: str) -> tuple[tuple[str, str], ...]:
    """Label and value; what is not known is left out."""
    facts = (
        (words.number, receipt.number),
        (words.issued, _day(receipt.issued_at, words, zone_name)),
        (words.corrects, receipt.corrects or ""),
        (words.patient, receipt.patient_name),
        (words.kinds[receipt.kind].about, _day(receipt.service_at, words, zone_name)),
        (words.reason, receipt.reason if receipt.kind is ReceiptKind.CREDIT_NOTE else ""),
        (words.method, "" if receipt.kind is ReceiptKind.STATEMENT else words.card),
    )
    return tuple((label, value) for label, value in facts if value)


def _taxed(kind: ReceiptKind) -> bool:
    """Whether the issuer's tax note belongs here: it exempts care, and these two are about none."""
    return kind not in {ReceiptKind.STATEMENT, ReceiptKind.INDEMNITY}


def _day(instant: datetime, words: Words, zone_name: str) -> str:
    tz = zone(zone_name)
    pattern = words.first if instant.astimezone(tz).day == 1 else words.day
    return babel.dates.format_datetime(instant, pattern, tzinfo=tz, locale=words.locale)


def _amount(money: Money, words: Words) -> str:
    return babel.numbers.format_currency(
        Decimal(money.decimal), money.currency, locale=words.locale, currency_digits=False
    )
