"""Procrastinate's own tables, beside ours. May import procrastinate."""

from __future__ import annotations

import procrastinate


def prepare(address: str) -> None:
    """Make them where they are missing. Upgrading them later is Procrastinate's own matter."""
    connector = procrastinate.SyncPsycopgConnector(
        conninfo=address, min_size=1, max_size=1, timeout=5
    )
    with procrastinate.App(connector=connector).open() as app:
        if not app.check_connection():
            app.schema_manager.apply_schema()
