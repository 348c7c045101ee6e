"""The only chance there is: numbers drawn from a seed, or read back from a tape.

Every person and every worker has a stream of his own, so that taking one away does not change
what happens to the others. 0 is always the simplest choice: no fault, no delay, nothing odd.
What was drawn is on the tape; the same seed, or the same tape, gives the same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")

Tape = Mapping[str, Sequence[int]]


class Choices:
    """`Choices(seed)` draws; `Choices.from_tape(tape)` repeats, and gives 0 where it has ended."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.tape: dict[str, list[int]] = {}
        self._dice: dict[str, Random] = {}
        self._given: dict[str, list[int]] | None = None

    @classmethod
    def from_tape(cls, tape: Tape) -> Choices:
        choices = cls(0)
        choices._given = {stream: list(reversed(drawn)) for stream, drawn in tape.items()}
        return choices

    def n(self, k: int, stream: str) -> int:
        """A number from 0 to k - 1."""
        drawn = self.tape.get(stream)
        if drawn is None:
            drawn = self.tape[stream] = []
        if self._given is not None:
            left = self._given.get(stream)
            number = min(left.pop(), k - 1) if left else 0
        else:
            number = int(self._stream(stream).random() * k)
        drawn.append(number)
        return number

    def one_in(self, k: int, stream: str) -> bool:
        """True once in k times; False is the simplest."""
        return self.n(k, stream) == k - 1

    def pick(self, these: Sequence[T], stream: str) -> T:
        """One of `these`; the first is the simplest."""
        return these[self.n(len(these), stream)]

    def _stream(self, name: str) -> Random:
        dice = self._dice.get(name)
        if dice is None:
            seed = int.from_bytes(sha256(f"{self.seed}:{name}".encode()).digest()[:8])
            dice = self._dice[name] = Random(seed)
        return dice
