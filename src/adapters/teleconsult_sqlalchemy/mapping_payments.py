"""Holds, operations, consents, ledger entries and receipts as rows and back.

May import the core's nouns. Loading is not creating.
"""

from __future__ import annotations

import json

from teleconsult_core.consents import Consent, ConsentRecord
from teleconsult_core.holds import CardBrand, CardHold, HoldState
from teleconsult_core.issuers import Identifier, Scheme
from teleconsult_core.ledger import Account, Entry
from teleconsult_core.money import Money
from teleconsult_core.payments import Operation, OperationState, Verb
from teleconsult_core.people import Issuer
from teleconsult_core.receipts import Receipt, ReceiptDocument, ReceiptKind
from teleconsult_sqlalchemy.statements import Row


def hold_row(hold: CardHold) -> Row:
    return {
        "id": hold.id,
        "appointment": hold.appointment,
        "attempt": hold.attempt,
        "amount_minor": hold.amount.minor,
        "amount_currency": hold.amount.currency,
        "state": hold.state.value,
        "placed_at": hold.placed_at,
        "ref": hold.ref,
        "until": hold.until,
        "brand": hold.brand.value if hold.brand else None,
        "last4": hold.last4,
        "captured_minor": hold.captured.minor,
        "refunded_minor": hold.refunded.minor,
        "reason": hold.reason,
        "account": hold.account,
        "fee_minor": hold.fee.minor,
    }


def hold_from(row: Row) -> CardHold:
    currency = row["amount_currency"]
    return CardHold(
        id=row["id"],
        appointment=row["appointment"],
        attempt=row["attempt"],
        amount=Money(row["amount_minor"], currency),
        state=HoldState(row["state"]),
        placed_at=row["placed_at"],
        ref=row["ref"],
        until=row["until"],
        brand=CardBrand(row["brand"]) if row["brand"] else None,
        last4=row["last4"],
        captured=Money(row["captured_minor"], currency),
        refunded=Money(row["refunded_minor"], currency),
        reason=row["reason"],
        account=row["account"],
        fee=Money(row["fee_minor"], currency),
    )


def operation_row(operation: Operation) -> Row:
    return {
        "id": operation.id,
        "verb": operation.verb.value,
        "hold": operation.hold,
        "appointment": operation.appointment,
        "amount_minor": operation.amount.minor,
        "amount_currency": operation.amount.currency,
        "created_at": operation.created_at,
        "card": operation.card,
        "present": operation.present,
        "fee_minor": operation.fee.minor if operation.fee else None,
        "refund": operation.refund,
        "reason": operation.reason,
        "repeat": operation.repeat,
        "state": operation.state.value,
        "attempts": operation.attempts,
        "not_before": operation.not_before,
        "ready_at": operation.ready_at,
        "leased_until": operation.leased_until,
        "settled_at": operation.settled_at,
        "outcome": operation.outcome,
    }


def operation_from(row: Row) -> Operation:
    return Operation(
        id=row["id"],
        verb=Verb(row["verb"]),
        hold=row["hold"],
        appointment=row["appointment"],
        amount=Money(row["amount_minor"], row["amount_currency"]),
        created_at=row["created_at"],
        card=row["card"],
        present=row["present"],
        fee=None if row["fee_minor"] is None else Money(row["fee_minor"], row["amount_currency"]),
        refund=row["refund"],
        reason=row["reason"],
        repeat=row["repeat"],
        state=OperationState(row["state"]),
        attempts=row["attempts"],
        not_before=row["not_before"],
        leased_until=row["leased_until"],
        settled_at=row["settled_at"],
        outcome=row["outcome"],
    )


def consent_row(record: ConsentRecord) -> Row:
    consent = record.consent
    return {
        "appointment": record.appointment,
        "attempt": record.attempt,
        "amount_minor": consent.amount.minor,
        "amount_currency": consent.amount.currency,
        "version": consent.version,
        "language": consent.language,
        "words": consent.words,
        "given_at": consent.given_at,
    }


def consent_from(row: Row) -> ConsentRecord:
    consent = Consent(
        amount=Money(row["amount_minor"], row["amount_currency"]),
        version=row["version"],
        language=row["language"],
        words=row["words"],
        given_at=row["given_at"],
    )
    return ConsentRecord(row["appointment"], row["attempt"], consent)


def entry_row(entry: Entry) -> Row:
    return {
        "key": entry.key,
        "at": entry.at,
        "appointment": entry.appointment,
        "hold": entry.hold,
        "debit": entry.debit.value,
        "credit": entry.credit.value,
        "amount_minor": entry.amount.minor,
        "amount_currency": entry.amount.currency,
    }


def entry_from(row: Row) -> Entry:
    return Entry(
        key=row["key"],
        at=row["at"],
        appointment=row["appointment"],
        hold=row["hold"],
        debit=Account(row["debit"]),
        credit=Account(row["credit"]),
        amount=Money(row["amount_minor"], row["amount_currency"]),
    )


def receipt_row(receipt: Receipt) -> Row:
    return {
        "number": receipt.number,
        "kind": receipt.kind.value,
        "issuer_id": receipt.issuer_id,
        "issuer_name": receipt.issuer.name,
        "issuer_address": receipt.issuer.address,
        "issuer_number": receipt.issuer.number,
        "issuer_tax_note": receipt.issuer.tax_note,
        "issuer_identifiers": json.dumps(
            [[one.scheme.value, one.value] for one in receipt.issuer.identifiers]
        ),
        "issuer_country": receipt.issuer.country,
        "issuer_vat_exempt": receipt.issuer.vat_exempt,
        "patient": receipt.patient,
        "patient_name": receipt.patient_name,
        "appointment": receipt.appointment,
        "hold": receipt.hold,
        "amount_minor": receipt.amount.minor,
        "amount_currency": receipt.amount.currency,
        "service_at": receipt.service_at,
        "issued_at": receipt.issued_at,
        "language": receipt.language,
        "cause": receipt.cause,
        "corrects": receipt.corrects,
        "reason": receipt.reason,
    }


def receipt_from(row: Row) -> Receipt:
    return Receipt(
        number=row["number"],
        kind=ReceiptKind(row["kind"]),
        issuer_id=row["issuer_id"],
        issuer=Issuer(
            name=row["issuer_name"],
            address=row["issuer_address"],
            number=row["issuer_number"],
            tax_note=row["issuer_tax_note"],
            identifiers=tuple(
                Identifier(Scheme(scheme), value)
                for scheme, value in json.loads(row["issuer_identifiers"])
            ),
            country=row["issuer_country"],
            vat_exempt=row["issuer_vat_exempt"],
        ),
        patient=row["patient"],
        patient_name=row["patient_name"],
        appointment=row["appointment"],
        hold=row["hold"],
        amount=Money(row["amount_minor"], row["amount_currency"]),
        service_at=row["service_at"],
        issued_at=row["issued_at"],
        language=row["language"],
        cause=row["cause"],
        corrects=row["corrects"],
        reason=row["reason"],
    )


def document_row(document: ReceiptDocument) -> Row:
    return {
        "number": document.number,
        "content": document.content,
        "sha256": document.sha256,
        "printed_at": document.printed_at,
    }


def document_from(row: Row) -> ReceiptDocument:
    return ReceiptDocument(**row)
