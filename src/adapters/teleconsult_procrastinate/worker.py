"""Runs the jobs: one Procrastinate worker for each queue, in one process. May import handing.

A slow gateway holds up its own queue only. What a process that died had in its hands is taken up
again once its heartbeat has been silent for a while. Any number of processes run side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job

from teleconsult_procrastinate.handing import DELIVER, QUEUES, RECOVER, TIDYING

Look = Callable[[str], datetime | None]
"""Given an id: does what is due, or says when to look again; None when there is nothing left."""

AGAIN_AFTER = 30
"""Seconds after which a job that ended in trouble is tried again."""


class JobWorker:
    """`deliver` and `recover` look at one message or operation; the other two are rounds.

    `tidy` is called once a minute and `catch_up` every five, by one of all the workers: what no
    job has led to, such as rows of the time before Procrastinate, is found then. `warn` is told of
    trouble with the database. Durations are in seconds.
    """

    def __init__(
        self,
        address: str,
        *,
        deliver: Look,
        recover: Look,
        tidy: Callable[[], object],
        catch_up: Callable[[], object],
        warn: Callable[[str], None],
        at_once: int = 4,
        stalled_after: float = 30.0,
    ) -> None:
        self._at_once, self._stalled_after, self._warn = at_once, stalled_after, warn
        size = len(QUEUES) * 2
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=size)
        )
        again = _WhenItIsTime()
        self._app.task(name=DELIVER, retry=again)(_looking(deliver))
        self._app.task(name=RECOVER, retry=again)(_looking(recover))
        self._every("* * * * *", "teleconsult.tidy", tidy)
        self._every("*/5 * * * *", "teleconsult.catch_up", catch_up)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()
        self._stopping = False

    def _every(self, cron: str, name: str, do: Callable[[], object]) -> None:
        def periodically(timestamp: int) -> None:
            do()

        task = self._app.task(name=name, queue=TIDYING, queueing_lock=name)(periodically)
        self._app.periodic(cron=cron)(task)

    def stop(self) -> None:
        """No further job is begun; may be called by a signal or from another thread."""
        self._stopping = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)

    def run(self) -> None:
        """Until `stop`; what was begun is brought to its end."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        threads = ThreadPoolExecutor(len(QUEUES) * self._at_once, "job")
        self._loop.set_default_executor(threads)
        async with self._app.open_async():
            tasks = [asyncio.create_task(self._works_off(queue)) for queue in QUEUES]
            tasks.append(asyncio.create_task(self._takes_up_what_was_left()))
            if not self._stopping:
                await self._stopped.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _works_off(self, queue: str) -> None:
        """A worker ends when the database goes away; another begins when it is back."""
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=self._at_once,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                    update_heartbeat_interval=self._stalled_after / 3,
                    stalled_worker_timeout=self._stalled_after,
                )
            except ConnectorException as error:
                self._warn(f"{queue}: {error.__cause__ or error}")
            await asyncio.sleep(2)

    async def _takes_up_what_was_left(self) -> None:
        jobs = self._app.job_manager
        while True:
            await asyncio.sleep(self._stalled_after / 2)
            try:
                left = await jobs.get_stalled_jobs(seconds_since_heartbeat=self._stalled_after)
                for job in left:
                    if job.queue in QUEUES:
                        await jobs.retry_job(job)
            except ConnectorException:
                continue  # away, or another worker was quicker


class _NotYet(Exception):
    """It is in somebody's hands, or its time is still to come."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"to be looked at again at {at.isoformat()}")
        self.at = at


class _WhenItIsTime(procrastinate.BaseRetryStrategy):
    """Trouble is tried again for as long as it lasts: the store says when there is no more use."""

    def get_retry_decision(
        self, *, exception: BaseException, job: Job
    ) -> procrastinate.RetryDecision:
        if isinstance(exception, _NotYet):
            return procrastinate.RetryDecision(retry_at=exception.at)
        return procrastinate.RetryDecision(retry_in={"seconds": AGAIN_AFTER})


def _looking(look: Look) -> Callable[..., Any]:
    def looked_at(id: str) -> None:
        again = look(id)
        if again is not None:
            raise _NotYet(again)

    return looked_at
