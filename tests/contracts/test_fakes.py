"""The fakes keep every contract, as every adapter must."""

from __future__ import annotations

from teleconsult_core.stores import OpenWork
from teleconsult_core.testing.contracts.work import WorkContract
from teleconsult_core.testing.fakes import FakeStore


class TestFakeStore(WorkContract):
    def open_store(self) -> OpenWork:
        return FakeStore().open_work
