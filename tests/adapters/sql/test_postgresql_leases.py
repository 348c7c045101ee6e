"""On a server a lease is measured by the server's clock, whatever the workers' clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from databases import Server
from teleconsult_core.messages import Message
from teleconsult_core.testing.builders import BOOKED_AT, a_confirmed, a_message, an_operation
from teleconsult_sqlalchemy import SqlStore

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3650)


@pytest.fixture
def engine(newest: Server) -> sa.Engine:
    return newest.emptied()


@pytest.fixture
def store(engine: sa.Engine) -> SqlStore:
    """With a message that is due and an operation that is open."""
    store = SqlStore(engine)
    with store.open_work() as work:
        work.appointments.put(a_confirmed())
        work.outbox.plan([a_message()])
        work.operations.put(an_operation())
        work.commit()
    return store


def claimed(store: SqlStore, now: datetime, lease: timedelta = HOUR) -> list[Message]:
    with store.open_work() as work:
        found = list(work.outbox.claim(a_message().channel, now, lease, 10))
        work.commit()
    return found


def its_clock(engine: sa.Engine) -> datetime:
    with engine.connect() as connection:
        told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return told


@pytest.mark.parametrize("wrong_by", [timedelta(0), YEARS, 3 * YEARS])
def test_a_lease_ends_by_the_servers_clock(
    store: SqlStore, engine: sa.Engine, wrong_by: timedelta
) -> None:
    before = its_clock(engine)
    (message,) = claimed(store, a_message().due_at + wrong_by)
    with store.open_work() as work:
        (operation,) = work.operations.claim(BOOKED_AT + wrong_by, HOUR, 10)
        work.commit()
    for one in (message, operation):
        assert one.leased_until is not None
        assert before + HOUR <= one.leased_until <= its_clock(engine) + HOUR


def test_a_fast_clock_steals_nothing(store: SqlStore) -> None:
    assert claimed(store, a_message().due_at)
    assert not claimed(store, a_message().due_at + YEARS)


def test_a_fast_clock_keeps_nothing_for_longer_than_it_said(store: SqlStore) -> None:
    assert claimed(store, a_message().due_at + YEARS, timedelta(0))
    assert claimed(store, a_message().due_at)


def test_a_clock_of_ones_own_goes_before_the_servers(engine: sa.Engine, store: SqlStore) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    own = SqlStore(engine, clock=lambda: long_ago)
    (message,) = claimed(own, a_message().due_at)
    assert message.leased_until == long_ago + HOUR
    assert claimed(store, a_message().due_at)  # the server's clock is past that
