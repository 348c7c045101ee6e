"""Persistence through SQLAlchemy Core: SQLite and PostgreSQL from the same tables.

Use `engine_for` (or your own engine), `upgrade` it once, and give `SqlStore(engine).open_work` to
the use cases.
"""

from teleconsult_sqlalchemy.engines import engine_for, is_address, tune
from teleconsult_sqlalchemy.running import Beside
from teleconsult_sqlalchemy.schema import (
    Newer,
    NotOurs,
    Older,
    UpToDate,
    check,
    schema_version,
    script,
    upgrade,
)
from teleconsult_sqlalchemy.tables import Tables, tables
from teleconsult_sqlalchemy.work import SqlStore

__all__ = [
    "Beside",
    "Newer",
    "NotOurs",
    "Older",
    "SqlStore",
    "Tables",
    "UpToDate",
    "check",
    "engine_for",
    "is_address",
    "schema_version",
    "script",
    "tables",
    "tune",
    "upgrade",
]
