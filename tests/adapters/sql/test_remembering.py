"""What is given again is what would be found: whoever writes, whatever time it is."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    PRACTITIONER,
    START,
    a_practitioner,
    a_reserved,
    furnished,
)
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy import SqlStore, engine_for, tables
from teleconsult_sqlalchemy.remembering import MOST, Memory

MINUTE = timedelta(minutes=1)
WINDOW = Interval(START - timedelta(hours=2), START + timedelta(hours=24))


def mark(open_work: OpenWork, now: datetime = BOOKED_AT) -> object:
    with open_work(writing=False) as work:
        return work.agendas.mark(PRACTITIONER, WINDOW, now)


def remembering(engine: sa.Engine) -> OpenWork:
    return SqlStore(engine, remembers=True).open_work


def says(open_work: OpenWork, message: str, *, keep: bool = True) -> None:
    with open_work() as work:
        work.clinic.put_practitioner(a_practitioner(video_message=message))
        if keep:
            work.commit()


def reserves(open_work: OpenWork, minutes: int) -> None:
    """Until so many minutes later."""
    with open_work() as work:
        work.appointments.put(a_reserved(deadline=BOOKED_AT + minutes * MINUTE))
        work.commit()


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """What is asked on each connection that is made from now on."""
    found: list[str] = []

    def trace(connection: Any, _record: object) -> None:
        connection.set_trace_callback(found.append)

    sa.event.listen(engine, "connect", trace)
    yield found
    sa.event.remove(engine, "connect", trace)


ACTS = st.sampled_from(["here", "elsewhere", "undone", "reserved", "later", "earlier", "renewed"])


@settings(max_examples=60, deadline=None)
@given(acts=st.lists(st.tuples(ACTS, st.integers(1, 20)), max_size=12))
def test_it_is_what_would_be_found(empty: Path, acts: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        path = shutil.copy(empty, Path(folder) / "clinic.sqlite3")
        here, elsewhere = engine_for(path), engine_for(path)
        store, other = remembering(here), SqlStore(elsewhere).open_work
        furnished(store)
        now = BOOKED_AT
        for number, (act, minutes) in enumerate(acts):
            if act in {"here", "elsewhere", "undone"}:
                writer = other if act == "elsewhere" else store
                says(writer, f"number {number % 3}", keep=act != "undone")
            elif act == "reserved":
                reserves(other, minutes)
            elif act == "renewed":
                here.dispose()
            else:
                now += minutes * MINUTE if act == "later" else -minutes * MINUTE
            with elsewhere.connect() as connection:  # a host's transaction remembers nothing
                found = mark(SqlStore.within(connection).open_work, now)
            assert mark(store, now) == found
        here.dispose()
        elsewhere.dispose()


def test_nothing_is_asked_again_until_somebody_writes(engine: sa.Engine) -> None:
    with statements(engine) as asked:
        store = remembering(engine)
        furnished(store)
        before = mark(store)
        asked.clear()
        assert mark(store) == before
        assert asked == ["PRAGMA data_version"]
        says(store, "Bring your list.")
        asked.clear()
        assert mark(store) != before
        assert [one.split()[0] for one in asked] == ["PRAGMA", "SELECT"]  # and no transaction


def test_a_work_that_has_seen_something_sees_the_rest_of_the_same_moment(
    engine: sa.Engine,
) -> None:
    store = remembering(engine)
    furnished(store)
    before = mark(store)
    with store(writing=False) as work:
        assert work.clinic.practitioner(PRACTITIONER)
        beside(lambda: says(store, "Bring your list."))
        assert mark_in_a_thread(store) != before  # remembered, and too new for this work
        assert work.agendas.mark(PRACTITIONER, WINDOW, BOOKED_AT) == before


def mark_in_a_thread(store: OpenWork) -> object:
    found: list[object] = []
    beside(lambda: found.append(mark(store)))
    return found[0]


def beside(do: Callable[[], object]) -> None:
    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


class Numbers:
    """As many as are wanted, and how many were."""

    given = 0

    def __next__(self) -> int:
        self.given += 1
        return self.given


class Slow:
    """A connection on which a look takes until it is let go on."""

    def __init__(self) -> None:
        self.looks, self.began, self.go = 0, threading.Semaphore(0), threading.Semaphore(0)

    def execute(self, _sql: str) -> Slow:
        self.looks += 1
        self.seen = self.looks
        self.began.release()
        assert self.go.acquire(timeout=10)
        return self

    def fetchone(self) -> tuple[int]:
        return (self.seen,)

    def close(self) -> None:
        pass


def test_who_comes_during_a_look_has_the_next_one_and_shares_it(engine: sa.Engine) -> None:
    memory, slow, numbers = Memory(engine), Slow(), Numbers()
    vars(memory).update(_connection=slow, _numbers=numbers)
    found: list[tuple[int, int]] = []

    def ask(who: int) -> None:
        found.append((who, memory.of("key", BOOKED_AT, lambda: (slow.seen, None))))

    threads = [threading.Thread(target=ask, args=(who,)) for who in range(4)]
    threads[0].start()
    assert slow.began.acquire(timeout=10)
    for one in threads[1:]:
        one.start()
    while numbers.given < 5:  # one look, and four who came
        time.sleep(0.01)
    for _ in range(2):
        slow.go.release()
    for one in threads:
        one.join(timeout=10)
    assert sorted(found) == [(0, 1), (1, 2), (2, 2), (3, 2)]


def test_who_waits_too_long_for_his_turn_asks_instead(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teleconsult_sqlalchemy.remembering.PATIENCE", 0.01)
    memory, slow = Memory(engine), Slow()
    vars(memory)["_connection"] = slow
    looking = threading.Thread(target=lambda: memory.of("key", BOOKED_AT, lambda: (1, None)))
    looking.start()
    assert slow.began.acquire(timeout=10)
    assert memory.of("key", BOOKED_AT, lambda: (2, None)) == 2
    slow.go.release()
    looking.join(timeout=10)


def test_a_look_that_fails_is_made_up_for_by_asking(engine: sa.Engine) -> None:
    store = SqlStore(engine, remembers=True)
    furnished(store.open_work)
    before = mark(store.open_work)
    memory: Any = vars(store)["_memory"]
    memory._connection.close()
    says(store.open_work, "Bring your list.")
    after = mark(store.open_work)
    assert after != before
    assert mark(store.open_work) == after
    assert memory._connection is not None  # another one


@pytest.mark.parametrize("where", [":memory:", "file:clinic.sqlite3?uri=true"])
def test_what_is_no_file_by_its_path_is_not_remembered(where: str) -> None:
    engine = sa.create_engine(f"sqlite:///{where}")
    with pytest.raises(PortMisused, match="is no file"):
        SqlStore(engine, remembers=True)
    engine.dispose()


def test_what_lies_in_a_schema_is_not_remembered(engine: sa.Engine) -> None:
    """SQLite's number is of the main file alone."""
    with pytest.raises(PortMisused, match="schema care"):
        SqlStore(engine, tables(schema="care"), remembers=True)


def test_another_connection_s_numbers_are_others(engine: sa.Engine) -> None:
    store = remembering(engine)
    furnished(store)
    engine.dispose()
    before = mark(store)
    engine.dispose()
    says(store, "Bring your list.")
    assert mark(store) != before


def test_the_oldest_is_forgotten_first(engine: sa.Engine) -> None:
    memory = Memory(engine)
    asked: list[int] = []

    def of(number: int) -> None:
        memory.of(number, BOOKED_AT, lambda: (asked.append(number), None))

    for number in [*range(MOST + 1), MOST, 0]:
        of(number)
    assert asked == [*range(MOST + 1), 0]
    engine.dispose()
