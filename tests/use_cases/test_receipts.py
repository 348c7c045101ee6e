"""What is issued, by whom, and that a document about no care claims no exemption of care."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teleconsult_core.ids import AppointmentId, RefundId
from teleconsult_core.people import Issuer
from teleconsult_core.policies import NoShowAllowed, Policies
from teleconsult_core.receipts import Receipt, ReceiptKind
from world import OPERATOR, SUPPORT, THE_DOCTOR, World, eur

A1 = AppointmentId("a1")
ISSUER = Issuer("Dr Dupont SRL", tax_note="Art. 44", country="BE", vat_exempt=True)
NO_SHOWS_COST = Policies(no_show=NoShowAllowed(cap=eur("30.00")))


def charged(world: World, amount: str = "45.00") -> None:
    world.meet(world.booked())
    world.desk.complete(appointment=A1, amount=eur(amount), by=THE_DOCTOR, now=world.now)
    world.work()


def missed(world: World) -> None:
    terms = world.booked().terms
    world.at(terms.start)
    world.desk.join(appointment=A1, by=THE_DOCTOR, device="desk", now=world.now)
    world.at(terms.start + timedelta(minutes=30))
    world.desk.mark_no_show(appointment=A1, amount=eur("30.00"), by=THE_DOCTOR, now=world.now)
    world.work()


def refunded(world: World, amount: str = "10.00", id: str = "r1") -> None:
    asked = {"appointment": A1, "amount": eur(amount), "reason": "a mistake"}
    world.desk.refund(id=RefundId(id), by=SUPPORT, now=world.now, **asked)
    world.work()


def issued(world: World) -> tuple[Receipt, ...]:
    found = world.desk.show_receipts(appointment=A1, by=OPERATOR, now=world.now)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("took_place", [True, False])
def test_only_documents_about_care_carry_its_exemption(world: World, took_place: bool) -> None:
    world.describe(NO_SHOWS_COST, issuer=ISSUER)
    (charged if took_place else missed)(world)
    refunded(world)
    first, credit = issued(world)
    assert first.kind is (ReceiptKind.RECEIPT if took_place else ReceiptKind.INDEMNITY)
    assert credit.kind is ReceiptKind.CREDIT_NOTE
    for receipt in (first, credit):
        assert receipt.issuer == (ISSUER if took_place else ISSUER.about_no_care())
