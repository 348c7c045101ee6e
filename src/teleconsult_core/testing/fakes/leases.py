"""Whether somebody has it in his hands. May import the nouns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from teleconsult_core.messages import Message
from teleconsult_core.payments import Operation


def not_leased(clock: datetime) -> Callable[[Message | Operation], bool]:
    """Whether what is asked about has no lease, or one that is over at `clock`."""
    return lambda one: one.leased_until is None or one.leased_until <= clock


def free_at(one: Message | Operation, now: datetime, clock: datetime) -> bool:
    """Whether its turn has come, and nobody has it."""
    return one.ready_at <= now and not_leased(clock)(one)
