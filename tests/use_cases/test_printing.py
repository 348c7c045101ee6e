"""Documents are printed once, kept to the byte, and handed out as they are ever after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.policies import Policies, Retention
from teleconsult_core.ports import PortMisused, PortTrouble, Printer
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.refusals import NotFound
from teleconsult_core.testing.fakes import PlainPrinter
from teleconsult_core.use_cases.print_receipt import LOOKED_BACK, Printed
from world import ANN, BOB, OPERATOR, SUPPORT, THE_DOCTOR, THURSDAY_10, World, eur, patient_of


class OtherPrinter:
    """What a later version of the program would print."""

    def print(self, receipt: Receipt) -> bytes:
        return f"another form of {receipt.number} for {receipt.patient_name}".encode()


class Doing:
    """A printer during whose work something else happens, once."""

    def __init__(self, printer: Printer, happens: Callable[[], object]) -> None:
        self._printer, self._happens = printer, [happens]

    def print(self, receipt: Receipt) -> bytes:
        printed = self._printer.print(receipt)
        if self._happens:
            self._happens.pop()()
        return printed


@pytest.fixture
def charged(world: World) -> World:
    ann = world.booked("a1", THURSDAY_10, patient=ANN)
    bob = world.booked("a2", THURSDAY_10 + timedelta(days=1), patient=BOB)
    for one in (ann, bob):
        world.meet(one)
        world.desk.complete(
            appointment=one.terms.id, amount=eur("45.00"), by=THE_DOCTOR, now=world.now
        )
        world.work()
    return world


def receipt(world: World, id: str = "a1") -> Receipt:
    (found,) = world.desk.show_receipts(appointment=AppointmentId(id), by=OPERATOR, now=world.now)
    return found


def asked(world: World, printer: Printer | None = None) -> ReceiptDocument:
    document = world.desk.print_receipt(
        number=receipt(world).number,
        printer=printer or PlainPrinter(world.store),
        by=patient_of(ANN),
        now=world.now,
    )
    assert isinstance(document, ReceiptDocument)
    return document


def worked(world: World, printer: Printer | None = None) -> Printed:
    return world.desk.print_receipts(printer=printer or PlainPrinter(world.store), now=world.now)


def test_a_document_is_the_same_whatever_printer_came_since(charged: World) -> None:
    first = asked(charged)
    assert first.content == PlainPrinter().print(receipt(charged))
    charged.at(charged.now + timedelta(days=400))
    assert asked(charged, OtherPrinter()) == first


def test_the_worker_prints_what_was_issued_once(charged: World) -> None:
    assert worked(charged) == Printed(2)
    assert worked(charged, OtherPrinter()) == Printed()
    assert asked(charged, OtherPrinter()).content == PlainPrinter().print(receipt(charged))


def test_what_was_issued_long_ago_is_printed_when_it_is_asked_for(charged: World) -> None:
    charged.at(charged.now + LOOKED_BACK + timedelta(hours=2))
    assert worked(charged) == Printed()
    assert asked(charged).printed_at == charged.now


def test_one_that_cannot_be_printed_stops_no_other(charged: World) -> None:
    class Jams(PlainPrinter):
        def print(self, receipt: Receipt) -> bytes:
            if receipt.patient == ANN.id:
                raise PortTrouble("paper jam")
            return super().print(receipt)

    assert worked(charged, Jams(charged.store)) == Printed(
        1, ((receipt(charged).number, "paper jam"),)
    )
    assert worked(charged) == Printed(1)


def test_a_look_at_a_document_is_noted_and_for_nobody_else(charged: World) -> None:
    number, printer = receipt(charged).number, PlainPrinter(charged.store)
    for by, sees in ((THE_DOCTOR, True), (SUPPORT, True), (patient_of(BOB), False)):
        found = charged.desk.print_receipt(number=number, printer=printer, by=by, now=charged.now)
        assert isinstance(found, NotFound) is not sees
    with charged.store.open_work(writing=False) as work:
        looked = [entry.actor for entry in work.audit.of_subject(number)]
    assert looked[-2:] == [THE_DOCTOR, SUPPORT]


def test_a_document_that_was_altered_is_never_handed_out(charged: World) -> None:
    forged = evolve(asked(charged), content=b"450.00 EUR")
    with charged.store.open_work() as work:
        work.receipts.drop_document(forged.number)
        work.receipts.keep(forged)
        work.commit()
    with pytest.raises(PortMisused, match="altered"):
        asked(charged)


def erase(world: World) -> None:
    world.desk.erase_patient(patient=ANN.id, by=SUPPORT, now=world.now)


def test_an_erasure_leaves_the_document_where_the_law_keeps_the_name(charged: World) -> None:
    before = asked(charged)
    erase(charged)
    assert asked(charged) == before
    assert ANN.name.encode() in before.content


def test_an_erasure_takes_the_document_where_the_law_lets_the_name_go(charged: World) -> None:
    charged.describe(Policies(retention=Retention(names_on_receipts=False)))
    asked(charged)
    erase(charged)
    with charged.store.open_work(writing=False) as work:
        assert work.receipts.documents_of(ANN.id) == []
    anew = asked(charged)
    assert ANN.name.encode() not in anew.content
    assert b"45.00" in anew.content
    assert asked(charged, OtherPrinter()) == anew


def test_an_erasure_in_the_midst_of_printing_leaves_no_name(charged: World) -> None:
    charged.describe(Policies(retention=Retention(names_on_receipts=False)))
    printer = Doing(PlainPrinter(charged.store), lambda: erase(charged))
    document = asked(charged, printer)
    assert ANN.name.encode() not in document.content
    assert asked(charged) == document


def test_two_who_print_at_once_hand_out_the_same(charged: World) -> None:
    first: list[ReceiptDocument] = []
    printer = Doing(OtherPrinter(), lambda: first.append(asked(charged)))
    assert [asked(charged, printer)] == first


def test_a_receipt_forgotten_in_the_midst_of_printing_is_gone(charged: World) -> None:
    def forget() -> None:
        with charged.store.open_work() as work:
            work.receipts.forget(charged.now + timedelta(days=1))
            work.commit()

    found = charged.desk.print_receipt(
        number=receipt(charged).number,
        printer=Doing(PlainPrinter(charged.store), forget),
        by=patient_of(ANN),
        now=charged.now,
    )
    assert isinstance(found, NotFound)


def test_an_export_holds_the_documents(charged: World) -> None:
    document = asked(charged)
    worked(charged)
    file = charged.desk.export_patient(patient=ANN.id, by=SUPPORT, now=charged.now)
    assert file.documents == (document,)
