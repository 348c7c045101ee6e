"""What the business can refuse, and what no one should have said. May import attrs, ids, money, slots.

A refusal is a value: the outcome of a use case that kept its rules, with the numbers that broke
them. Every refusal has a stable `code` (for machines, never translated) and a sentence (`str()`).
`BadInput` is different: a value that is no value at all (a naive time, an amount with three
decimals) never becomes part of the domain, so it is raised where it would have been made.
"""

from __future__ import annotations


class BadInput(ValueError):
    """A malformed value: names the field, the value (shortened) and the bound it broke."""

    code = "bad-input"

    def __init__(self, field: str, value: object, bound: str) -> None:
        self.field = field
        self.value = shortened(value)
        self.bound = bound
        super().__init__(f"{field}: {self.value} is not acceptable: {bound}")


def shortened(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: one line, printable, at most `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
