"""Holds, operations, consents, the ledger and receipts. Part of the strategies."""

from __future__ import annotations

from attrs import evolve
from hypothesis import strategies as st

from teleconsult_core.consents import Consent, ConsentRecord
from teleconsult_core.holds import CardBrand, CardHold, HoldState
from teleconsult_core.ids import hold_id
from teleconsult_core.ledger import Account, Entry
from teleconsult_core.payments import Operation, OperationState, Verb
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.testing.builders import APPOINTMENT
from teleconsult_core.testing.strategies.clinic import issuers
from teleconsult_core.testing.strategies.values import (
    amounts,
    ids,
    instants,
    languages,
    maybe,
    texts,
)


@st.composite
def every_hold(draw: st.DrawFn) -> CardHold:
    """A hold in any state, with any figures that may stand together."""
    amount = draw(amounts(at_least=1))
    captured = draw(amounts(amount.currency, at_most=amount.minor))
    attempt = draw(st.integers(1, 20))
    return CardHold(
        id=hold_id(APPOINTMENT, attempt),
        appointment=APPOINTMENT,
        attempt=attempt,
        amount=amount,
        state=draw(st.sampled_from(HoldState)),
        placed_at=draw(instants()),
        ref=draw(maybe(ids())),
        until=draw(maybe(instants())),
        brand=draw(maybe(st.sampled_from(CardBrand))),
        last4=draw(st.from_regex(r"[0-9]{4}|", fullmatch=True)),
        captured=captured,
        refunded=draw(amounts(amount.currency, at_most=captured.minor)),
        reason=draw(texts(empty=True)),
        account=draw(maybe(ids())),
        fee=draw(amounts(amount.currency, at_most=captured.minor)),
    )


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    operation = draw(_operations())
    fee = amounts(operation.amount.currency, at_most=operation.amount.minor)
    return evolve(operation, fee=draw(maybe(fee)))


def _operations() -> st.SearchStrategy[Operation]:
    return st.builds(
        Operation,
        id=ids(),
        verb=st.sampled_from(Verb),
        hold=st.just(hold_id(APPOINTMENT, 1)),
        appointment=st.just(APPOINTMENT),
        amount=amounts(),
        created_at=instants(),
        card=maybe(ids()),
        present=st.booleans(),
        refund=maybe(ids()),
        reason=texts(empty=True),
        repeat=st.integers(1, 9),
        state=st.sampled_from(OperationState),
        attempts=st.integers(0, 99),
        not_before=maybe(instants()),
        leased_until=maybe(instants()),
        settled_at=maybe(instants()),
        outcome=texts(empty=True),
    )


def consent_records() -> st.SearchStrategy[ConsentRecord]:
    consent = st.builds(
        Consent, amounts(), texts(40), languages, texts(900, lines=True), instants()
    )
    return st.builds(ConsentRecord, st.just(APPOINTMENT), st.integers(1, 20), consent)


def entries() -> st.SearchStrategy[Entry]:
    accounts = st.lists(st.sampled_from(Account), min_size=2, max_size=2, unique=True)
    return st.builds(
        lambda key, at, pair, amount: Entry(
            key, at, APPOINTMENT, hold_id(APPOINTMENT, 1), pair[0], pair[1], amount
        ),
        ids(),
        instants(),
        accounts,
        amounts(at_least=1),
    )


def receipts() -> st.SearchStrategy[Receipt]:
    return st.builds(
        Receipt,
        number=ids(),
        kind=st.sampled_from(ReceiptKind),
        issuer_id=ids(),
        issuer=issuers(),
        patient=ids(),
        patient_name=texts(empty=True),
        appointment=st.just(APPOINTMENT),
        hold=maybe(st.just(hold_id(APPOINTMENT, 1))),
        amount=amounts(),
        service_at=instants(),
        issued_at=instants(),
        language=languages,
        cause=ids(),
        corrects=maybe(ids()),
        reason=texts(empty=True),
    )
