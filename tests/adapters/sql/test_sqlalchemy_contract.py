"""The shipped contract of a store: file, memory, PostgreSQL, inside a host's transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from databases import Server
from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.contracts.work import StoresContract, WorkContract
from teleconsult_sqlalchemy import SqlStore, engine_for, tables


class TestOnAFile(WorkContract):
    @pytest.fixture(autouse=True)
    def _file(self, engine: sa.Engine) -> None:
        self.engine = engine

    def open_store(self) -> OpenWork:
        return SqlStore(self.engine, clock=self.clock, remembers=True).open_work


class TestOnPostgres(WorkContract):
    @pytest.fixture(autouse=True)
    def _server(self, each_server: Server) -> None:
        self.engine = each_server.emptied()

    def open_store(self) -> OpenWork:
        return SqlStore(self.engine, clock=self.clock).open_work


class TestInMemory(StoresContract):
    @pytest.fixture(autouse=True)
    def _memory(self) -> Iterator[None]:
        self.engine = engine_for(":memory:")
        tables().metadata.create_all(self.engine)
        yield
        self.engine.dispose()

    def open_store(self) -> OpenWork:
        return SqlStore(self.engine, clock=self.clock).open_work


class TestInsideAHostsTransactionOnPostgres(StoresContract):
    @pytest.fixture(autouse=True)
    def _host(self, newest: Server) -> Iterator[None]:
        with newest.emptied().connect() as connection:
            self.connection = connection
            yield

    def open_store(self) -> OpenWork:
        return SqlStore.within(self.connection, clock=self.clock).open_work


class TestInsideAHostsTransaction(StoresContract):
    """Under a prefix, on a connection whose transaction ends after every assertion."""

    @pytest.fixture(autouse=True)
    def _host(self) -> Iterator[None]:
        self.ours = tables(prefix="clinic_")
        engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
        self.ours.metadata.create_all(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            connection.rollback()
            self.connection = connection
            yield
        engine.dispose()

    def open_store(self) -> OpenWork:
        return SqlStore.within(self.connection, self.ours, self.clock).open_work
