"""Whether a round may go on to its next piece of work. Not a use case; asked between two pieces.

A worker that is told to stop, or whose lease runs out, says no; what is left is given back. The
core has no clock and no signals, so whoever has them brings the answer.
"""

from __future__ import annotations

from collections.abc import Callable

GoOn = Callable[[], bool]


def always() -> bool:
    return True
