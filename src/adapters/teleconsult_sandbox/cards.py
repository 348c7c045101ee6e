"""The test cards and what each is good for. May import holds (for the brands) and ids.

A card here is a name for a behaviour; there are no card numbers.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

from teleconsult_core.holds import ACCEPTED_BRANDS, CardBrand
from teleconsult_core.ids import CardToken
from teleconsult_core.ports import CardDetails


@frozen
class Behaviour:
    """What the bank that issued the card does.

    `declines`: the reason for which every hold is declined. `asks_patient`: the patient must
    authenticate (3-D Secure); `rejects_patient`: and never succeeds. `drops_after`: the bank lets
    a hold go before the network's own end, without a word to `until`. `disputes_after`: the
    cardholder disputes, this long after a capture.
    """

    declines: str = ""
    asks_patient: bool = False
    rejects_patient: bool = False
    drops_after: timedelta | None = None
    disputes_after: timedelta | None = None


@frozen
class TestCard:
    __test__ = False  # not a test, although its name begins like one

    token: CardToken
    brand: CardBrand
    name: str
    last4: str
    behaviour: Behaviour = Behaviour()
    about: str = ""

    @property
    def details(self) -> CardDetails:
        return CardDetails(self.brand, self.last4, self.name)

    @property
    def accepted(self) -> bool:
        return self.brand in ACCEPTED_BRANDS


def _card(
    token: str,
    brand: CardBrand,
    name: str,
    last4: str,
    about: str,
    behaviour: Behaviour | None = None,
) -> TestCard:
    return TestCard(CardToken(token), brand, name, last4, behaviour or Behaviour(), about)


_VISA, _MASTERCARD = CardBrand.VISA, CardBrand.MASTERCARD
_AMEX, _OTHER = CardBrand.AMERICAN_EXPRESS, CardBrand.OTHER
_DAY = timedelta(days=1)

# fmt: off
_ALL = (
    _card("visa-ok", _VISA, "Visa", "4242", "always good"),
    _card("mastercard-ok", _MASTERCARD, "Mastercard", "4444", "always good"),
    _card("amex-ok", _AMEX, "American Express", "0005", "always good"),
    _card("discover", _OTHER, "Discover", "1117", "a brand that is not accepted"),
    _card("maestro", _OTHER, "Maestro", "0604", "a brand that is not accepted"),
    _card("visa-declined", _VISA, "Visa", "0002", "declined without a reason",
          Behaviour(declines="declined")),
    _card("visa-insufficient-funds", _VISA, "Visa", "9995", "declined: not enough money",
          Behaviour(declines="insufficient-funds")),
    _card("visa-expired", _VISA, "Visa", "0069", "declined: the card has expired",
          Behaviour(declines="expired-card")),
    _card("visa-3ds", _VISA, "Visa", "3184", "the patient must authenticate",
          Behaviour(asks_patient=True)),
    _card("mastercard-3ds", _MASTERCARD, "Mastercard", "3222", "the patient must authenticate",
          Behaviour(asks_patient=True)),
    _card("visa-3ds-always-fails", _VISA, "Visa", "0001", "authentication never succeeds",
          Behaviour(asks_patient=True, rejects_patient=True)),
    _card("visa-short", _VISA, "Visa", "0048", "the bank drops the hold after 2 days",
          Behaviour(drops_after=2 * _DAY)),
    _card("mastercard-dispute", _MASTERCARD, "Mastercard", "0259", "disputed a day after capture",
          Behaviour(disputes_after=_DAY)),
)
# fmt: on

CARDS = {card.token: card for card in _ALL}
"""Every test card by its token."""
