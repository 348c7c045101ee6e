"""What the documents say, in French, Dutch and English. May import receipts.

Three rules stand behind the words. A receipt here proves a payment; in Belgium it is neither the
official certificate of care (attestation de soins, getuigschrift voor verstrekte hulp) nor a
substitute for it, and says so. An indemnity is no price for care and never uses the word
"consultation". Nothing is said of health.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from teleconsult_core.receipts import ReceiptKind


@frozen
class KindWords:
    """What one kind of document is called and says; `about` introduces the day of the service."""

    title: str
    about: str
    amount: str
    says: str


@frozen
class Words:
    """One language. Day patterns are CLDR's (Unicode Technical Standard 35)."""

    locale: str
    day: str
    first: str
    number: str
    issued: str
    patient: str
    method: str
    card: str
    corrects: str
    reason: str
    page: str
    kinds: Mapping[ReceiptKind, KindWords]


_FRENCH = Words(
    locale="fr_BE",
    day="d\u00a0MMMM y",
    first="d'er'\u00a0MMMM y",
    number="Numéro",
    issued="Établi le",
    patient="Patient",
    method="Moyen de paiement",
    card="Carte de paiement",
    corrects="Corrige le document",
    reason="Motif",
    page="Page",
    kinds={
        ReceiptKind.RECEIPT: KindWords(
            title="Reçu de paiement",
            about="Consultation vidéo du",
            amount="Montant payé",
            says=(
                "Ce reçu est une preuve de paiement. Il n’est pas une attestation de soins et "
                "n’en tient pas lieu."
            ),
        ),
        ReceiptKind.STATEMENT: KindWords(
            title="Attestation de non-débit",
            about="Rendez-vous du",
            amount="Montant débité",
            says=(
                "Rien n’a été débité pour ce rendez-vous. Si un montant était réservé sur la "
                "carte, la réserve est levée. Ce document n’est pas une attestation de soins."
            ),
        ),
        ReceiptKind.INDEMNITY: KindWords(
            title="Note d’indemnité",
            about="Rendez-vous du",
            amount="Indemnité payée",
            says=(
                "Ce montant est une indemnité, selon les conditions acceptées à la réservation, "
                "pour un rendez-vous qui n’a pas eu lieu. Il n’est pas le prix d’un soin. Ce "
                "document n’est pas une attestation de soins."
            ),
        ),
        ReceiptKind.CREDIT_NOTE: KindWords(
            title="Note de crédit",
            about="Rendez-vous du",
            amount="Montant remboursé",
            says=(
                "Ce montant est reversé sur la carte qui avait été débitée. Ce document n’est pas "
                "une attestation de soins."
            ),
        ),
    },
)

_DUTCH = Words(
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
    kinds={
        ReceiptKind.RECEIPT: KindWords(
            title="Ontvangstbewijs",
            about="Videoconsultatie van",
            amount="Betaald bedrag",
            says=(
                "Dit ontvangstbewijs bewijst een betaling. Het is geen getuigschrift voor "
                "verstrekte hulp en vervangt dat niet."
            ),
        ),
        ReceiptKind.STATEMENT: KindWords(
            title="Verklaring: niets aangerekend",
            about="Afspraak van",
            amount="Aangerekend bedrag",
            says=(
                "Voor deze afspraak is niets aangerekend. Was er een bedrag op de kaart "
                "gereserveerd, dan is die reservering vervallen. Dit document is geen "
                "getuigschrift voor verstrekte hulp."
            ),
        ),
        ReceiptKind.INDEMNITY: KindWords(
            title="Vergoedingsnota",
            about="Afspraak van",
            amount="Betaalde vergoeding",
            says=(
                "Dit bedrag is een vergoeding, volgens de bij het boeken aanvaarde voorwaarden, "
                "voor een afspraak die niet is doorgegaan. Het is geen prijs voor zorg. Dit "
                "document is geen getuigschrift voor verstrekte hulp."
            ),
        ),
        ReceiptKind.CREDIT_NOTE: KindWords(
            title="Creditnota",
            about="Afspraak van",
            amount="Terugbetaald bedrag",
            says=(
                "Dit bedrag wordt teruggestort op de kaart waarmee was betaald. Dit document is "
                "geen getuigschrift voor verstrekte hulp."
            ),
        ),
    },
)

_ENGLISH = Words(
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
    kinds={
        ReceiptKind.RECEIPT: KindWords(
            title="Receipt",
            about="Video consultation of",
            amount="Amount paid",
            says=(
                "This receipt is proof of a payment. It is not the official certificate of care "
                "and does not replace it."
            ),
        ),
        ReceiptKind.STATEMENT: KindWords(
            title="Statement: nothing charged",
            about="Appointment of",
            amount="Amount charged",
            says=(
                "Nothing was charged for this appointment. If an amount was reserved on the card, "
                "it has been released. This document is not a certificate of care."
            ),
        ),
        ReceiptKind.INDEMNITY: KindWords(
            title="Indemnity note",
            about="Appointment of",
            amount="Indemnity paid",
            says=(
                "This amount is an indemnity, under the terms accepted at booking, for an "
                "appointment that did not take place. It is no price for care. This document is "
                "not a certificate of care."
            ),
        ),
        ReceiptKind.CREDIT_NOTE: KindWords(
            title="Credit note",
            about="Appointment of",
            amount="Amount refunded",
            says=(
                "This amount is returned to the card that was charged. This document is not a "
                "certificate of care."
            ),
        ),
    },
)

_LANGUAGES = {"fr": _FRENCH, "nl": _DUTCH, "en": _ENGLISH}


def words_in(language: str) -> Words:
    """The words of `language`, or of the language without its region, or French."""
    return _LANGUAGES.get(language.partition("-")[0], _FRENCH)
