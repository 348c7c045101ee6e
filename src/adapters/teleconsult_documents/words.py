"""What the documents say: the shape of one language. May import issuers, receipts.

Four rules stand behind the words. A receipt here proves a payment; it is neither a fee note nor
the official form on which care is reimbursed (Belgium: attestation de soins, getuigschrift voor
verstrekte hulp; France: feuille de soins), and says so by the name used in the issuer's country.
An indemnity is no price for care and never uses the word "consultation". Why care bears no VAT is
said as the law of the issuer's country numbers it: article 44, § 1, of the Belgian VAT Code (CTVA,
WBTW), article 261, 4, 1° of the French tax code (CGI). Nothing is said of health.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from teleconsult_core.issuers import Scheme
from teleconsult_core.receipts import ReceiptKind


@frozen
class KindWords:
    """What one kind of document is called and says; `about` introduces the day of the service.

    `{form}` in `says` is where the country's own form of care is named.
    """

    title: str
    about: str
    amount: str
    says: str


@frozen
class Words:
    """One language. Day patterns are CLDR's (Unicode Technical Standard 35).

    `exemption` and `care_form` are by ISO 3166 country; `care_form` has "" for any other.
    """

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
    schemes: Mapping[Scheme, str]
    exemption: Mapping[str, str]
    care_form: Mapping[str, str]
    kinds: Mapping[ReceiptKind, KindWords]

    def says(self, kind: ReceiptKind, country: str) -> str:
        """What the document is, and what it is not."""
        form = self.care_form.get(country) or self.care_form[""]
        return self.kinds[kind].says.format(form=form)
