"""The clinic, new for each test: in memory, and the same on SQLite."""

from collections.abc import Iterator

import pytest

from teleconsult_sqlalchemy import SqlStore, engine_for, upgrade
from world import World


@pytest.fixture(params=["memory", "sqlite"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        yield World()
        return
    engine = engine_for(":memory:")
    upgrade(engine)
    yield World(SqlStore(engine))
    engine.dispose()
