"""From every released version to this one: the tables arrive, and so does every row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import released
from databases import Server, Servers
from teleconsult_core.testing.builders import (
    a_confirmed,
    a_hold,
    a_patient,
    a_practice,
    a_receipt,
    an_entry,
)
from teleconsult_sqlalchemy import SqlStore, UpToDate, check, engine_for, tables, upgrade
from teleconsult_sqlalchemy.schema import CURRENT, version_table


@contextmanager
def left_by(path: Path, servers: Servers) -> Iterator[sa.Engine]:
    """A database as that version left it."""
    if path.name.endswith(".sqlite.sql"):
        engine = engine_for(":memory:")
        with engine.connect() as connection:
            sqlite = connection.connection.driver_connection
            assert sqlite is not None
            sqlite.executescript(path.read_text())
        try:
            yield engine
        finally:
            engine.dispose()
        return
    server: Server = servers.get("newest")
    with server.database(empty=True) as address:
        engine = engine_for(address)
        with engine.connect() as connection:
            postgres = connection.connection.driver_connection
            assert postgres is not None
            postgres.autocommit = True
            postgres.execute(path.read_text())
            postgres.autocommit = False
        try:
            yield engine
        finally:
            engine.dispose()


@pytest.mark.parametrize("path", released.released(), ids=lambda path: path.stem)
def test_every_row_of_it_arrives(path: Path, servers: Servers) -> None:
    fresh = engine_for(":memory:")
    upgrade(fresh)
    released.fill(SqlStore(fresh).open_work)
    expected = {name: len(found) for name, found in released.rows(fresh).items()}
    fresh.dispose()
    assert all(expected.values())
    with left_by(path, servers) as engine:
        upgrade(engine)
        assert check(engine) == UpToDate(CURRENT)
        assert {name: len(found) for name, found in released.rows(engine).items()} == expected
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "version_table": version_table(tables())}
            )
            assert compare_metadata(context, tables().metadata) == []


@pytest.mark.parametrize("path", released.released(), ids=lambda path: path.stem)
def test_what_it_kept_is_read_as_it_was_written(path: Path, servers: Servers) -> None:
    with left_by(path, servers) as engine:
        upgrade(engine)
        with SqlStore(engine).open_work(writing=False) as work:
            assert work.clinic.practice() == a_practice()
            assert work.patients.get(a_patient().id) == a_patient()
            assert work.appointments.get(a_confirmed().terms.id) == a_confirmed()
            assert work.holds.get(a_hold().id) == a_hold()
            assert work.receipts.get(a_receipt().number) == a_receipt()
            assert list(work.ledger.every()) == [an_entry()]


def test_both_kinds_of_the_current_version_are_kept() -> None:
    names = {path.name for path in released.released()}
    assert {f"{CURRENT}.{dialect}.sql" for dialect in released.DIALECTS} <= names
