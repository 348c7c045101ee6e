"""What goes wrong with the file is named, says what to do, and loses nothing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from teleconsult_core.appointments import Confirmed
from teleconsult_core.holds import CardHold
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_sqlalchemy import SqlStore, check, engine_for, tune, upgrade

Make = Callable[..., Confirmed]
Count = Callable[[str], int]


def put(store: SqlStore, *appointments: Confirmed) -> None:
    """All of them in one work."""
    with store.open_work() as work:
        for appointment in appointments:
            work.appointments.put(appointment)
        work.commit()


def put_each(store: SqlStore, works: list[list[Confirmed]]) -> None:
    for appointments in works:
        put(store, *appointments)


@contextmanager
def prepared(engine: sa.Engine, pragma: str) -> Iterator[SqlStore]:
    """A store whose connections run `pragma` first."""

    @sa.event.listens_for(engine, "connect")
    def ready(connection: Any, _record: object) -> None:
        connection.execute(pragma).close()

    yield SqlStore(engine)
    engine.dispose()


def test_a_full_disk_is_trouble_and_what_was_there_stays(
    path: Path, store: SqlStore, confirmed: Make, count: Count
) -> None:
    put(store, confirmed("before"))
    fives = [[confirmed(f"a{n}", at=60 * n) for n in range(m, m + 5)] for m in range(1, 5000, 5)]
    pages = path.stat().st_size // 4096 + 8
    with prepared(engine_for(path), f"PRAGMA max_page_count = {pages}") as cramped:
        with pytest.raises(PortTrouble, match="its disk is full; free some space"):
            put_each(cramped, fives)
        with cramped.open_work(writing=False) as work:
            assert work.appointments.get(AppointmentId("before")) == confirmed("before")
    assert count("appointments") % 5 == 1
    assert count("appointments") > 1
    put(store, confirmed("after", at=-60))


def test_a_full_disk_names_the_file(path: Path, engine: sa.Engine, confirmed: Make) -> None:
    pages = path.stat().st_size // 4096
    with prepared(engine_for(path), f"PRAGMA max_page_count = {pages}") as cramped:
        with pytest.raises(PortTrouble) as trouble:
            put(cramped, *(confirmed(f"a{number}", at=60 * number) for number in range(2000)))
        assert str(trouble.value).startswith(str(path))
        assert not trouble.value.unknown
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_read_only_file_needs_a_person_and_can_still_be_read(
    path: Path, store: SqlStore, confirmed: Make
) -> None:
    put(store, confirmed("before"))
    engine = tune(sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true"))
    readers = SqlStore(engine)
    with readers.open_work(writing=False) as work:
        assert work.appointments.get(AppointmentId("before")) == confirmed("before")
    with pytest.raises(PortMisused, match="is read-only; let this process write"):
        put(readers, confirmed("a", at=60))
    engine.dispose()


NOBODY = 65534


@contextmanager
def as_somebody_else(folder: Path) -> Iterator[None]:
    """A folder becomes somebody's own, and so do we: nothing is read-only to root."""
    root = os.geteuid() == 0
    if root:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_file_without_write_permission(confirmed: Make) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        path = Path(name) / "clinic.sqlite3"
        engine = engine_for(path)
        upgrade(engine)
        engine.dispose()
        path.chmod(0o444)
        with as_somebody_else(path.parent), pytest.raises(PortMisused, match=str(path)):
            put(SqlStore(engine), confirmed("a"))
        engine.dispose()


def test_a_folder_that_is_not_there(tmp_path: Path, confirmed: Make) -> None:
    missing = tmp_path / "nowhere" / "clinic.sqlite3"
    with pytest.raises(PortMisused, match=r"cannot be opened; check that its folder exists"):
        put(SqlStore(engine_for(missing)), confirmed("a"))
    with pytest.raises(PortMisused, match="cannot be opened"):
        check(engine_for(missing))


def test_a_file_that_is_no_database(path: Path, confirmed: Make) -> None:
    path.write_text("Dear patient, " * 1000)
    with pytest.raises(PortMisused, match=r"is not a SQLite database"):
        put(SqlStore(engine_for(path)), confirmed("a"))
    with pytest.raises(PortMisused, match=r"is not a SQLite database"):
        upgrade(engine_for(path))


def test_a_database_without_our_tables_says_so(path: Path, confirmed: Make) -> None:
    engine = engine_for(path)
    with pytest.raises(PortMisused, match="upgrade it"):
        put(SqlStore(engine), confirmed("a"))
    engine.dispose()


def test_a_locked_file_is_trouble_that_may_pass(
    path: Path, store: SqlStore, confirmed: Make
) -> None:
    with prepared(engine_for(path), "PRAGMA busy_timeout = 20") as impatient:
        with store.open_work():
            with pytest.raises(PortTrouble, match="is locked by another"):
                put(impatient, confirmed("a"))
            with impatient.open_work(writing=False) as work:
                assert work.clinic.practice() is None
        put(impatient, confirmed("a"))


def test_a_reading_work_writes_nothing(
    store: SqlStore, held: Callable[..., CardHold], count: Count
) -> None:
    with store.open_work(writing=False) as work:
        with pytest.raises(PortMisused, match="for reading only"):
            work.holds.put(held("a"))
        with pytest.raises(PortMisused, match="for reading only"):
            work.commit()
    assert count("holds") == 0


def test_a_work_that_is_over_can_only_be_left(
    store: SqlStore, held: Callable[..., CardHold], count: Count
) -> None:
    with store.open_work() as work:
        work.holds.put(held("a"))
        work.commit()
        with pytest.raises(PortMisused, match="was committed"):
            work.holds.put(held("b"))
    with pytest.raises(PortMisused, match="was committed"):
        work.holds.of(AppointmentId("a"))
    assert count("holds") == 1


def test_what_a_work_raises_takes_everything_back(
    store: SqlStore, held: Callable[..., CardHold], count: Count
) -> None:
    def go_wrong() -> None:
        with store.open_work() as work:
            work.holds.put(held("a"))
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        go_wrong()
    assert count("holds") == 0


@pytest.mark.parametrize(("synchronous", "level"), [("FULL", 2), ("NORMAL", 1)])
def test_how_a_file_is_opened(path: Path, synchronous: Any, level: int) -> None:
    engine = engine_for(path, synchronous)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "synchronous": level,
    }  # fmt: skip


def test_a_file_written_by_one_is_read_by_plain_sqlite(
    path: Path, store: SqlStore, confirmed: Make
) -> None:
    put(store, confirmed("a"))
    with sqlite3.connect(path) as plain:
        row = plain.execute("SELECT state, starts, fee_minor FROM appointments").fetchone()
    plain.close()
    assert row == ("confirmed", int(confirmed("a").terms.start.timestamp()) * 1_000_000, 4000)


def test_a_reading_work_that_got_no_connection_can_only_be_left(
    engine: sa.Engine, path: Path
) -> None:
    narrow = sa.create_engine(f"sqlite:///{path}", pool_size=1, max_overflow=0, pool_timeout=0.1)
    with narrow.connect(), SqlStore(narrow).open_work(writing=False) as work:
        with pytest.raises(PortTrouble, match="every connection is in use"):
            work.clinic.practice()
        with pytest.raises(PortMisused, match="can only be left"):
            work.clinic.practice()
    narrow.dispose()
