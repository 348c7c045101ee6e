"""What the documents say in English. May import words."""

from __future__ import annotations

from teleconsult_core.issuers import Scheme
from teleconsult_core.receipts import ReceiptKind
from teleconsult_documents.words import KindWords, Words

ENGLISH = Words(
    locale="en_GB",
    day="d MMMM y",
    first="d MMMM y",
    number="Number",
    issued="Issued on",
    patient="Patient",
    method="Means of payment",
    card="Payment card",
    corrects="Corrects document",
    reason="Reason",
    page="Page",
    schemes={
        Scheme.RPPS: "RPPS",
        Scheme.ADELI: "ADELI",
        Scheme.FINESS: "FINESS",
        Scheme.SIREN: "SIREN",
        Scheme.SIRET: "SIRET",
        Scheme.INAMI: "INAMI/RIZIV",
        Scheme.BCE: "BCE/KBO",
    },
    exemption={
        "BE": "Exempt from VAT under article 44, § 1, of the Belgian VAT Code.",
        "FR": "Exempt from VAT under article 261, 4, 1° of the French General Tax Code (CGI).",
    },
    care_form={
        "BE": "a certificate of care (attestation de soins, getuigschrift)",
        "FR": "a French care form (feuille de soins)",
        "": "an official certificate of care",
    },
    kinds={
        ReceiptKind.RECEIPT: KindWords(
            title="Receipt",
            about="Video consultation of",
            amount="Amount paid",
            says=(
                "This receipt is proof of a payment. It is neither a fee note nor {form}, and "
                "does not replace either."
            ),
        ),
        ReceiptKind.STATEMENT: KindWords(
            title="Statement: nothing charged",
            about="Appointment of",
            amount="Amount charged",
            says=(
                "Nothing was charged for this appointment. If an amount was reserved on the card, "
                "it has been released. This document is not {form}."
            ),
        ),
        ReceiptKind.INDEMNITY: KindWords(
            title="Indemnity note",
            about="Appointment of",
            amount="Indemnity paid",
            says=(
                "This amount is an indemnity, under the terms accepted at booking, for an "
                "appointment that did not take place. It is no price for care. This document is "
                "not {form}."
            ),
        ),
        ReceiptKind.CREDIT_NOTE: KindWords(
            title="Credit note",
            about="Appointment of",
            amount="Amount refunded",
            says=(
                "This amount is returned to the card that was charged. This document is not {form}."
            ),
        ),
    },
)
