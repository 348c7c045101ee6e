"""What was issued in a stretch of time, held against the ledger. May import the nouns of money.

Every capture has its receipt or indemnity and every refund its credit note, written in the same
commit as the ledger's entries; so the two must agree hold by hold. What a patient's bank took back
in a dispute has no document of ours: it is in the ledger alone, and told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from teleconsult_core.ids import HoldId, ReceiptNumber
from teleconsult_core.ledger import Entry
from teleconsult_core.money import Money
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.times import Interval

Sums = Counter[tuple[HoldId, str]]
"""Minor units by hold and currency."""


@frozen
class Totals:
    """One currency: what came in and went back by the documents, and lost to disputes."""

    taken: Money
    returned: Money
    lost: Money

    @property
    def left(self) -> int:
        """Minor units; below zero in a month that gave back more than it took."""
        return self.taken.minor - self.returned.minor - self.lost.minor


@frozen
class Difference:
    """A hold of which documents and ledger say different things; minor units of `currency`."""

    hold: HoldId
    what: str
    documents: int
    ledger: int
    currency: str


@frozen
class Accounts:
    """What an accountant is given: the documents by issuer and number, totals, differences."""

    window: Interval
    documents: tuple[Receipt, ...]
    totals: tuple[Totals, ...]
    differences: tuple[Difference, ...]


def signed(receipt: Receipt) -> int:
    """Minor units, below zero for what was given back."""
    minor = receipt.amount.minor
    return -minor if receipt.kind is ReceiptKind.CREDIT_NOTE else minor


def accounts(window: Interval, receipts: Iterable[Receipt], entries: Iterable[Entry]) -> Accounts:
    """Both sides of `window`, set against each other."""
    documents = tuple(sorted(receipts, key=_by_issuer_and_number))
    ledger = tuple(entries)
    taken = _sum_documents(one for one in documents if one.kind is not ReceiptKind.CREDIT_NOTE)
    returned = _sum_documents(one for one in documents if one.kind is ReceiptKind.CREDIT_NOTE)
    return Accounts(
        window,
        documents,
        _totals(taken, returned, _sum_entries(ledger, "dispute-lost")),
        (
            *_differences("taken", taken, _sum_entries(ledger, "captured")),
            *_differences("returned", returned, _sum_entries(ledger, "refunded")),
        ),
    )


def _by_issuer_and_number(receipt: Receipt) -> tuple[str, int, ReceiptNumber]:
    return receipt.issuer_id, len(receipt.number), receipt.number


def _sum_documents(documents: Iterable[Receipt]) -> Sums:
    found: Sums = Counter()
    for one in documents:
        found[one.hold or HoldId(""), one.amount.currency] += one.amount.minor
    return found


def _sum_entries(entries: Iterable[Entry], movement: str) -> Sums:
    """An entry's key is its hold and what moved, with a figure behind it where it may repeat."""
    found: Sums = Counter()
    for one in entries:
        if one.key.removeprefix(f"{one.hold}:").startswith(movement):
            found[one.hold, one.amount.currency] += one.amount.minor
    return found


def _differences(what: str, documents: Sums, ledger: Sums) -> list[Difference]:
    return [
        Difference(hold, what, documents[hold, currency], ledger[hold, currency], currency)
        for hold, currency in sorted(documents.keys() | ledger.keys())
        if documents[hold, currency] != ledger[hold, currency]
    ]


def _totals(taken: Sums, returned: Sums, lost: Sums) -> tuple[Totals, ...]:
    currencies = sorted({currency for sums in (taken, returned, lost) for _, currency in sums})
    return tuple(
        Totals(*(_of(sums, currency) for sums in (taken, returned, lost)))
        for currency in currencies
    )


def _of(sums: Sums, currency: str) -> Money:
    own = (minor for (_, other), minor in sums.items() if other == currency)
    return Money(sum(own), currency)
