"""Holds, operations, consents, ledger entries and receipts. Part of the builders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve

from teleconsult_core.consents import Consent, ConsentRecord
from teleconsult_core.holds import CardBrand, CardHold, HoldState
from teleconsult_core.ids import (
    AccountRef,
    AppointmentId,
    CardToken,
    HoldRef,
    ReceiptNumber,
    hold_id,
)
from teleconsult_core.ledger import Account, Entry
from teleconsult_core.payments import Operation, authorise
from teleconsult_core.payout_accounts import PayoutAccount
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.testing.builders.appointments import (
    APPOINTMENT,
    BOOKED_AT,
    END,
    FEE,
    PATIENT,
    PRACTITIONER,
    START,
)
from teleconsult_core.testing.builders.clinic import a_practitioner


def a_hold(
    state: HoldState = HoldState.HELD,
    *,
    appointment: str = APPOINTMENT,
    attempt: int = 1,
    **changes: Any,
) -> CardHold:
    """A Visa's hold of 45.00 EUR for seven days, in `state`."""
    appointment = AppointmentId(appointment)
    id = hold_id(appointment, attempt)
    hold = CardHold(
        id=id,
        appointment=appointment,
        attempt=attempt,
        amount=FEE,
        state=state,
        placed_at=BOOKED_AT,
        ref=HoldRef(f"ref-{id}"),
        until=BOOKED_AT + timedelta(days=7),
        brand=CardBrand.VISA,
        last4="4242",
    )
    return evolve(hold, **changes)


def an_operation(**changes: Any) -> Operation:
    """The placing of a hold, not yet taken up by anybody."""
    hold = a_hold(HoldState.AUTHORISING, ref=None, until=None)
    return evolve(authorise(hold, CardToken("visa"), present=True, now=BOOKED_AT), **changes)


def a_payout_account(**changes: Any) -> PayoutAccount:
    """Just opened, and still without a bank account."""
    account = PayoutAccount(
        practitioner=PRACTITIONER,
        ref=AccountRef("acct_1"),
        opened_at=BOOKED_AT,
        seen_at=BOOKED_AT,
        missing=("external_account",),
    )
    return evolve(account, **changes)


def a_consent(**changes: Any) -> Consent:
    consent = Consent(
        amount=FEE,
        version="2027-01",
        language="fr",
        words="J'autorise une retenue de 45,00 EUR au plus.\nAnnulation sans frais.",
        given_at=BOOKED_AT,
    )
    return evolve(consent, **changes)


def a_consent_record(**changes: Any) -> ConsentRecord:
    return evolve(ConsentRecord(APPOINTMENT, 1, a_consent()), **changes)


def an_entry(**changes: Any) -> Entry:
    """45.00 EUR promised on the patient's card."""
    id = hold_id(APPOINTMENT, 1)
    entry = Entry(f"{id}:held", BOOKED_AT, APPOINTMENT, id, Account.PROMISED, Account.CARD, FEE)
    return evolve(entry, **changes)


def a_receipt(**changes: Any) -> Receipt:
    id = hold_id(APPOINTMENT, 1)
    receipt = Receipt(
        number=ReceiptNumber(f"{PRACTITIONER}-2030-00001"),
        kind=ReceiptKind.RECEIPT,
        issuer_id=PRACTITIONER,
        issuer=a_practitioner().issuer,
        patient=PATIENT,
        patient_name="Zoë D'Hondt",
        appointment=APPOINTMENT,
        hold=id,
        amount=FEE,
        service_at=START,
        issued_at=END,
        language="fr",
        cause=f"{id}:captured",
    )
    return evolve(receipt, **changes)
