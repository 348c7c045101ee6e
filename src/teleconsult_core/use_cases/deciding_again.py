"""Decide again when storage refused a slot. Not a use case: wrapped around those that take time.

Whoever was quicker has committed by then, so the second look sees him: the answer comes from the
rules, and an offer to the waiting list that met somebody else's booking does not undo what it was
part of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from teleconsult_core.stores import SlotConflict

Answer = TypeVar("Answer")
TRIES = 3


def deciding_again(decide: Callable[[], Answer]) -> Answer:
    """What `decide` gives; each time it opens a new work. Raises the third `SlotConflict`."""
    for _ in range(TRIES - 1):
        try:
            return decide()
        except SlotConflict:
            continue
    return decide()
