"""The clinic, new for each test: in memory, and the same on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from databases import Servers
from teleconsult_core.testing.clock import MovableClock
from teleconsult_sqlalchemy import SqlStore, engine_for, upgrade
from world import MONDAY, World


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, servers: Servers) -> Iterator[World]:
    if request.param == "memory":
        yield World()
        return
    clock = MovableClock(MONDAY)
    if request.param == "postgresql":
        yield World(SqlStore(servers.get("newest").emptied(), clock=clock), clock)
        return
    engine = engine_for(":memory:")
    upgrade(engine)
    yield World(SqlStore(engine, clock=clock), clock)
    engine.dispose()
