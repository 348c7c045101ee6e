"""The tables, their versions and the way from one to the next."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.schema import CreateIndex, CreateTable

import teleconsult_sqlalchemy
from teleconsult_core.clinic_stores import ClinicStores
from teleconsult_core.ports import PortMisused
from teleconsult_core.sign_in_stores import SignInStores
from teleconsult_core.stores import Work
from teleconsult_sqlalchemy import (
    Newer,
    NotOurs,
    Older,
    Tables,
    UpToDate,
    check,
    engine_for,
    schema_version,
    tables,
    upgrade,
)
from teleconsult_sqlalchemy.all_statements import AllStatements
from teleconsult_sqlalchemy.columns import PERSONAL
from teleconsult_sqlalchemy.schema import CURRENT, version_table
from teleconsult_sqlalchemy.statements import Compiler, Statement

POSTGRESQL = sa.URL.create("postgresql+psycopg").get_dialect()()
MIGRATIONS = Path(teleconsult_sqlalchemy.__file__).parent / "migrations"
STORES = [
    name
    for part in (Work, ClinicStores, SignInStores)
    for name, of in vars(part).items()
    if isinstance(of, property)
]


@pytest.fixture(params=[tables(), tables(prefix="tc_")], ids=["plain", "prefixed"])
def ours(request: pytest.FixtureRequest) -> Tables:
    found: Tables = request.param
    return found


@pytest.fixture
def migrated(path: Path, ours: Tables) -> Iterator[sa.Engine]:
    engine = engine_for(path)
    upgrade(engine, ours)
    yield engine
    engine.dispose()


def ddl(engine: sa.Engine, without: str = "") -> dict[str, str]:
    """What SQLite itself noted of every table and index."""
    noted = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> ?"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(noted, (without,))
        return {row[0]: row[1] for row in rows}


def test_the_migrations_make_exactly_the_tables(migrated: sa.Engine, ours: Tables) -> None:
    straight = sa.create_engine("sqlite://")
    ours.metadata.create_all(straight)
    assert ddl(migrated, without=version_table(ours)) == ddl(straight)
    straight.dispose()


def test_autogenerate_finds_nothing_to_do(migrated: sa.Engine, ours: Tables) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "version_table": version_table(ours)}
        )
        assert compare_metadata(context, ours.metadata) == []


def test_upgrading_twice_is_upgrading_once(migrated: sa.Engine, ours: Tables) -> None:
    before = ddl(migrated)
    upgrade(migrated, ours)
    assert ddl(migrated) == before
    assert check(migrated, ours) == UpToDate(CURRENT)


def test_down_and_up_again(migrated: sa.Engine, ours: Tables) -> None:
    before = ddl(migrated)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with migrated.begin() as connection:
        config.attributes.update(
            where={"connection": connection}, tables=ours, version_table=version_table(ours)
        )
        command.downgrade(config, "base")
    assert set(ddl(migrated)) == {version_table(ours)}
    upgrade(migrated, ours)
    assert ddl(migrated) == before


def test_the_current_version_is_the_last_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == CURRENT


def set_version(engine: sa.Engine, version: str) -> None:
    with engine.begin() as connection:
        table = sa.table(version_table(tables()), sa.column("version_num"))
        connection.execute(sa.update(table).values(version_num=version))


def test_a_newer_database_is_refused_by_name(engine: sa.Engine) -> None:
    set_version(engine, "9999")
    assert check(engine) == Newer("9999", CURRENT)
    with pytest.raises(PortMisused, match=rf"9999.*knows up to {CURRENT}"):
        upgrade(engine)
    assert schema_version(engine) == "9999"


def test_an_older_database_is_told_to_be_upgraded(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teleconsult_sqlalchemy.schema.CURRENT", "0002")
    assert check(engine) == Older("0001", "0002")
    assert "make a backup, then upgrade" in str(check(engine))


def test_another_programs_database(path: Path) -> None:
    engine = engine_for(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
    assert check(engine) == NotOurs(str(path))
    assert schema_version(engine) is None
    upgrade(engine)
    assert check(engine) == UpToDate(CURRENT)
    engine.dispose()


def test_a_step_that_fails_leaves_nothing_behind(path: Path) -> None:
    engine = engine_for(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ratings (somebody_elses TEXT)")
    with pytest.raises(PortMisused, match="ratings"):
        upgrade(engine)
    assert set(ddl(engine)) == {"ratings"}
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_upgrading_leaves_logging_as_it_was(path: Path) -> None:
    names = ("", "alembic", "alembic.runtime.migration", "sqlalchemy")
    before = [(list(logging.getLogger(n).handlers), logging.getLogger(n).level) for n in names]
    engine = engine_for(path)
    upgrade(engine)
    engine.dispose()
    after = [(list(logging.getLogger(n).handlers), logging.getLogger(n).level) for n in names]
    assert after == before


def test_every_column_says_how_personal_it_is() -> None:
    for table in tables().metadata.tables.values():
        for column in table.columns:
            assert column.info.get("personal") in PERSONAL, f"{table.name}.{column.name}"


def test_who_somebody_is_stands_in_few_tables_only() -> None:
    found = {
        table.name
        for table in tables().metadata.tables.values()
        for column in table.columns
        if column.info["personal"] in {"identity", "contact"}
    }
    signing_in = {"staff", "sessions", "sign_in_links"}
    assert found == {"patients", "practitioners", "receipts", "receipt_documents"} | signing_in


@pytest.mark.parametrize("schema", [None, "care"])
def test_postgresql_takes_the_same_tables(schema: str | None) -> None:
    dialect = POSTGRESQL
    for table in tables(prefix="tc_", schema=schema).metadata.sorted_tables:
        text = str(CreateTable(table).compile(dialect=dialect))
        assert f"{schema}.tc_" in text if schema else "TABLE tc_" in text
        for index in table.indexes:
            assert "CREATE" in str(CreateIndex(index).compile(dialect=dialect))
    appointments = str(CreateTable(tables().appointments).compile(dialect=dialect))
    assert "starts TIMESTAMP WITH TIME ZONE NOT NULL" in appointments
    assert "card_required BOOLEAN NOT NULL" in appointments


def test_postgresql_takes_the_same_statements_and_locks_what_a_get_returns() -> None:
    every = AllStatements(tables(), Compiler.of(POSTGRESQL))
    assert len(STORES) == 25
    for store in STORES:
        for name, statement in vars(getattr(every, store)).items():
            assert isinstance(statement, Statement)
            locks = name in LOCKING
            assert ("FOR UPDATE" in statement.locking) is locks
    assert "FOR UPDATE SKIP LOCKED" in every.outbox.claim.sql
    assert "FOR UPDATE" not in every.holds.get.sql


LOCKING = {
    "get", "taken", "claim", "claim_one", "note_and_claim", "practitioner", "schedule",
}  # fmt: skip
"""What can lock the rows it finds, for whoever decides on them."""

READ_WHOLE = {
    "practice", "mark", "practitioners", "search", "started_before", "left_over",
    "placed_since", "every",
    "recent", "of_kind", "open_count", "forget",
}  # fmt: skip
"""What may read a table from end to end: few rows, or asked by people and by the clean-up."""


def test_everything_else_finds_its_rows_by_an_index(engine: sa.Engine) -> None:
    every = AllStatements(tables(), Compiler(engine.dialect))
    found = set()
    with engine.connect() as connection:
        for name, statement in named_statements(every):
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement.sql}", tuple(1 for _ in statement.inputs)
            )
            steps = [row[3] for row in plan]
            # An index over the few rows in question may be read whole.
            if any(step.startswith("SCAN") and "_some" not in step for step in steps):
                found.add(name)
    assert found <= READ_WHOLE | {"take", "take_more"}  # count their ticks


def named_statements(every: AllStatements) -> Iterator[tuple[str, Statement]]:
    for store in STORES:
        yield from vars(getattr(every, store)).items()
