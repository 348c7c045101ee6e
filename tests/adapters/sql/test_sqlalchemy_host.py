"""A host brings its own engine, connection or session, its own MetaData, prefix and schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import AppointmentId
from teleconsult_core.stores import SlotConflict
from teleconsult_sqlalchemy import SqlStore, Tables, check, tables, tune, upgrade

Make = Callable[..., Confirmed]
A, B = AppointmentId("a"), AppointmentId("b")

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


@pytest.fixture(params=["plain", "tuned"])
def hosts_engine(request: pytest.FixtureRequest, path: Path) -> Iterator[sa.Engine]:
    """As SQLAlchemy makes it, where sqlite3 begins late; and readied by `tune`."""
    engine = sa.create_engine(f"sqlite:///{path}")
    if request.param == "tuned":
        tune(engine)
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id TEXT PRIMARY KEY) STRICT")
    yield engine
    engine.dispose()


@pytest.fixture
def kept(hosts_engine: sa.Engine) -> Callable[[], tuple[list[str], list[str]]]:
    """What another connection sees: the host's orders and our appointments."""

    def look() -> tuple[list[str], list[str]]:
        with hosts_engine.connect() as connection:
            orders = connection.exec_driver_sql("SELECT id FROM orders ORDER BY id")
            ours = connection.exec_driver_sql("SELECT id FROM appointments ORDER BY id")
            return list(orders.scalars()), list(ours.scalars())

    return look


Kept = Callable[[], tuple[list[str], list[str]]]


def order(connection: sa.Connection | Session, id: str) -> None:
    connection.execute(sa.text("INSERT INTO orders VALUES (:id)"), {"id": id})


def test_our_commit_is_true_only_once_the_host_commits(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    with hosts_engine.connect() as connection:
        with SqlStore.within(connection).open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
        with SqlStore.within(connection).open_work(writing=False) as work:
            assert work.appointments.get(A) == confirmed("a")
        assert kept() == ([], [])
        connection.commit()
    assert kept() == ([], ["a"])


def test_the_hosts_rollback_takes_ours_along(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    with hosts_engine.connect() as connection:
        order(connection, "1")
        with SqlStore.within(connection).open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
        order(connection, "2")
        connection.rollback()
    assert kept() == ([], [])


def test_the_first_statement_of_all_may_be_ours(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    with hosts_engine.connect() as connection, connection.begin():
        with SqlStore.within(connection).open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
        assert kept() == ([], [])
        order(connection, "1")
    assert kept() == (["1"], ["a"])


def test_leaving_without_commit_leaves_the_hosts_own_rows(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    with hosts_engine.begin() as connection:
        order(connection, "1")
        with SqlStore.within(connection).open_work() as work:
            work.appointments.put(confirmed("a"))
        order(connection, "2")
    assert kept() == (["1", "2"], [])


def test_a_conflict_does_not_poison_the_hosts_transaction(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    with hosts_engine.begin() as connection:
        store = SqlStore.within(connection)
        order(connection, "1")
        with store.open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
        with store.open_work() as work:
            work.appointments.put(confirmed("far", at=600))
            with pytest.raises(SlotConflict):
                work.appointments.put(confirmed("b", at=10))
        order(connection, "2")
        with store.open_work() as work:
            work.appointments.put(confirmed("b", at=20))
            work.commit()
    assert kept() == (["1", "2"], ["a", "b"])


def test_a_session_and_what_it_has_not_flushed_yet(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    with Session(hosts_engine) as session:
        order(session, "1")
        with SqlStore.within(session).open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
        session.rollback()
        assert kept() == ([], [])
        with SqlStore.within(session).open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
        order(session, "2")
        session.commit()
    assert kept() == (["2"], ["a"])


def test_the_hosts_engine_serves_works_of_our_own(
    hosts_engine: sa.Engine, kept: Kept, confirmed: Make
) -> None:
    store = SqlStore(hosts_engine)
    with store.open_work() as work:
        work.appointments.put(confirmed("a"))
        work.commit()
    with pytest.raises(SlotConflict), store.open_work() as work:
        work.appointments.put(confirmed("b"))
    with store.open_work() as work:
        work.appointments.put(confirmed("c", at=60))
    assert kept() == ([], ["a"])


def prefixed() -> Tables:
    return tables(sa.MetaData(naming_convention=CONVENTION), prefix="tc_")


def test_a_prefix_and_the_hosts_own_metadata(path: Path, confirmed: Make) -> None:
    metadata = sa.MetaData(naming_convention=CONVENTION)
    sa.Table("appointments", metadata, sa.Column("host", sa.Text))
    ours = tables(metadata, prefix="tc_")
    engine = tune(sa.create_engine(f"sqlite:///{path}"))
    upgrade(engine, ours)
    store = SqlStore(engine, ours)
    with store.open_work() as work:
        work.appointments.put(confirmed("a"))
        work.commit()
    with pytest.raises(SlotConflict), store.open_work() as work:
        work.appointments.put(confirmed("b"))
    names = sa.inspect(engine).get_table_names()
    assert all(name.startswith("tc_") for name in names)
    assert str(check(engine, ours)).startswith("The tables are up to date")
    assert "not a teleconsult database" in str(check(engine))
    engine.dispose()


def test_two_prefixes_share_a_database_and_nothing_else(path: Path, confirmed: Make) -> None:
    engine = tune(sa.create_engine(f"sqlite:///{path}"))
    north, south = tables(prefix="north_"), tables(prefix="south_")
    for ours in (north, south):
        upgrade(engine, ours)
        with SqlStore(engine, ours).open_work() as work:
            work.appointments.put(confirmed("a"))
            work.commit()
    with SqlStore(engine, north).open_work() as work:
        work.appointments.remove(A)
        work.commit()
    with SqlStore(engine, south).open_work(writing=False) as work:
        assert work.appointments.get(A) == confirmed("a")
    engine.dispose()


def test_a_schema(tmp_path: Path, path: Path, confirmed: Make) -> None:
    engine = tune(sa.create_engine(f"sqlite:///{path}"))
    attach = f"ATTACH DATABASE '{tmp_path / 'care.sqlite3'}' AS care"
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute(attach).close())
    ours = tables(schema="care")
    upgrade(engine, ours)
    with SqlStore(engine, ours).open_work() as work:
        work.appointments.put(confirmed("a"))
        work.commit()
    with SqlStore(engine, ours).open_work(writing=False) as work:
        assert work.appointments.get(A) == confirmed("a")
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
