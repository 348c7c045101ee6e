"""Makes a failing tape small: fewer people, fewer faults, the same broken invariant.

First whole streams are silenced (a stream that says nothing chooses 0, the simplest), then blocks
of a stream. What is left is a story one can read, and is kept as a regression.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from simulation.choices import Tape

Fails = Callable[[Tape], bool]


def shrunk(tape: Tape, fails: Fails, *, seconds: float = 60.0) -> dict[str, list[int]]:
    """The smallest tape found in `seconds` for which `fails` still holds."""
    until = perf_counter() + seconds
    best = {stream: list(drawn) for stream, drawn in tape.items()}
    block = max(1, len(best) // 2)
    while block and perf_counter() < until:
        best = _without_streams(best, fails, block, until)
        block //= 2
    for stream in sorted(best, key=lambda name: -_weight(best[name])):
        if perf_counter() > until:
            break
        best = _with_zeros(best, stream, fails, until)
    return {stream: _trimmed(drawn) for stream, drawn in best.items() if any(drawn)}


def _without_streams(
    best: dict[str, list[int]], fails: Fails, block: int, until: float
) -> dict[str, list[int]]:
    names = [name for name, drawn in best.items() if any(drawn)]
    for begin in range(0, len(names), block):
        if perf_counter() > until:
            break
        silent = set(names[begin : begin + block])
        tried = {name: drawn for name, drawn in best.items() if name not in silent}
        if fails(tried):
            best = tried
    return best


def _with_zeros(
    best: dict[str, list[int]], stream: str, fails: Fails, until: float
) -> dict[str, list[int]]:
    block = max(1, len(best[stream]) // 2)
    while block and perf_counter() < until:
        for begin in range(0, len(best[stream]), block):
            drawn = best[stream]
            if not any(drawn[begin : begin + block]) or perf_counter() > until:
                continue
            zeroed = [*drawn[:begin], *[0] * len(drawn[begin : begin + block]),
                      *drawn[begin + block :]]  # fmt: skip
            tried = {**best, stream: zeroed}
            if fails(tried):
                best = tried
        block //= 2
    return best


def _weight(drawn: list[int]) -> int:
    return sum(number != 0 for number in drawn)


def _trimmed(drawn: list[int]) -> list[int]:
    end = len(drawn)
    while end and not drawn[end - 1]:
        end -= 1
    return drawn[:end]
