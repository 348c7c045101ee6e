"""From what a work has written to the jobs that will look at it, on the work's own connection.

May import the nouns, procrastinate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from teleconsult_core.messages import Channel, Message
from teleconsult_core.payments import Operation

PAYMENTS, TIDYING = "teleconsult-payments", "teleconsult-tidying"
CHANNELS = {Channel.SMS: "teleconsult-sms", Channel.EMAIL: "teleconsult-email"}
QUEUES = (PAYMENTS, *CHANNELS.values(), TIDYING)
"""One for each thing that may wait for itself alone."""

DELIVER, RECOVER = "teleconsult.deliver_message", "teleconsult.recover_operation"

# It has no pool and is never opened: every job travels on a connection that is given.
_deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def handed_over(connection: Any, queued: Sequence[Message | Operation]) -> None:
    """Write a job for each of `queued` that waits, due when it is, on a psycopg `connection`.

    In one statement. Raises the driver's own error.
    """
    last = {one.id: one for one in queued}  # what was written twice is as it was written last
    jobs = [_job(one) for one in last.values() if _waits(one)]
    if not jobs:
        return
    try:
        _deferring.job_manager.batch_defer_jobs(jobs=jobs, connection=connection)
    except ConnectorException as error:
        raise error.__cause__ or error from None


def _waits(one: Message | Operation) -> bool:
    return one.planned if isinstance(one, Message) else one.open


def _job(one: Message | Operation) -> Job:
    message = isinstance(one, Message)
    return Job(
        queue=CHANNELS[one.channel] if isinstance(one, Message) else PAYMENTS,
        task_name=DELIVER if message else RECOVER,
        task_kwargs={"id": one.id},
        scheduled_at=one.ready_at,
        lock=None,
        queueing_lock=None,
    )
