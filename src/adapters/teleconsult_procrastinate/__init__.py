"""Due work handed to Procrastinate, for installations that outgrow `teleconsult worker`.

`handed_over` goes to the store, which calls it just before a commit: a job exists if, and only if,
the message or operation does. `JobWorker` runs the jobs. The outbox and the operations stay the
truth: a job only says that it is time to look at one of them. May import the core, procrastinate.
"""

from teleconsult_procrastinate.handing import QUEUES, handed_over
from teleconsult_procrastinate.tables import prepare
from teleconsult_procrastinate.worker import JobWorker

__all__ = ["QUEUES", "JobWorker", "handed_over", "prepare"]
