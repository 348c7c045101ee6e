"""Deliver one message, whoever it is that says its time has come.

For installations that hand what is due to a queue of their own: what the queue says is a hint, the
outbox is the truth. A message that is not due, is done, or is in somebody's hands is left alone.
"""

from __future__ import annotations

from datetime import datetime

from teleconsult_core.ids import MessageId
from teleconsult_core.ports import Ports
from teleconsult_core.use_cases.deliver_due_messages import LEASE, deliver_claimed


def deliver_message(ports: Ports, *, message: MessageId, now: datetime) -> datetime | None:
    """Gives when to look at it again; None when it is over, or was tried just now.

    One that was tried in vain is planned anew, and whoever hears of planned messages hears of it.
    """
    with ports.open_work() as work:
        if work.clinic.practice() is None:
            return None
        claimed = work.outbox.claim_one(message, now, LEASE)
        if claimed is None:
            found = work.outbox.get(message)
            planned = found is not None and found.planned
            return (found.leased_until or found.ready_at) if found and planned else None
        work.commit()
    deliver_claimed(ports, [claimed], now)
    return None
