"""The test cards, and one hold as the card network keeps it. May import holds, payments, ports.

What may happen to a hold is said here, one method each, giving the hold after it; a step that
comes too early or too late changes nothing, and the hold it gives tells why.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from teleconsult_core.holds import CardBrand, HoldFact, HoldNews
from teleconsult_core.ids import CardToken, HoldRef, OperationId
from teleconsult_core.money import Money, part_of
from teleconsult_core.payments import HoldView, Transfer
from teleconsult_core.ports import Authorise, CardDetails, PortMisused

HOLD_LIVES = timedelta(days=7)
VISA_WITHOUT_PATIENT_LIVES = timedelta(days=4, hours=18)
BANK_DROPS_AFTER = timedelta(days=2)
"""When the bank of `visa-short` lets go of a hold, without a word to `until`."""
PASSED_ON_AFTER = timedelta(days=15)


@frozen
class TestCard:
    __test__ = False  # not a test, although its name begins like one

    details: CardDetails
    declines: str = ""
    asks_patient: bool = False
    drops: bool = False


def _card(brand: CardBrand, last4: str, name: str) -> TestCard:
    return TestCard(CardDetails(brand, last4, name))


_VISA = _card(CardBrand.VISA, "4242", "Visa")

CARDS = {
    CardToken("visa"): _VISA,
    CardToken("mastercard"): _card(CardBrand.MASTERCARD, "4444", "Mastercard"),
    CardToken("amex"): _card(CardBrand.AMERICAN_EXPRESS, "0005", "American Express"),
    CardToken("discover"): _card(CardBrand.OTHER, "1117", "Discover"),
    CardToken("visa-declined"): evolve(_VISA, declines="insufficient-funds"),
    CardToken("visa-3ds"): evolve(_VISA, asks_patient=True),
    CardToken("visa-short"): evolve(_VISA, drops=True),
}
"""Every test card by its token."""

_REFUNDABLE = frozenset({HoldFact.CAPTURED, HoldFact.PARTLY_REFUNDED, HoldFact.DISPUTE_WON})


@frozen
class Held:
    """One hold in the network's books; `fact` is the last thing that happened to it."""

    ref: HoldRef
    key: OperationId
    request: Authorise
    card: TestCard
    made_at: datetime
    fact: HoldFact
    captured: Money
    refunded: Money
    fee: Money
    """What the clinic keeps, less what it gave back."""
    until: datetime | None = None
    dropped_at: datetime | None = None
    captured_at: datetime | None = None
    reason: str = ""
    refunds: tuple[OperationId, ...] = ()
    came_back: tuple[OperationId, ...] = ()

    @property
    def amount(self) -> Money:
        return self.request.amount

    def view(self) -> HoldView:
        details = self.card.details
        news = HoldNews(
            fact=self.fact,
            ref=self.ref,
            until=self.until,
            brand=details.brand,
            last4=details.last4,
            captured=self.captured,
            refunded=self.refunded,
            reason=self.reason,
            fee=self.fee,
        )
        return HoldView(self.ref, news, self.key, self.refunds, self.came_back)

    def transfer(self, now: datetime) -> Transfer | None:
        """What of it goes to the practitioner; None when nothing was taken, or all given back."""
        left = self.captured - self.refunded - self.fee
        if self.captured_at is None or not left.minor or self.fact is HoldFact.DISPUTE_LOST:
            return None
        expected = self.captured_at + PASSED_ON_AFTER
        withheld = self.fact is HoldFact.DISPUTED or now < expected
        paid_on = None if withheld else expected
        return Transfer(self.ref, self.request.practitioner, left, expected, paid_on)

    # --- what may happen -------------------------------------------------------------------------

    def reserved(self, now: datetime) -> Held:
        visa_alone = self.card.details.brand is CardBrand.VISA and not self.request.present
        until = now + (VISA_WITHOUT_PATIENT_LIVES if visa_alone else HOLD_LIVES)
        dropped_at = now + BANK_DROPS_AFTER if self.card.drops else None
        return evolve(self, fact=HoldFact.AUTHORISED, until=until, dropped_at=dropped_at)

    def at(self, now: datetime) -> Held:
        """The hold as time alone has left it."""
        ends = [end for end in (self.until, self.dropped_at) if end is not None]
        if self.fact is not HoldFact.AUTHORISED or not ends or now < min(ends):
            return self
        return evolve(self, fact=HoldFact.LAPSED, reason="lapsed")

    def authenticated(self, ok: bool, now: datetime) -> Held:
        if self.fact is not HoldFact.NEEDS_PATIENT:
            return self
        if not ok:
            return evolve(self, fact=HoldFact.DECLINED, reason="authentication-failed")
        return evolve(self, request=evolve(self.request, present=True)).reserved(now)

    def taken(self, amount: Money, now: datetime, fee: Money | None = None) -> Held:
        _must_be_charge(amount, self.amount)
        fee = _kept(fee, amount, self.request)
        if self.fact is not HoldFact.AUTHORISED:
            return self
        return evolve(self, fact=HoldFact.CAPTURED, captured=amount, fee=fee, captured_at=now)

    def let_go(self) -> Held:
        if self.fact not in {HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT}:
            return self
        return evolve(self, fact=HoldFact.RELEASED)

    def given_back(self, key: OperationId, amount: Money) -> Held:
        if self.fact not in _REFUNDABLE:
            return self
        _must_be_charge(amount, self.captured - self.refunded)
        refunded = self.refunded + amount
        fact = HoldFact.REFUNDED if refunded == self.captured else HoldFact.PARTLY_REFUNDED
        fee = part_of(self.fee, self.captured - refunded, self.captured - self.refunded)
        return evolve(self, fact=fact, refunded=refunded, fee=fee, refunds=(*self.refunds, key))

    def disputed(self) -> Held:
        return evolve(self, fact=HoldFact.DISPUTED) if self.fact in _REFUNDABLE else self

    def decided(self, won: bool) -> Held:
        if self.fact is not HoldFact.DISPUTED:
            return self
        return evolve(self, fact=HoldFact.DISPUTE_WON if won else HoldFact.DISPUTE_LOST)


def placed(ref: HoldRef, key: OperationId, request: Authorise, now: datetime) -> Held:
    """A new hold: held, declined, or waiting for the patient."""
    card = CARDS.get(request.card)
    if card is None:
        raise PortMisused("the card network knows no such card")
    if card.details.brand is CardBrand.OTHER:
        raise PortMisused(f"{card.details.name} must be refused before a hold is asked for")
    if not request.amount.minor:
        raise PortMisused("a hold of 0.00 is no hold")
    nothing = Money(0, request.amount.currency)
    held = Held(ref, key, request, card, now, HoldFact.NEEDS_PATIENT, nothing, nothing, nothing)
    if card.declines:
        return evolve(held, fact=HoldFact.DECLINED, reason=card.declines)
    return held if card.asks_patient else held.reserved(now)


def _kept(fee: Money | None, amount: Money, request: Authorise) -> Money:
    """Raises `PortMisused` for a fee without an account, or above what is taken."""
    if fee is None:
        return Money(0, amount.currency)
    if request.account is None or fee > amount:
        raise PortMisused(f"a fee of {fee} cannot be kept of {amount}")
    return fee


def _must_be_charge(amount: Money, most: Money) -> None:
    if amount.currency != most.currency:
        raise PortMisused(f"{amount} is not in {most.currency}, as the hold is")
    if not amount.minor or amount > most:
        raise PortMisused(f"{amount} is not between 0.00 and {most}")
