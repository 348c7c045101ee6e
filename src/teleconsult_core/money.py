"""Money in minor units and a currency (ISO 4217); no float anywhere. May import refusals."""

from __future__ import annotations

import re

from attrs import field, frozen

from teleconsult_core.refusals import BadInput

MINOR_DIGITS = {"EUR": 2, "GBP": 2, "CHF": 2, "USD": 2, "JPY": 0, "TND": 3}
"""Digits after the decimal point, per supported currency (ISO 4217 minor unit exponent)."""

LARGEST = 2**53
_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]+)?", re.ASCII)


@frozen(order=False)
class Money:
    """A sum of `minor` units (cents for EUR), never negative; other currencies are never mixed."""

    minor: int = field()
    currency: str = field()

    @minor.validator
    def _whole(self, _: object, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise BadInput("amount", value, f"a whole number of minor units from 0 to {LARGEST}")

    @currency.validator
    def _known(self, _: object, value: object) -> None:
        if value not in MINOR_DIGITS:
            raise BadInput("currency", value, f"one of {', '.join(sorted(MINOR_DIGITS))}")

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """`"40.00"` in EUR is 4000 minor units. Raises `BadInput` with value and bound."""
        digits = MINOR_DIGITS.get(currency)
        if digits is None:
            raise BadInput("currency", currency, f"one of {', '.join(sorted(MINOR_DIGITS))}")
        if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
            raise BadInput(
                "amount", text, f"an amount of 0.00 or more such as 40.00, in {currency}"
            )
        whole, _, part = text.partition(".")
        if len(part) > digits:
            raise BadInput("amount", text, f"at most {digits} decimals in {currency}")
        return cls(int(whole) * 10**digits + int(part.ljust(digits, "0") or "0"), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    @property
    def decimal(self) -> str:
        """The amount alone, with the currency's decimals: `40.00`."""
        digits = MINOR_DIGITS[self.currency]
        if not digits:
            return str(self.minor)
        whole, part = divmod(self.minor, 10**digits)
        return f"{whole}.{part:0{digits}d}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise BadInput("currency", other.currency, f"{self.currency}, as the other amount")
        return other.minor


def part_of(sum: Money, part: Money, whole: Money) -> Money:
    """As much of `sum` as `part` is of `whole`; half a minor unit counts as one."""
    return Money((sum.minor * part.minor * 2 + whole.minor) // (whole.minor * 2), sum.currency)


def zero(currency: str) -> Money:
    return Money(0, currency)
