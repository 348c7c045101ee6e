"""Every movement of money, twice. May import holds, ids, money, payments.

Each entry moves one amount from one account to another, so the sum over all accounts is always
zero. Holds are written down too (money promised, not moved): when the dust has settled, nothing
may remain on the promise accounts of an appointment that is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ids import AppointmentId, HoldId
from teleconsult_core.money import Money
from teleconsult_core.refusals import BadInput


class Account(StrEnum):
    CARD = "patient-card"
    """The patient's money."""
    PROMISED = "promised"
    """Reserved on cards: what we may still take."""
    NETWORK = "card-network"
    """Taken, and with the card network for the practitioner."""
    FEE = "platform-fee"
    """What the clinic keeps of what was taken for a practitioner."""
    DISPUTED = "disputed"
    """Taken back by the patient's bank until the dispute is decided."""


@frozen
class Entry:
    """`amount` moved from `credit` to `debit`; `key` is what it was written for, once."""

    key: str
    at: datetime
    appointment: AppointmentId
    hold: HoldId
    debit: Account
    credit: Account
    amount: Money = field()

    @amount.validator
    def _moves_something(self, _: object, value: Money) -> None:
        if not value.minor:
            raise BadInput("amount", str(value), "more than 0.00")


def entries_after(old: CardHold, new: CardHold, at: datetime) -> tuple[Entry, ...]:
    """What the step from `old` to `new` means in the books; nothing when no money moved."""
    moves: list[tuple[str, Account, Account, Money]] = []
    if promised(new) and not promised(old):
        moves.append(("held", Account.PROMISED, Account.CARD, new.amount))
    if promised(old) and not promised(new):
        moves.append(("let-go", Account.CARD, Account.PROMISED, new.amount))
    if new.captured > old.captured:
        taken = new.captured - old.captured
        moves.append(("captured", Account.NETWORK, Account.CARD, taken))
    if new.refunded > old.refunded:
        label = f"refunded-{new.refunded.minor}"
        moves.append((label, Account.CARD, Account.NETWORK, new.refunded - old.refunded))
    moves += _fee_moves(old, new)
    moves += _dispute_moves(old, new)
    return tuple(
        Entry(f"{new.id}:{label}", at, new.appointment, new.id, debit, credit, amount)
        for label, debit, credit, amount in moves
        if amount.minor
    )


def balances(entries: Iterable[Entry]) -> dict[tuple[Account, str], int]:
    """Minor units per account and currency; they sum to zero in each currency."""
    found: Counter[tuple[Account, str]] = Counter()
    for entry in entries:
        found[entry.debit, entry.amount.currency] += entry.amount.minor
        found[entry.credit, entry.amount.currency] -= entry.amount.minor
    return dict(found)


def promised(hold: CardHold) -> bool:
    """Whether its amount is reserved on the card, and neither taken nor let go."""
    return hold.state in {HoldState.HELD, HoldState.CAPTURING, HoldState.RELEASING} and (
        hold.until is not None
    )


def _fee_moves(old: CardHold, new: CardHold) -> list[tuple[str, Account, Account, Money]]:
    label = f"fee-{new.fee.minor}-{new.refunded.minor}"
    if new.fee > old.fee:
        return [(label, Account.FEE, Account.NETWORK, new.fee - old.fee)]
    return [(label, Account.NETWORK, Account.FEE, old.fee - new.fee)]


def _dispute_moves(old: CardHold, new: CardHold) -> list[tuple[str, Account, Account, Money]]:
    left = new.captured - new.refunded
    part = f"-{old.refunded.minor}" if old.refunded.minor else ""
    match old.state, new.state:
        case (HoldState.DISPUTED, HoldState.DISPUTED):
            return []
        case (_, HoldState.DISPUTED):
            return [(f"disputed{part}", Account.DISPUTED, Account.NETWORK, left)]
        case (HoldState.DISPUTED, HoldState.WON | HoldState.PARTLY_REFUNDED | HoldState.REFUNDED):
            kept = old.captured - old.refunded
            return [(f"dispute-won{part}", Account.NETWORK, Account.DISPUTED, kept)]
        case (HoldState.DISPUTED, HoldState.LOST):
            return [(f"dispute-lost{part}", Account.CARD, Account.DISPUTED, left)]
        case (_, HoldState.LOST) if old.state is not HoldState.LOST:
            return [(f"dispute-lost{part}", Account.CARD, Account.NETWORK, left)]
        case _:
            return []
