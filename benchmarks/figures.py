"""How a figure is made: paired rounds within one run, their median and range, and a verdict."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen


@frozen
class Row:
    """One line of the table. `ratios` are one per round; smaller is better than `goal`."""

    figure: str
    goal: float
    ratios: Sequence[float]
    unit: str = "x"
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def reached(self) -> bool:
        return self.median <= self.goal


def best_of(action: Callable[[], object], repeat: int) -> float:
    """The shortest of `repeat` runs in seconds: what the work takes when nothing disturbs it."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return min(times)


def paired(
    rounds: int, ours: Callable[[], float], theirs: Callable[[], float]
) -> tuple[list[float], list[float], list[float]]:
    """Both measured in every round, in turn first; ratios ours/theirs, and the seconds of each."""
    ratios, mine, other = [], [], []
    for number in range(rounds):
        if number % 2:
            b, a = theirs(), ours()
        else:
            a, b = ours(), theirs()
        ratios.append(a / b)
        mine.append(a)
        other.append(b)
    return ratios, mine, other


def microseconds(seconds: Iterable[float]) -> str:
    return f"{statistics.median(seconds) * 1e6:,.0f} µs"


def table(rows: Iterable[Row]) -> str:
    lines = [f"{'figure':<58} {'goal':>10} {'median':>10} {'range':>21}  verdict", "-" * 112]
    for row in rows:
        low, high = min(row.ratios), max(row.ratios)
        span = f"{low:.4g}–{high:.4g}"
        verdict = "reached" if row.reached else "NOT REACHED"
        lines.append(
            f"{row.figure:<58} {row.goal:>9.4g}{row.unit} {row.median:>9.4g}{row.unit}"
            f" {span:>21}  {verdict}"
        )
        if row.note:
            lines.append(f"    {row.note}")
    return "\n".join(lines)
