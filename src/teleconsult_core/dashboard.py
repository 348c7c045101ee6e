"""A practitioner's payments in figures that add up (S15, S16). May import the nouns of money.

Of what was captured each cent is either refunded, disputed, the clinic's fee or kept for the
practitioner, and of no two of them. What the card network passes on is its own word and stands
beside that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from teleconsult_core.appointments import Appointment
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ledger import promised
from teleconsult_core.money import Money
from teleconsult_core.payments import Transfer

_WITH_THE_BANK = frozenset({HoldState.DISPUTED, HoldState.LOST})


@frozen
class PaymentLine:
    """One payment on the dashboard.

    `expected` is the window in which the money should arrive; `transfer` what the network says.
    """

    appointment: Appointment
    hold: CardHold
    expected: tuple[datetime, datetime] | None
    transfer: Transfer | None

    @property
    def held(self) -> Money:
        """Reserved on the card, and not taken yet."""
        return self.hold.amount if promised(self.hold) else self._nothing

    @property
    def disputed(self) -> Money:
        """With the patient's bank: until it has decided, or for good."""
        return self.hold.refundable if self.hold.state in _WITH_THE_BANK else self._nothing

    @property
    def fee(self) -> Money:
        """What the clinic keeps of what is left."""
        return min(self.hold.fee, self.hold.refundable - self.disputed)

    @property
    def kept(self) -> Money:
        """Captured for the practitioner: neither refunded, nor disputed, nor the clinic's fee."""
        return self.hold.refundable - self.disputed - self.fee

    @property
    def paid(self) -> Money:
        """Passed on to the practitioner."""
        return self.transfer.amount if self.transfer and self.transfer.paid_on else self._nothing

    @property
    def to_come(self) -> Money:
        """Announced by the network, and not passed on yet."""
        waits = self.transfer is not None and self.transfer.paid_on is None
        return self.transfer.amount if self.transfer and waits else self._nothing

    @property
    def _nothing(self) -> Money:
        return Money(0, self.hold.amount.currency)


@frozen
class PaymentTotals:
    """Sums in one currency: over one state, or over all of them when `state` is None."""

    state: HoldState | None
    payments: int
    held: Money
    captured: Money
    refunded: Money
    disputed: Money
    fee: Money
    kept: Money
    paid: Money
    to_come: Money


def totals(lines: Iterable[PaymentLine]) -> tuple[PaymentTotals, ...]:
    """One for each currency."""
    return tuple(_sum(its, None, currency) for currency, its in _by_currency(lines))


def totals_by_state(lines: Iterable[PaymentLine]) -> tuple[PaymentTotals, ...]:
    """One for each currency and state that there is; they add up to `totals`."""
    return tuple(
        _sum([line for line in its if line.hold.state is state], state, currency)
        for currency, its in _by_currency(lines)
        for state in HoldState
        if any(line.hold.state is state for line in its)
    )


def _by_currency(lines: Iterable[PaymentLine]) -> list[tuple[str, list[PaymentLine]]]:
    found: dict[str, list[PaymentLine]] = {}
    for line in lines:
        found.setdefault(line.hold.amount.currency, []).append(line)
    return sorted(found.items())


def _sum(lines: list[PaymentLine], state: HoldState | None, currency: str) -> PaymentTotals:
    def over(amounts: Iterable[Money]) -> Money:
        return Money(sum(amount.minor for amount in amounts), currency)

    return PaymentTotals(
        state=state,
        payments=len(lines),
        held=over(line.held for line in lines),
        captured=over(line.hold.captured for line in lines),
        refunded=over(line.hold.refunded for line in lines),
        disputed=over(line.disputed for line in lines),
        fee=over(line.fee for line in lines),
        kept=over(line.kept for line in lines),
        paid=over(line.paid for line in lines),
        to_come=over(line.to_come for line in lines),
    )
