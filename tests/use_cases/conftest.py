"""The clinic, new for each test: in memory, and the same on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from databases import Servers
from teleconsult_sqlalchemy import SqlStore, engine_for, upgrade
from world import World


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, servers: Servers) -> Iterator[World]:
    if request.param == "memory":
        yield World()
        return
    if request.param == "postgresql":
        yield World(SqlStore(servers.get("newest").emptied()))
        return
    engine = engine_for(":memory:")
    upgrade(engine)
    yield World(SqlStore(engine))
    engine.dispose()
