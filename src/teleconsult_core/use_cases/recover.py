"""Recover: take up the payment operations that nobody finished.

At start and about every minute, by any number of workers: each operation is claimed for a while,
looked up at the network, and only then repeated.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from teleconsult_core.ids import OperationId
from teleconsult_core.payments import Operation
from teleconsult_core.ports import PortMisused, Ports
from teleconsult_core.use_cases.perform_operation import Unsettled, perform_operation

LEASE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)


@frozen
class Recovered:
    """What came of one round: operations settled, still open, and broken (a person must look)."""

    settled: int = 0
    open: int = 0
    broken: tuple[tuple[OperationId, str], ...] = field(default=())


def recover(ports: Ports, *, now: datetime, limit: int = 100) -> Recovered:
    """One round over at most `limit` open operations."""
    with ports.open_work() as work:
        claimed = work.operations.claim(now, now + LEASE, limit)
        work.commit()
    settled, still_open = 0, 0
    broken: list[tuple[OperationId, str]] = []
    for operation in claimed:
        try:
            outcome = perform_operation(
                ports, operation=operation, now=now, look_first=operation.attempts > 1
            )
        except (PortMisused, LookupError) as problem:
            broken.append((operation.id, str(problem)))
            _wait(ports, operation, now)
            continue
        if isinstance(outcome, Unsettled):
            still_open += 1
            _wait(ports, operation, now)
        else:
            settled += 1
    return Recovered(settled, still_open, tuple(broken))


def _wait(ports: Ports, operation: Operation, now: datetime) -> None:
    """Ask less and less often, up to every quarter of an hour."""
    pause = min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(operation.attempts, 10)))
    with ports.open_work() as work:
        current = work.operations.get(operation.id)
        if current is not None and current.open:
            work.operations.put(evolve(current, not_before=now + pause))
            work.commit()
