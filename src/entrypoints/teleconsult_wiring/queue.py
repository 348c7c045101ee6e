"""The queue that due work is handed to, where an installation has one. May import settings.

Procrastinate is loaded by who has chosen it only: it is an extra of its own.
"""

from __future__ import annotations

import sqlalchemy as sa

from teleconsult_sqlalchemy import Beside
from teleconsult_wiring.settings import NotConfigured, Settings


def handed_over_to(settings: Settings) -> Beside | None:
    """What the store calls before it commits; None where workers look for themselves."""
    if not settings.job_queue:
        return None
    _must_be_installed()
    from teleconsult_procrastinate import handed_over

    return handed_over


def prepare_queue(settings: Settings) -> None:
    """Make the queue's own tables where they are missing."""
    if settings.job_queue:
        _must_be_installed()
        from teleconsult_procrastinate import prepare

        prepare(queue_address(settings))


def queue_must_be_ready(settings: Settings, engine: sa.Engine) -> None:
    """Raises `NotConfigured` when its tables are missing."""
    if not settings.job_queue:
        return
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT to_regclass('procrastinate_jobs')").scalar()
    if found is None:
        raise NotConfigured("the tables of the job queue are missing: run `teleconsult upgrade`")


def queue_address(settings: Settings) -> str:
    """The database's address as the driver takes it."""
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def _must_be_installed() -> None:
    try:
        import procrastinate  # noqa: F401 # asked here, so that what is missing is told by its name
    except ImportError as error:
        raise NotConfigured(
            "job_queue is procrastinate, which is not installed: "
            "run `pip install 'teleconsult[procrastinate]'`"
        ) from error
