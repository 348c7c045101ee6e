"""Recover one payment operation, whoever it is that says its time has come.

For installations that hand what is due to a queue of their own: what the queue says is a hint, the
operation is the truth. One that is settled, waits, or is in somebody's hands is left alone.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import OperationId
from teleconsult_core.ports import Ports
from teleconsult_core.use_cases.recover import LEASE, recover_claimed


def recover_operation(ports: Ports, *, operation: OperationId, now: datetime) -> datetime | None:
    """Gives when to look at it again; None when it is over, or was tried just now.

    One that was tried in vain is written anew, and whoever hears of open operations hears of it.
    """
    with ports.open_work() as work:
        claimed = work.operations.claim_one(operation, now, LEASE)
        if claimed is None:
            found = work.operations.get(operation)
            return (found.leased_until or found.ready_at) if found and found.open else None
        work.commit()
    recover_claimed(ports, claimed, now)
    return None
