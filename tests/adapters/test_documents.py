"""Receipts on paper and in a terminal: what they say, what they never say, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from attrs import evolve
from pypdf import PdfReader

from teleconsult_core.ids import AppointmentId, HoldId, PatientId, PractitionerId, ReceiptNumber
from teleconsult_core.issuers import Identifier, Scheme
from teleconsult_core.money import Money
from teleconsult_core.people import Issuer
from teleconsult_core.receipts import Receipt, ReceiptKind
from teleconsult_core.refusals import BadInput
from teleconsult_documents import TypstPrinter, as_text

LANGUAGES = ("fr", "nl", "en")
RECEIPT = Receipt(
    number=ReceiptNumber("lambrecht-2027-00042"),
    kind=ReceiptKind.RECEIPT,
    issuer_id=PractitionerId("lambrecht"),
    issuer=Issuer(
        name="Dr Claire Lambrecht",
        address="Avenue du Parc 12\n1060 Bruxelles",
        identifiers=(
            Identifier(Scheme.INAMI, "1-99101-40-004"),
            Identifier(Scheme.BCE, "0999.010.126"),
        ),
        country="BE",
        vat_exempt=True,
    ),
    patient=PatientId("p-1"),
    patient_name="Nora El Amrani",
    appointment=AppointmentId("a-1"),
    hold=HoldId("a-1:hold:1"),
    amount=Money(4500, "EUR"),
    service_at=datetime(2027, 3, 1, 23, 20, tzinfo=UTC),
    issued_at=datetime(2027, 3, 31, 22, 5, tzinfo=UTC),
    language="fr",
    cause="a-1:hold:1:captured",
)
CREDIT_NOTE = evolve(
    RECEIPT,
    kind=ReceiptKind.CREDIT_NOTE,
    number=ReceiptNumber("lambrecht-2027-00043"),
    corrects=RECEIPT.number,
    amount=Money(2000, "EUR"),
    reason="Image interrompue",
)
TITLES = {
    ReceiptKind.RECEIPT: ("Reçu de paiement", "Ontvangstbewijs", "Receipt"),
    ReceiptKind.STATEMENT: (
        "Attestation de non-débit",
        "Verklaring: niets aangerekend",
        "Statement: nothing charged",
    ),
    ReceiptKind.INDEMNITY: ("Note d’indemnité", "Vergoedingsnota", "Indemnity note"),
    ReceiptKind.CREDIT_NOTE: ("Note de crédit", "Creditnota", "Credit note"),
}


@pytest.fixture(scope="module")
def printer() -> TypstPrinter:
    return TypstPrinter()


def read(pdf: bytes) -> str:
    """The words of a PDF, in reading order, with ordinary spaces."""
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def plainly(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ReceiptKind)
def test_paper_and_terminal_say_the_same_essentials(
    printer: TypstPrinter, kind: ReceiptKind, language: str
) -> None:
    receipt = evolve(RECEIPT, kind=kind, language=language)
    for said in (read(printer.print(receipt)), plainly(as_text(receipt))):
        assert TITLES[kind][LANGUAGES.index(language)] in said
        assert "lambrecht-2027-00042" in said
        assert "Dr Claire Lambrecht" in said
        assert "Avenue du Parc 12" in said
        assert "1-99101-40-004" in said
        assert "Nora El Amrani" in said
        assert {"fr": "45,00 €", "nl": "€ 45,00", "en": "€45.00"}[language] in said
        day = {"fr": "2 mars 2027", "nl": "2 maart 2027", "en": "2 March 2027"}[language]
        first = {"fr": "1er avril 2027", "nl": "1 april 2027", "en": "1 April 2027"}[language]
        assert day in said
        assert first in said


SAYS = {
    ("fr", "BE"): "Il n’est ni une note d’honoraires, ni une attestation de soins",
    ("fr", "FR"): "Il n’est ni une note d’honoraires, ni une feuille de soins",
    ("fr", ""): "Il n’est ni une note d’honoraires, ni un document officiel de soins",
    ("nl", "BE"): "Het is geen ereloonnota en geen getuigschrift voor verstrekte hulp",
    ("nl", "FR"): "Het is geen ereloonnota en geen Frans zorgformulier (feuille de soins)",
    ("nl", ""): "Het is geen ereloonnota en geen officieel zorgdocument",
    ("en", "BE"): "It is neither a fee note nor a certificate of care (attestation de soins,",
    ("en", "FR"): "It is neither a fee note nor a French care form (feuille de soins)",
    ("en", ""): "It is neither a fee note nor an official certificate of care",
}
EXEMPT = {
    ("fr", "BE"): "Exempté de la TVA, article 44, § 1er, du Code de la TVA.",
    ("fr", "FR"): "Exonération de TVA, article 261, 4, 1° du Code général des impôts.",
    ("nl", "BE"): "Vrijgesteld van btw, artikel 44, § 1, van het Btw-Wetboek.",
    ("nl", "FR"): "Vrijgesteld van btw, artikel 261, 4, 1°",
    ("en", "BE"): "Exempt from VAT under article 44, § 1,",
    ("en", "FR"): "Exempt from VAT under article 261, 4, 1°",
}


@pytest.mark.parametrize(("language", "country"), SAYS)
def test_a_receipt_proves_a_payment_and_is_neither_fee_note_nor_care_form(
    printer: TypstPrinter, language: str, country: str
) -> None:
    issuer = evolve(RECEIPT.issuer, country=country)
    said = read(printer.print(evolve(RECEIPT, language=language, issuer=issuer)))
    assert SAYS[language, country] in said
    assert {"fr": "preuve de paiement", "nl": "bewijst een betaling", "en": "proof of a payment"}[
        language
    ] in said


@pytest.mark.parametrize(("language", "country"), EXEMPT)
def test_care_names_why_it_bears_no_vat_and_nothing_else_does(
    printer: TypstPrinter, language: str, country: str
) -> None:
    note = EXEMPT[language, country]
    for kind in ReceiptKind:
        issuer = evolve(RECEIPT.issuer, country=country)
        receipt = evolve(RECEIPT, kind=kind, language=language, issuer=issuer)
        care = kind in {ReceiptKind.RECEIPT, ReceiptKind.CREDIT_NOTE}
        assert (note in read(printer.print(receipt))) is care
        assert (note in plainly(as_text(receipt))) is care


def test_a_tax_note_of_ones_own_is_printed_as_it_is(printer: TypstPrinter) -> None:
    own = evolve(RECEIPT, issuer=evolve(RECEIPT.issuer, tax_note="Kleinunternehmer, § 6 UStG"))
    said = read(printer.print(own))
    assert "Kleinunternehmer, § 6 UStG" in said
    assert EXEMPT["fr", "BE"] not in said


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("fr", ["INAMI 1-99101-40-004", "BCE 0999.010.126"]),
        ("nl", ["RIZIV 1-99101-40-004", "KBO 0999.010.126"]),
        ("en", ["INAMI/RIZIV 1-99101-40-004", "BCE/KBO 0999.010.126"]),
    ],
)
def test_a_number_stands_after_its_usual_name(
    printer: TypstPrinter, language: str, names: list[str]
) -> None:
    receipt = evolve(RECEIPT, language=language)
    for said in (read(printer.print(receipt)), plainly(as_text(receipt))):
        assert all(name in said for name in names)


@pytest.mark.parametrize("kind", ReceiptKind)
def test_long_names_and_addresses_stay_on_one_page(
    printer: TypstPrinter, kind: ReceiptKind
) -> None:
    address = "\n".join(
        ["Maison médicale Notre-Dame-de-la-Consolation, bâtiment C, 3e étage", "B-7850 Enghien"] * 3
    )
    issuer = evolve(RECEIPT.issuer, name="Société interprofessionnelle " * 6, address=address)
    receipt = evolve(
        RECEIPT,
        kind=kind,
        issuer=issuer,
        patient_name="Maximilienne-Philippine d’Oultremont " * 5,
        amount=Money(123_456_789, "EUR"),
        reason="La communication a été interrompue trois fois. " * 4,
    )
    pdf = printer.print(receipt)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert "1 234 567,89 €" in read(pdf)
    assert "d’Oultremont" in read(pdf)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indemnity_never_says_consultation(printer: TypstPrinter, language: str) -> None:
    indemnity = evolve(
        RECEIPT, kind=ReceiptKind.INDEMNITY, language=language, reason="Consultation"
    )
    pdf = printer.print(indemnity)
    about = PdfReader(BytesIO(pdf)).metadata
    for said in (read(pdf), as_text(indemnity), str(about)):
        assert "consult" not in said.lower()


def test_a_credit_note_names_what_it_corrects_and_why(printer: TypstPrinter) -> None:
    for said in (read(printer.print(CREDIT_NOTE)), plainly(as_text(CREDIT_NOTE))):
        assert "Corrige le document lambrecht-2027-00042" in said
        assert "Motif Image interrompue" in said
        assert "20,00 €" in said


def test_a_statement_names_no_means_of_payment(printer: TypstPrinter) -> None:
    nothing = evolve(RECEIPT, kind=ReceiptKind.STATEMENT, amount=Money(0, "EUR"))
    for said in (read(printer.print(nothing)), plainly(as_text(nothing))):
        assert "0,00 €" in said
        assert "Moyen de paiement" not in said
        assert "Rien n’a été débité" in said


def test_what_is_not_known_is_left_out(printer: TypstPrinter) -> None:
    bare = evolve(RECEIPT.without_name(), issuer=Issuer(name="Dr Claire Lambrecht"))
    for said in (read(printer.print(bare)), plainly(as_text(bare))):
        assert "Patient" not in said
        assert "None" not in said
        assert "Dr Claire Lambrecht" in said


@pytest.mark.parametrize("kind", ReceiptKind)
def test_the_same_receipt_gives_the_same_bytes(kind: ReceiptKind) -> None:
    receipt = evolve(RECEIPT, kind=kind)
    once, again = TypstPrinter().print(receipt), TypstPrinter().print(receipt)
    assert once.startswith(b"%PDF-")
    assert once == again
    assert once != TypstPrinter().print(evolve(receipt, patient_name="Nora El Amrany"))


def test_the_document_is_tagged_titled_and_dated_by_its_issue(printer: TypstPrinter) -> None:
    document = PdfReader(BytesIO(printer.print(RECEIPT)))
    about = document.metadata
    assert about is not None
    assert about.title == "Reçu de paiement lambrecht-2027-00042"
    assert about.author == "Dr Claire Lambrecht"
    assert about.creation_date is not None
    assert about.creation_date.date().isoformat() == "2027-04-01"
    root = document.root_object
    assert str(root.raw_get("/MarkInfo")) == "{'/Marked': True, '/Suspects': False}"
    assert str(root["/Lang"]) == "fr"
    assert len(document.pages) == 1


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*a* _b_ $c$ `d` @e <f> // g /* h */",
        '"; }, {"title": "x"',
        "\\u{41} #sys.inputs",
        "Γιώργος Παπαδόπουλος",
        "Иван Петров",
    ],
)
def test_a_name_is_printed_as_it_is(printer: TypstPrinter, name: str) -> None:
    named = evolve(RECEIPT, patient_name=name, issuer=Issuer(name=name, address=name, number=name))
    said = read(printer.print(named)).replace(" ", "")
    assert said.count(name.replace(" ", "")) == 4


def test_a_name_no_font_can_show_still_gives_a_document(printer: TypstPrinter) -> None:
    odd = evolve(RECEIPT, patient_name="王小明 🙂")
    assert "45,00 €" in read(printer.print(odd))
    assert printer.print(odd) == printer.print(odd)
    assert "王小明" in as_text(odd)


def test_a_language_we_do_not_have_is_printed_in_french(printer: TypstPrinter) -> None:
    for language in ("de", "fr-BE"):
        assert printer.print(evolve(RECEIPT, language=language)) == printer.print(RECEIPT)
    assert as_text(RECEIPT, "nl-BE") == as_text(evolve(RECEIPT, language="nl"))


def test_days_are_those_of_the_zone() -> None:
    there = read(TypstPrinter(zone="America/New_York").print(RECEIPT))
    assert "1er mars 2027" in there
    assert "31 mars 2027" in there
    assert "Établi le 31 mars 2027" in plainly(as_text(RECEIPT, zone="America/New_York")).replace(
        "  ", " "
    )
    with pytest.raises(BadInput, match="zone"):
        TypstPrinter(zone="Europe/Bruxelles")


def test_a_receipt_in_a_terminal() -> None:
    assert as_text(evolve(RECEIPT, language="en")) == (
        "Dr Claire Lambrecht\n"
        "Avenue du Parc 12\n"
        "1060 Bruxelles\n"
        "INAMI/RIZIV\u00a01-99101-40-004\n"
        "BCE/KBO\u00a00999.010.126\n"
        "\n"
        "Receipt\n"
        "=======\n"
        "\n"
        "Number                 lambrecht-2027-00042\n"
        "Issued on              1 April 2027\n"
        "Patient                Nora El Amrani\n"
        "Video consultation of  2 March 2027\n"
        "Means of payment       Payment card\n"
        "Amount paid            €45.00\n"
        "\n"
        "This receipt is proof of a payment. It is neither a fee note nor a\n"
        "certificate of care (attestation de soins, getuigschrift), and does not\n"
        "replace either.\n"
        "\n"
        "Exempt from VAT under article 44, § 1, of the Belgian VAT Code.\n"
    )
