"""Which shape the tables in a database have, and how they get the current one.

May import `tables`, `trouble`; Alembic only inside functions, because nothing else needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.exc import SQLAlchemyError

from teleconsult_core.ports import PortMisused
from teleconsult_sqlalchemy.tables import Tables, tables
from teleconsult_sqlalchemy.transactions import driver_error, named
from teleconsult_sqlalchemy.trouble import told

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "0001"
"""The version of the tables that this program knows; versions rise as four digits."""

NOTHING = "nothing"
"""The version of a database without our tables."""

Dialect = Literal["sqlite", "postgresql"]
_TURN = 7_355_608_001
"""The number under which programs wait for each other; any would do that nobody else uses."""

_ENFORCED = "PRAGMA foreign_keys"
_MIGRATIONS = Path(__file__).parent / "migrations"


@frozen
class UpToDate:
    """The tables are as this program knows them."""

    version: str

    def __str__(self) -> str:
        return f"The tables are up to date (version {self.version})."


@frozen
class Older:
    """The tables are of an earlier program; `upgrade` brings them here."""

    version: str
    current: str

    def __str__(self) -> str:
        return (
            f"The tables are of version {self.version}, this program needs {self.current}: "
            "make a backup, then upgrade them."
        )


@frozen
class Newer:
    """The tables are of a later program; this one must not touch them."""

    version: str
    current: str

    def __str__(self) -> str:
        return (
            f"The tables are of version {self.version}, this program knows up to {self.current}: "
            "use the newer program."
        )


@frozen
class NotOurs:
    """There are no teleconsult tables under this prefix and in this schema."""

    where: str

    def __str__(self) -> str:
        return f"{self.where} is not a teleconsult database (yet): upgrade it to make it one."


def check(engine: sa.Engine, ours: Tables | None = None) -> UpToDate | Older | Newer | NotOurs:
    """How the tables in the database stand to this program. Changes nothing."""
    version = schema_version(engine, ours)
    if version is None:
        return NotOurs(named(engine))
    if version == CURRENT:
        return UpToDate(version)
    return Older(version, CURRENT) if version in _versions() else Newer(version, CURRENT)


def schema_version(engine: sa.Engine, ours: Tables | None = None) -> str | None:
    """The version of our tables in the database, or None when they are not there."""
    ours = ours or tables()
    versions = sa.table(version_table(ours), sa.column("version_num"), schema=ours.schema)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table(version_table(ours), schema=ours.schema):
                return None
            found = connection.execute(sa.select(versions.c.version_num)).scalar()
    except SQLAlchemyError as error:
        raise told(error, named(engine)) from error
    return None if found is None else str(found)


def version_table(ours: Tables) -> str:
    """Where Alembic notes our version; not under its usual name, which a host may use himself."""
    return f"{ours.prefix}teleconsult_version"


def upgrade(engine: sa.Engine, ours: Tables | None = None) -> None:
    """Bring the tables to the current version, making them where there are none.

    All of it or nothing. Raises `PortMisused` for tables of a newer program.
    """
    ours = ours or tables()
    state = check(engine, ours)
    if isinstance(state, Newer):
        raise PortMisused(f"{named(engine)}: {state}")
    if isinstance(state, UpToDate):
        return
    try:
        with _changing(engine) as connection:
            _run_migrations(connection, ours)
    except (SQLAlchemyError, driver_error(engine.dialect)) as error:
        raise told(error, named(engine)) from error


@contextmanager
def _changing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction around every step, in which SQLite may replace tables others refer to."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                _wait_for_turn(connection)
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        level, (enforced,) = driver.isolation_level, driver.execute(_ENFORCED).fetchone()
        driver.isolation_level = None
        # Inside a transaction this pragma does nothing, and dropping a table that is being
        # replaced would empty the tables that refer to it.
        driver.execute(f"{_ENFORCED} = OFF")
        try:
            driver.execute("BEGIN IMMEDIATE")
            yield connection
            if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
                raise PortMisused(f"{named(engine)} has rows that refer to nothing: {broken[:3]}")
            driver.commit()
        finally:
            connection.rollback()
            driver.rollback()
            driver.execute(f"{_ENFORCED} = {enforced}")
            driver.isolation_level = level


def _wait_for_turn(connection: sa.Connection) -> None:
    """One program at a time changes the tables of a server's database, and may take its time."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise PortMisused(
            f"{named(connection.engine)} keeps text as {encoding}, which has no room for every "
            "name; create it with ENCODING 'UTF8'"
        )
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


def _run_migrations(connection: sa.Connection, ours: Tables) -> None:
    from alembic import command  # noqa: PLC0415 # nothing else needs Alembic, which is slow to load

    command.upgrade(_config(ours, connection=connection), "head")


def script(dialect: Dialect, since: str = NOTHING, ours: Tables | None = None) -> str:
    """The SQL that brings tables of version `since` to the current one, for a person to run.

    Asks no database. Raises `PortMisused` for a version there never was.
    """
    from alembic import command  # noqa: PLC0415 # nothing else needs Alembic, which is slow to load

    if since not in {NOTHING, *_versions()}:
        raise PortMisused(f"there is no version {since} of the tables; up to {CURRENT} there are")
    written = StringIO()
    config = _config(ours or tables(), dialect_name=dialect, literal_binds=True)
    config.output_buffer = written
    start = "base" if since == NOTHING else since
    command.upgrade(config, f"{start}:head", sql=True)
    return f"BEGIN;\n\n{written.getvalue().strip()}\n\nCOMMIT;\n"


def _config(ours: Tables, **where: Any) -> Config:
    from alembic.config import Config  # noqa: PLC0415 # nothing else needs Alembic

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes.update(where=where, tables=ours, version_table=version_table(ours))
    return config


def _versions() -> set[str]:
    """Every version there ever was."""
    return {path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
