"""Recover: take up the payment operations that nobody finished.

At start and about every minute, by any number of workers: each operation is claimed for a while,
looked up at the network, and only then repeated, less and less often. One that is in trouble
keeps no other waiting; one that was tried too often is parked, and the practice is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from teleconsult_core.ids import OperationId
from teleconsult_core.pauses import pause
from teleconsult_core.payments import Operation
from teleconsult_core.ports import Ports
from teleconsult_core.use_cases.alarms import tell_charge_at_risk, tell_payment_stuck
from teleconsult_core.use_cases.going_on import GoOn, always
from teleconsult_core.use_cases.perform_operation import Unsettled, perform_operation

LEASE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(seconds=30)


@frozen
class Recovered:
    """What came of one round: operations settled, still open, parked, and broken.

    For those that are broken a person must look; they are tried again until they are parked.
    """

    settled: int = 0
    open: int = 0
    parked: int = 0
    broken: tuple[tuple[OperationId, str], ...] = ()
    trouble: str = ""
    """What the network last said instead of an answer."""

    def and_then(self, later: Recovered) -> Recovered:
        """Two rounds, one after the other, as one."""
        return Recovered(
            self.settled + later.settled,
            self.open + later.open,
            self.parked + later.parked,
            self.broken + later.broken,
            later.trouble or self.trouble,
        )


def recover(ports: Ports, *, now: datetime, limit: int = 100, go_on: GoOn = always) -> Recovered:
    """One round over at most `limit` open operations; those left when it may not go on wait."""
    with ports.open_work(writing=False) as work:  # most rounds find nothing, and lock nothing
        if not work.operations.open_count():
            return Recovered()
    with ports.open_work() as work:
        claimed = work.operations.claim(now, LEASE, limit)
        work.commit()
    done = Recovered()
    for operation in claimed:
        if not go_on():
            _give_back(ports, operation)
        else:
            done = done.and_then(recover_claimed(ports, operation, now))
    return done


def recover_claimed(ports: Ports, operation: Operation, now: datetime) -> Recovered:
    """One that was claimed: looked up, and repeated if it has not happened."""
    try:
        outcome = perform_operation(
            ports, operation=operation, now=now, look_first=operation.attempts > 1
        )
    except Exception as problem:  # whatever is wrong with this one, the others are none the worse
        parked = _wait(ports, operation, str(problem), now)
        return Recovered(parked=parked, broken=((operation.id, str(problem)),))
    if isinstance(outcome, Unsettled):
        parked = _wait(ports, outcome.operation, outcome.why, now)
        return Recovered(open=1 - parked, parked=parked, trouble=outcome.why)
    return Recovered(settled=1)


def _wait(ports: Ports, operation: Operation, why: str, now: datetime) -> int:
    """Ask again later, and less and less often; 1 once it was parked instead."""
    parked = operation.worn_out(now)
    with ports.open_work() as work:
        work.appointments.get(operation.appointment)  # locked first, as everywhere
        current = work.operations.get(operation.id)
        if current is None or not current.open or current.attempts != operation.attempts:
            return 0  # settled meanwhile, or somebody else's turn by now
        if parked:
            current = current.parked(why)
            tell_payment_stuck(work, current, now)
        else:
            wait = pause(operation.id, operation.attempts, first=FIRST_PAUSE)
            current = current.later(now + wait)
            tell_charge_at_risk(work, current, now)
        work.operations.put(current)
        work.commit()
    return int(parked)


def _give_back(ports: Ports, operation: Operation) -> None:
    with ports.open_work() as work:
        current = work.operations.get(operation.id)
        if current is not None and current.open and current.attempts == operation.attempts:
            work.operations.put(current.given_back())
            work.commit()
