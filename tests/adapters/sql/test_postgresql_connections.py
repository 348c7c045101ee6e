"""A server that restarts, is gone, full or never was: told plainly, and come back from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from databases import Server, Servers
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_sqlalchemy import SqlStore, check, engine_for, is_address
from teleconsult_sqlalchemy.transactions import named

Make = Callable[..., Confirmed]
A = AppointmentId("a")
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
OTHERS = CUT + "AND pid <> pg_backend_pid()"


def cut_all_others(address: sa.URL) -> None:
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(OTHERS)


def keep(store: SqlStore, appointment: Confirmed) -> None:
    with store.open_work() as work:
        work.appointments.put(appointment)
        work.commit()


def kept(store: SqlStore, id: str = A) -> bool:
    with store.open_work(writing=False) as work:
        return work.appointments.get(AppointmentId(id)) is not None


# --- connections ---------------------------------------------------------------------------------


def test_after_a_restart_the_next_booking_succeeds(
    each_server: Server, servers: Servers, confirmed: Make
) -> None:
    with each_server.database() as address:
        engine = engine_for(address)
        store = SqlStore(engine)
        works = [store.open_work(writing=False) for _ in range(3)]
        for work in works:  # three connections for the pool to remember
            work.__enter__()
        for work in works:
            work.__exit__(None, None, None)
        each_server.restart()
        for number in range(4):
            keep(store, confirmed(f"a{number}", at=60 * number))
        engine.dispose()


def test_cut_inside_a_work_it_is_trouble_and_the_next_work_is_well(
    served: sa.Engine, address: sa.URL, confirmed: Make, noon: object
) -> None:
    store = SqlStore(served)
    with store.open_work() as work:
        work.appointments.put(confirmed("a"))
        cut_all_others(address)
        with pytest.raises(PortTrouble, match="try again") as trouble:
            work.appointments.get(A)
        assert not trouble.value.unknown
        with pytest.raises(PortMisused, match="was undone"):
            work.commit()
    assert not kept(store)
    keep(store, confirmed("a"))


def test_cut_at_the_commit_nobody_knows(
    served: sa.Engine, address: sa.URL, confirmed: Make
) -> None:
    store = SqlStore(served)
    with store.open_work() as work:
        work.appointments.put(confirmed("a"))
        cut_all_others(address)
        with pytest.raises(PortTrouble) as trouble:
            work.commit()
        assert trouble.value.unknown
    assert not kept(store)


def test_too_many_connections(newest: Server, served: sa.Engine) -> None:
    with newest.database() as address:
        newest.run(
            "DROP ROLE IF EXISTS crowd",
            "CREATE ROLE crowd LOGIN CONNECTION LIMIT 1",
        )
        crowded = engine_for(address.set(username="crowd"))
        with crowded.connect(), pytest.raises(PortTrouble, match="too many connections"):
            SqlStore(crowded).open_work().__enter__()
        crowded.dispose()
        newest.run("DROP ROLE crowd")


@pytest.mark.parametrize(
    ("address", "kind", "words"),
    [
        ("postgresql://u:hush@127.0.0.1:1/x", PortTrouble, "cannot be reached; check that"),
        ("postgresql://u:hush@nowhere.invalid/x", PortTrouble, "cannot be reached; check that"),
        ("postgresql://u:hush@/x?host=/nowhere", PortTrouble, "cannot be reached; check that"),
    ],
)
def test_a_server_that_is_not_there(address: str, kind: type[Exception], words: str) -> None:
    engine = engine_for(address)
    for ask in (lambda: check(engine), lambda: SqlStore(engine).open_work().__enter__()):
        with pytest.raises(kind, match=words) as found:
            ask()
        assert "hush" not in str(found.value)


def test_a_database_that_does_not_exist(newest: Server) -> None:
    engine = engine_for(newest.at("nobodys"))
    with pytest.raises(PortMisused, match="name of the database"):
        check(engine)
    engine.dispose()


def test_an_address_that_is_none_is_not_repeated() -> None:
    with pytest.raises(PortMisused, match="cannot be read") as refused:
        engine_for("postgresql://u:hush@host:port/x")
    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_another_kind_of_server_is_refused() -> None:
    with pytest.raises(PortMisused, match="mysql is no database we know"):
        engine_for(sa.make_url("mysql://u:hush@host/x"))


def test_a_password_is_never_shown() -> None:
    engine = engine_for("postgresql://ann:hush@db.example/clinic?password=hush&sslmode=require")
    assert named(engine) == "postgresql://ann@db.example/clinic"


def test_what_is_an_address() -> None:
    assert is_address("postgresql://host/name")
    assert not is_address("clinic.sqlite3")
    assert not is_address("postgresql")
