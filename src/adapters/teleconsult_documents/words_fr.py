"""What the documents say in French. May import words."""

from __future__ import annotations

from teleconsult_core.issuers import Scheme
from teleconsult_core.receipts import ReceiptKind
from teleconsult_documents.words import KindWords, Words

FRENCH = Words(
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
    schemes={
        Scheme.RPPS: "RPPS",
        Scheme.ADELI: "ADELI",
        Scheme.FINESS: "FINESS",
        Scheme.SIREN: "SIREN",
        Scheme.SIRET: "SIRET",
        Scheme.INAMI: "INAMI",
        Scheme.BCE: "BCE",
    },
    exemption={
        "BE": "Exempté de la TVA, article 44, § 1er, du Code de la TVA.",
        "FR": "Exonération de TVA, article 261, 4, 1° du Code général des impôts.",
    },
    care_form={
        "BE": "une attestation de soins",
        "FR": "une feuille de soins",
        "": "un document officiel de soins",
    },
    kinds={
        ReceiptKind.RECEIPT: KindWords(
            title="Reçu de paiement",
            about="Consultation vidéo du",
            amount="Montant payé",
            says=(
                "Ce reçu est une preuve de paiement. Il n’est ni une note d’honoraires, ni "
                "{form}, et n’en tient pas lieu."
            ),
        ),
        ReceiptKind.STATEMENT: KindWords(
            title="Attestation de non-débit",
            about="Rendez-vous du",
            amount="Montant débité",
            says=(
                "Rien n’a été débité pour ce rendez-vous. Si un montant était réservé sur la "
                "carte, la réserve est libérée. Ce document n’est pas {form}."
            ),
        ),
        ReceiptKind.INDEMNITY: KindWords(
            title="Note d’indemnité",
            about="Rendez-vous du",
            amount="Indemnité payée",
            says=(
                "Ce montant est une indemnité, selon les conditions acceptées à la réservation, "
                "pour un rendez-vous qui n’a pas eu lieu. Il n’est pas le prix d’un soin. Ce "
                "document n’est pas {form}."
            ),
        ),
        ReceiptKind.CREDIT_NOTE: KindWords(
            title="Note de crédit",
            about="Rendez-vous du",
            amount="Montant remboursé",
            says=(
                "Ce montant est reversé sur la carte qui avait été débitée. Ce document n’est "
                "pas {form}."
            ),
        ),
    },
)
