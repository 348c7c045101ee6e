"""The tables on a server: made by the migrations, by one program at a time, and by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from databases import Server
from teleconsult_core.ports import PortMisused
from teleconsult_sqlalchemy import Tables, UpToDate, check, engine_for, script, tables, upgrade
from teleconsult_sqlalchemy.schema import CURRENT, version_table


@pytest.fixture(
    params=[tables(), tables(prefix="tc_", schema="care")], ids=["plain", "prefix-schema"]
)
def ours(request: pytest.FixtureRequest) -> Tables:
    found: Tables = request.param
    return found


@pytest.fixture
def empty(newest: Server, ours: Tables) -> Iterator[sa.Engine]:
    with newest.database(empty=True) as address:
        engine = engine_for(address)
        if ours.schema:
            with engine.begin() as connection:
                connection.execute(sa.schema.CreateSchema(ours.schema))
        yield engine
        engine.dispose()


def differences(engine: sa.Engine, ours: Tables) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "version_table": version_table(ours),
                "version_table_schema": ours.schema,
                "include_schemas": bool(ours.schema),
            },
        )
        return list(compare_metadata(context, ours.metadata))


def test_the_migrations_make_exactly_the_tables(empty: sa.Engine, ours: Tables) -> None:
    upgrade(empty, ours)
    assert check(empty, ours) == UpToDate(CURRENT)
    assert differences(empty, ours) == []
    upgrade(empty, ours)
    assert check(empty, ours) == UpToDate(CURRENT)


def test_somebody_else_may_run_the_sql(empty: sa.Engine, ours: Tables) -> None:
    with empty.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.autocommit = True  # the script begins and commits by itself
        driver.execute(script("postgresql", ours=ours))
        driver.autocommit = False
    assert check(empty, ours) == UpToDate(CURRENT)
    assert differences(empty, ours) == []


def test_on_the_oldest_server_too(servers: object, each_server: Server) -> None:
    with each_server.database(empty=True) as address:
        engine = engine_for(address)
        upgrade(engine)
        assert differences(engine, tables()) == []
        engine.dispose()


UPGRADE = "import sys; from teleconsult_sqlalchemy import *; upgrade(engine_for(sys.argv[1]))"


def test_several_programs_may_start_on_an_empty_database_at_once(newest: Server) -> None:
    with newest.database(empty=True) as address:
        words = [sys.executable, "-c", UPGRADE, address.render_as_string(hide_password=False)]
        starting = [subprocess.Popen(words) for _ in range(3)]
        assert [one.wait(timeout=60) for one in starting] == [0, 0, 0]
        engine = engine_for(address)
        assert check(engine) == UpToDate(CURRENT)
        engine.dispose()


def test_a_step_that_fails_leaves_nothing_behind(newest: Server) -> None:
    with newest.database(empty=True) as address:
        engine = engine_for(address)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE ratings (somebody_elses TEXT)")
        with pytest.raises(PortMisused, match="ratings"):
            upgrade(engine)
        assert sa.inspect(engine).get_table_names() == ["ratings"]
        engine.dispose()


def test_a_schema_that_is_not_there(newest: Server) -> None:
    with newest.database(empty=True) as address:
        engine = engine_for(address)
        with pytest.raises(PortMisused, match="no such schema; create it"):
            upgrade(engine, tables(schema="care"))
        engine.dispose()


def test_a_database_without_room_for_every_name_is_refused(newest: Server) -> None:
    newest.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    engine = engine_for(newest.at("latin"))
    with pytest.raises(PortMisused, match=r"LATIN1.*ENCODING 'UTF8'"):
        upgrade(engine)
    engine.dispose()
    newest.run("DROP DATABASE latin WITH (FORCE)")


def test_the_sql_of_a_version_there_never_was() -> None:
    with pytest.raises(PortMisused, match="no version 9999"):
        script("postgresql", since="9999")


def test_the_sql_for_sqlite_makes_the_same_file() -> None:
    engine = engine_for(":memory:")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.executescript(script("sqlite"))
        context = MigrationContext.configure(
            connection, opts={"version_table": version_table(tables())}
        )
        assert compare_metadata(context, tables().metadata) == []
    assert check(engine) == UpToDate(CURRENT)
    engine.dispose()
