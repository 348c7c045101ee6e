"""A worker led by the jobs of a queue, instead of looking for what is due. May import rounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from teleconsult_core.ids import MessageId, OperationId
from teleconsult_procrastinate import JobWorker
from teleconsult_wiring.app import App
from teleconsult_wiring.queue import queue_address
from teleconsult_wiring.rounds import one_round, work_in_lane
from teleconsult_wiring.worker import Troubles


def queue_worker(
    app: App, warn: Callable[[str], None], *, stalled_after: float = 30.0
) -> JobWorker:
    """Made from an app whose `job_queue` is set. `stalled_after` is in seconds."""
    troubles = Troubles("tidying", warn)

    def deliver(id: str) -> datetime | None:
        return app.desk.deliver_message(message=MessageId(id), now=app.now())

    def recover(id: str) -> datetime | None:
        return app.desk.recover_operation(operation=OperationId(id), now=app.now())

    return JobWorker(
        queue_address(app.settings),
        deliver=deliver,
        recover=recover,
        tidy=lambda: troubles.hear(work_in_lane(app, "payments")),
        catch_up=lambda: troubles.hear(one_round(app)),
        warn=warn,
        stalled_after=stalled_after,
    )
