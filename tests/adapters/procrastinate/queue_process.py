"""A worker process that is led by jobs, with gateways slow enough to be killed in the middle.

python -m adapters.procrastinate.queue_process HOME DATABASE_URL
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any

from attrs import evolve

from teleconsult_wiring import Settings, open_app
from teleconsult_wiring.queue_worker import queue_worker

STALLED_AFTER = 2.0
A_SENDING = 0.1


class Slow:
    """A gateway that takes its time."""

    def __init__(self, gateway: Any) -> None:
        self._gateway = gateway

    def send(self, **given: Any) -> Any:
        time.sleep(A_SENDING)
        return self._gateway.send(**given)


def main(home: str, database_url: str) -> None:
    app = open_app(Settings(home=Path(home), database_url=database_url, job_queue="procrastinate"))
    desk = evolve(app.desk, texts=Slow(app.desk.texts), letters=Slow(app.desk.letters))
    warn = sys.stderr.write
    worker = queue_worker(evolve(app, desk=desk), warn, stalled_after=STALLED_AFTER)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    try:
        worker.run()
    finally:
        app.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
