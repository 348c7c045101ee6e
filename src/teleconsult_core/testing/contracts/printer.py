"""The contract of a printer of receipts.

class TestAcmePrinter(PrinterContract):
    def open_printer(self) -> Printer:
        return AcmePrinter()

    def read(self, document: bytes) -> str:     # the words in the document
        return pdf_to_text(document)
"""

from __future__ import annotations

from functools import cached_property

import pytest

from teleconsult_core.money import Money
from teleconsult_core.people import Issuer
from teleconsult_core.ports import Printer
from teleconsult_core.receipts import ReceiptKind
from teleconsult_core.testing.builders import a_receipt

LANGUAGES = ("fr", "nl", "en")
ISSUER = Issuer("Cabinet Łukasz & Fils", "Église 5\n1000 Bruxelles", "BE0123456749", "Art. 44 §1")


class PrinterContract:
    def open_printer(self) -> Printer:
        raise NotImplementedError

    def read(self, document: bytes) -> str:
        """The words in the document; the way they are broken into lines does not matter."""
        pytest.skip(f"nobody can read {len(document)} bytes")

    @cached_property
    def printer(self) -> Printer:
        return self.open_printer()

    def _words(self, **changes: object) -> str:
        return " ".join(self.read(self.printer.print(a_receipt(**changes))).split())

    @pytest.mark.parametrize("kind", ReceiptKind)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_same_receipt_is_the_same_bytes(self, kind: ReceiptKind, language: str) -> None:
        receipt = a_receipt(kind=kind, language=language)
        document = self.printer.print(receipt)
        assert document
        assert document == self.printer.print(receipt)
        assert document == self.open_printer().print(receipt)

    def test_another_receipt_is_another_document(self) -> None:
        receipts = [a_receipt(), a_receipt(amount=Money(44_99, "EUR")), a_receipt(number="n-2")]
        assert len({self.printer.print(receipt) for receipt in receipts}) == 3

    def test_another_language_still_prints(self) -> None:
        assert self.printer.print(a_receipt(language="de"))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_says_who_to_whom_and_how_much(self, language: str) -> None:
        words = self._words(language=language, issuer=ISSUER, patient_name="Zoë D'Hondt-Çelik")
        for part in (ISSUER.name, "Église 5", "Zoë D'Hondt-Çelik", str(a_receipt().number)):
            assert part in words
        assert "45,00" in words or "45.00" in words

    def test_a_credit_note_names_the_receipt_it_corrects(self) -> None:
        corrected = a_receipt().number
        words = self._words(kind=ReceiptKind.CREDIT_NOTE, number="n-2", corrects=corrected)
        assert corrected in words

    @pytest.mark.parametrize(
        "name", ["{{7*7}} <b>Ana</b>", "#let x = 1", '*O\'Neil* "& Co" \\ $1', "李小龍"]
    )
    def test_a_hostile_name_is_only_a_name(self, name: str) -> None:
        assert name in self._words(patient_name=name)
