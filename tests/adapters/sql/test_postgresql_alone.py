"""A work of one statement goes to a server without BEGIN and COMMIT, and is a work all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from attrs import evolve

from teleconsult_core.ids import MessageId
from teleconsult_core.messages import Message
from teleconsult_core.ports import PortTrouble
from teleconsult_core.testing.builders import START, a_confirmed, a_message, a_patient
from teleconsult_sqlalchemy import SqlStore, engine_for

HOUR = timedelta(hours=1)
A, B = MessageId("a"), MessageId("b")
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def in_hand(store: SqlStore) -> Message:
    """The first of two messages."""
    with store.open_work() as work:
        work.appointments.put(a_confirmed())
        work.outbox.plan(a_message(id=id) for id in (A, B))
        (claimed,) = work.outbox.claim(a_message().channel, START, HOUR, 1)
        work.commit()
    return claimed


def step(store: SqlStore, said: Message) -> Message | None:
    with store.open_work() as work:
        return work.outbox.note_and_claim(said, said.channel, START, HOUR)


def tries(store: SqlStore) -> list[tuple[str, int]]:
    """State and attempts of both."""
    with store.open_work(writing=False) as work:
        found = [work.outbox.get(A), work.outbox.get(B)]
    return [(one.state.value, one.attempts) for one in found if one is not None]


def begins_as_ever(store: SqlStore) -> bool:
    """Whether the connection keeps nothing of a work that is left."""
    with store.open_work() as work:
        work.patients.put(a_patient())
        assert work.patients.get(a_patient().id) is not None
    with store.open_work(writing=False) as work:
        return work.patients.get(a_patient().id) is None


@contextmanager
def looking(address: sa.URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(address, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def engine_with(address: sa.URL) -> Iterator[Callable[[str], sa.Engine]]:
    """An engine whose sessions have an option of the server's."""
    made: list[sa.Engine] = []

    def make(option: str) -> sa.Engine:
        made.append(engine_for(address.update_query_dict({"options": f"-c {option}"})))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


def test_the_connection_begins_its_next_work_as_ever(served: sa.Engine) -> None:
    store = SqlStore(served)
    assert step(store, in_hand(store).sent(START, 1)) is not None
    assert tries(store) == [("sent", 1), ("planned", 1)]
    assert begins_as_ever(store)


def test_where_it_is_refused_nothing_is_noted_and_nothing_claimed(
    engine_with: Callable[[str], sa.Engine],
) -> None:
    store = SqlStore(engine_with("lock_timeout=50ms"))
    said = in_hand(store).sent(START, 1)
    with store.open_work() as other:
        assert other.outbox.get(A)
        with pytest.raises(PortTrouble, match="another work holds the row for too long") as trouble:
            step(store, said)
    assert not trouble.value.unknown
    assert tries(store) == [("planned", 1), ("planned", 0)]
    assert begins_as_ever(store)


def test_cut_while_it_is_asked_nobody_knows_and_the_next_is_well(
    served: sa.Engine, address: sa.URL
) -> None:
    store = SqlStore(served)
    said = in_hand(store).sent(START, 1)
    with store.open_work() as work, looking(address) as look:
        look.exec_driver_sql(OTHERS)
        with pytest.raises(PortTrouble, match="try again") as trouble:
            work.outbox.note_and_claim(said, said.channel, START, HOUR)
    assert trouble.value.unknown
    assert tries(store) == [("planned", 1), ("planned", 0)]
    assert step(store, said) is not None
    assert begins_as_ever(store)


def test_a_session_that_only_reads_unless_it_is_told_otherwise(
    engine_with: Callable[[str], sa.Engine], served: sa.Engine
) -> None:
    said = in_hand(SqlStore(served)).sent(START, 1)
    store = SqlStore(engine_with("default_transaction_read_only=on"))
    assert step(store, said) is not None
    assert tries(store) == [("sent", 1), ("planned", 1)]
    assert begins_as_ever(store)


def test_a_session_that_is_serializable_unless_it_is_told_otherwise(
    engine_with: Callable[[str], sa.Engine], address: sa.URL
) -> None:
    store = SqlStore(engine_with("default_transaction_isolation=serializable"))
    claimed = in_hand(store)
    with ThreadPoolExecutor(1) as pool, store.open_work() as other:
        found = other.outbox.get(A)
        assert found is not None
        other.outbox.put([evolve(found, note="looked at")])
        mine = pool.submit(step, store, claimed.sent(START, 1))
        _until_it_waits(address, mine)
        other.commit()
        assert mine.result(timeout=20) is not None
    with store.open_work(writing=False) as work:
        assert work.outbox.get(A) == claimed.sent(START, 1)


def _until_it_waits(address: sa.URL, mine: Future[Message | None]) -> None:
    with looking(address) as look:
        while not look.exec_driver_sql(WAITING).scalar():
            assert not mine.done(), mine.result()
