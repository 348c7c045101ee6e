"""What the documents say in Dutch. May import words."""

from __future__ import annotations

from teleconsult_core.issuers import Scheme
from teleconsult_core.receipts import ReceiptKind
from teleconsult_documents.words import KindWords, Words

DUTCH = Words(
    locale="nl_BE",
    day="d\u00a0MMMM y",
    first="d\u00a0MMMM y",
    number="Nummer",
    issued="Opgemaakt op",
    patient="Patiënt",
    method="Betaalwijze",
    card="Betaalkaart",
    corrects="Verbetert document",
    reason="Reden",
    page="Bladzijde",
    schemes={
        Scheme.RPPS: "RPPS",
        Scheme.ADELI: "ADELI",
        Scheme.FINESS: "FINESS",
        Scheme.SIREN: "SIREN",
        Scheme.SIRET: "SIRET",
        Scheme.INAMI: "RIZIV",
        Scheme.BCE: "KBO",
    },
    exemption={
        "BE": "Vrijgesteld van btw, artikel 44, § 1, van het Btw-Wetboek.",
        "FR": "Vrijgesteld van btw, artikel 261, 4, 1° van het Franse belastingwetboek (CGI).",
    },
    care_form={
        "BE": "getuigschrift voor verstrekte hulp",
        "FR": "Frans zorgformulier (feuille de soins)",
        "": "officieel zorgdocument",
    },
    kinds={
        ReceiptKind.RECEIPT: KindWords(
            title="Ontvangstbewijs",
            about="Videoconsultatie van",
            amount="Betaald bedrag",
            says=(
                "Dit ontvangstbewijs bewijst een betaling. Het is geen ereloonnota en geen "
                "{form}, en vervangt die niet."
            ),
        ),
        ReceiptKind.STATEMENT: KindWords(
            title="Verklaring: niets aangerekend",
            about="Afspraak van",
            amount="Aangerekend bedrag",
            says=(
                "Voor deze afspraak is niets aangerekend. Was er een bedrag op de kaart "
                "gereserveerd, dan is die reservering vervallen. Dit document is geen "
                "{form}."
            ),
        ),
        ReceiptKind.INDEMNITY: KindWords(
            title="Vergoedingsnota",
            about="Afspraak van",
            amount="Betaalde vergoeding",
            says=(
                "Dit bedrag is een vergoeding, volgens de bij het boeken aanvaarde voorwaarden, "
                "voor een afspraak die niet is doorgegaan. Het is geen prijs voor zorg. Dit "
                "document is geen {form}."
            ),
        ),
        ReceiptKind.CREDIT_NOTE: KindWords(
            title="Creditnota",
            about="Afspraak van",
            amount="Terugbetaald bedrag",
            says=(
                "Dit bedrag wordt teruggestort op de kaart waarmee was betaald. Dit document is "
                "geen {form}."
            ),
        ),
    },
)
