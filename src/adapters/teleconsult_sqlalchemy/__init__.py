"""Persistence through SQLAlchemy Core: SQLite now, PostgreSQL from the same tables.

Use `engine_for` (or your own engine), `upgrade` it once, and give `SqlStore(engine).open_work` to
the use cases.
"""

from teleconsult_sqlalchemy.engines import engine_for, tune
from teleconsult_sqlalchemy.schema import (
    Newer,
    NotOurs,
    Older,
    UpToDate,
    check,
    schema_version,
    upgrade,
)
from teleconsult_sqlalchemy.tables import Tables, tables
from teleconsult_sqlalchemy.work import SqlStore

__all__ = [
    "Newer",
    "NotOurs",
    "Older",
    "SqlStore",
    "Tables",
    "UpToDate",
    "check",
    "engine_for",
    "schema_version",
    "tables",
    "tune",
    "upgrade",
]
