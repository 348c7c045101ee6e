"""What may be done with a hold, and what it does to the books. May import books, held, holds.

Each function is one move inside a transaction and gives the hold after it. A move that comes too
late or too early changes nothing: the hold it gives tells why. An amount that could never be
right is `PortMisused`.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from attrs import evolve

from teleconsult_core.holds import CardBrand, HoldFact
from teleconsult_core.ids import AccountRef, OperationId
from teleconsult_core.money import Money, part_of
from teleconsult_core.ports import Authorise, PortMisused
from teleconsult_sandbox.accounts import account_row
from teleconsult_sandbox.agenda import Due, remind
from teleconsult_sandbox.books import Movement, enter
from teleconsult_sandbox.cards import CARDS
from teleconsult_sandbox.file import written
from teleconsult_sandbox.held import Held, add, change

# How long a hold lives, by https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
WITH_THE_PATIENT = timedelta(days=7)
VISA_WITHOUT_THE_PATIENT = timedelta(days=4, hours=18)

SMALLEST = 50
LARGEST = 999_999_99
"""Bounds of a charge, in minor units of any currency (https://docs.stripe.com/currencies)."""

PASSED_ON_AFTER = timedelta(days=15)

CHARGED = frozenset({HoldFact.CAPTURED, HoldFact.PARTLY_REFUNDED, HoldFact.DISPUTE_WON})
"""What a refund may follow."""


def place(
    connection: sqlite3.Connection, key: OperationId, request: Authorise, now: datetime
) -> Held:
    """A new hold: held, declined, or waiting for the patient."""
    card = CARDS.get(request.card)
    if card is None:
        raise PortMisused("the card network knows no such card")
    if not card.accepted:
        raise PortMisused(f"{card.name} is not enabled here: refuse it before asking for a hold")
    _check_amount(request.amount, request.amount)
    if request.account is not None and not account_row(connection, request.account)["takes_cards"]:
        raise PortMisused(f"{request.account} is not complete: nothing can be taken for it")
    _check_fee(request.fee, request.amount, request.account)
    held = add(connection, key, request, now)
    if card.behaviour.declines:
        return change(connection, held, HoldFact.DECLINED, now, card.behaviour.declines)
    if card.behaviour.asks_patient:
        return change(connection, held, HoldFact.NEEDS_PATIENT, now)
    return _reserve(connection, held, now)


def authenticate(connection: sqlite3.Connection, held: Held, ok: bool, now: datetime) -> Held:
    """What the patient did at his bank's page; once is enough."""
    if held.fact is not HoldFact.NEEDS_PATIENT:
        return held
    if not ok or held.card.behaviour.rejects_patient:
        return change(connection, held, HoldFact.DECLINED, now, "authentication-failed")
    return _reserve(connection, evolve(held, present=True), now)


def take(
    connection: sqlite3.Connection,
    held: Held,
    amount: Money,
    now: datetime,
    fee: Money | None = None,
) -> Held:
    """Capture `amount`, once; the rest is let go. The clinic keeps `fee` of it."""
    _check_amount(amount, held.amount)
    fee = _check_fee(fee, amount, held.account)
    if held.fact is not HoldFact.AUTHORISED:
        return held
    enter(connection, held.ref, Movement.CAPTURE, amount, now)
    enter(connection, held.ref, Movement.LET_GO, held.amount - amount, now)
    enter(connection, held.ref, Movement.FEE, fee, now)
    expected_on = now + _passed_on_after(connection, held.account)
    connection.execute(
        "insert into transfers (ref, practitioner, account, minor, currency, expected_on)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            held.ref,
            held.practitioner,
            held.account,
            (amount - fee).minor,
            amount.currency,
            written(expected_on),
        ),
    )
    remind(connection, held.ref, Due.TRANSFER, expected_on)
    if held.card.behaviour.disputes_after is not None:
        remind(connection, held.ref, Due.DISPUTE, now + held.card.behaviour.disputes_after)
    return change(connection, evolve(held, captured=amount, fee=fee), HoldFact.CAPTURED, now)


def let_go(connection: sqlite3.Connection, held: Held, now: datetime) -> Held:
    """Release what is held; a hold that waits for the patient is given up."""
    if held.fact is HoldFact.NEEDS_PATIENT:
        return change(connection, held, HoldFact.RELEASED, now)
    if held.fact is not HoldFact.AUTHORISED:
        return held
    enter(connection, held.ref, Movement.LET_GO, held.amount, now)
    return change(connection, held, HoldFact.RELEASED, now)


def give_back(
    connection: sqlite3.Connection, held: Held, key: OperationId, amount: Money, now: datetime
) -> Held:
    """Refund a part or the rest of what was taken."""
    _check_currency(amount, held.amount)
    if not amount.minor:
        raise PortMisused("a refund of 0.00 is no refund")
    if held.captured.minor and amount > held.left:
        raise PortMisused(f"{amount} cannot be refunded: {held.left} is left of {held.captured}")
    if held.fact not in CHARGED:
        return held
    enter(connection, held.ref, Movement.REFUND, amount, now)
    connection.execute(
        "insert into refunds (ref, key, minor, at) values (?, ?, ?, ?)",
        (held.ref, key, amount.minor, written(now)),
    )
    fee = part_of(held.fee, held.left - amount, held.left)
    enter(connection, held.ref, Movement.FEE_BACK, held.fee - fee, now)
    _reduce_transfer(connection, held, amount - (held.fee - fee))
    after = evolve(held, refunded=held.refunded + amount, fee=fee)
    fact = HoldFact.PARTLY_REFUNDED if after.left.minor else HoldFact.REFUNDED
    return change(connection, after, fact, now)


def send_back(connection: sqlite3.Connection, held: Held, key: OperationId, now: datetime) -> Held:
    """The patient's bank does not take a refund. It stays one; the sum lies with the clinic."""
    row = connection.execute(
        "update refunds set came_back_at = ? where ref = ? and key = ? and came_back_at is null"
        " returning minor",
        (written(now), held.ref, key),
    ).fetchone()
    if row is None:
        raise PortMisused(f"{key} is no refund of {held.ref} that could come back")
    enter(connection, held.ref, Movement.CAME_BACK, Money(row[0], held.amount.currency), now)
    return change(connection, held, held.fact, now)


def dispute(connection: sqlite3.Connection, held: Held, now: datetime) -> Held:
    """The cardholder disputes what was taken of him: once, and while something is left."""
    if held.fact not in CHARGED or held.disputed_at is not None:
        return held
    enter(connection, held.ref, Movement.DISPUTE, held.left, now)
    return change(connection, evolve(held, disputed_at=now), HoldFact.DISPUTED, now)


def decide(connection: sqlite3.Connection, held: Held, won: bool, now: datetime) -> Held:
    """The dispute is decided, for us or for the cardholder."""
    if held.fact is not HoldFact.DISPUTED:
        return held
    if not won:
        enter(connection, held.ref, Movement.DISPUTE_LOST, held.left, now)
        _reduce_transfer(connection, held, held.left - held.fee)
        return change(connection, held, HoldFact.DISPUTE_LOST, now)
    enter(connection, held.ref, Movement.DISPUTE_WON, held.left, now)
    remind(connection, held.ref, Due.TRANSFER, now)  # it may have fallen due while disputed
    return change(connection, held, HoldFact.DISPUTE_WON, now)


def lapse(connection: sqlite3.Connection, held: Held, at: datetime, reason: str) -> Held:
    """What is held comes to its end by itself."""
    if held.fact is not HoldFact.AUTHORISED:
        return held
    enter(connection, held.ref, Movement.LET_GO, held.amount, at)
    return change(connection, held, HoldFact.LAPSED, at, reason)


def pass_on(connection: sqlite3.Connection, held: Held, at: datetime) -> None:
    """Transfer what is left to the practitioner, unless it is withheld or was passed on."""
    row = connection.execute("select * from transfers where ref = ?", (held.ref,)).fetchone()
    early = written(at) < row["expected_on"]
    withheld = held.fact is HoldFact.DISPUTED
    if early or withheld or row["paid_on"] is not None or not row["minor"]:
        return
    amount = Money(row["minor"], row["currency"])
    enter(connection, held.ref, Movement.TRANSFER, amount, at)
    connection.execute("update transfers set paid_on = ? where ref = ?", (written(at), held.ref))


def _reserve(connection: sqlite3.Connection, held: Held, now: datetime) -> Held:
    unattended_visa = held.card.brand is CardBrand.VISA and not held.present
    until = now + (VISA_WITHOUT_THE_PATIENT if unattended_visa else WITH_THE_PATIENT)
    enter(connection, held.ref, Movement.HOLD, held.amount, now)
    remind(connection, held.ref, Due.LAPSE, until)
    if held.card.behaviour.drops_after is not None:
        remind(connection, held.ref, Due.DROP, now + held.card.behaviour.drops_after)
    return change(connection, evolve(held, until=until), HoldFact.AUTHORISED, now)


def _reduce_transfer(connection: sqlite3.Connection, held: Held, amount: Money) -> None:
    connection.execute(
        "update transfers set minor = minor - ? where ref = ?", (amount.minor, held.ref)
    )


def _passed_on_after(connection: sqlite3.Connection, account: AccountRef | None) -> timedelta:
    if account is None:
        return PASSED_ON_AFTER
    return timedelta(days=account_row(connection, account)["delay_days"])


def _check_fee(fee: Money | None, amount: Money, account: AccountRef | None) -> Money:
    """Raises `PortMisused` for a fee without an account, or above what it is kept of."""
    if fee is None:
        return Money(0, amount.currency)
    if account is None or fee > amount:
        raise PortMisused(f"a fee of {fee} cannot be kept of {amount}")
    return fee


def _check_amount(amount: Money, most: Money) -> None:
    """Raises `PortMisused` for what could never be charged."""
    _check_currency(amount, most)
    smallest = Money(SMALLEST, most.currency)
    if amount < smallest:
        raise PortMisused(f"{amount} is below the smallest charge, {smallest}")
    if amount.minor > LARGEST:
        raise PortMisused(f"{amount} is above the largest charge")
    if amount > most:
        raise PortMisused(f"{amount} is more than the {most} held")


def _check_currency(amount: Money, other: Money) -> None:
    if amount.currency != other.currency:
        raise PortMisused(f"{amount} is not in {other.currency}, as the hold is")
