"""Two transactions at once on a server: the second begins when the first has written everything.

`Races.race` stops the first before its commit, lets the second run until it has ended or waits for
the first, and then lets the first commit. What each was answered must be what one after the other
would have been answered, and nobody may fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import sqlalchemy as sa
from attrs import evolve

from teleconsult_core.desk import Desk
from teleconsult_core.ids import AppointmentId, PatientId, WaitingId
from teleconsult_core.people import Patient
from teleconsult_core.slots import Mode
from teleconsult_sqlalchemy import SqlStore
from world import ANN, DR, FEE, THE_DOCTOR, THURSDAY_10, VISIT, OneAtATime, World

HOUR = timedelta(hours=1)
CARL = Patient(PatientId("carl"), "Carl Maes", "+32475000003", "carl@example.org", "nl")
A1, A2 = AppointmentId("a1"), AppointmentId("a2")
Act = Callable[[Desk], Any]


class Stopping:
    """A store whose commit number `at` waits for `go`."""

    def __init__(self, store: SqlStore, at: int) -> None:
        self._store, self._left = store, at
        self.reached, self.go = Event(), Event()

    @contextmanager
    def open_work(self, *, writing: bool = True) -> Iterator[Any]:
        with self._store.open_work(writing=writing) as work:
            yield StoppingWork(work, self)

    def before_commit(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached.set()
            assert self.go.wait(timeout=20)


class StoppingWork:
    def __init__(self, work: Any, store: Stopping) -> None:
        self._work, self._stops = work, store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def commit(self) -> None:
        self._stops.before_commit()
        self._work.commit()


class Races:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.store = SqlStore(engine)
        self.world = World(self.store)

    def race(self, first: Act, second: Act, *, at: int = 1) -> tuple[Any, Any]:
        """What both were answered."""
        one, other, _ = self.run(first, second, at)
        return one, other

    def run(self, first: Act, second: Act, at: int = 1) -> tuple[Any, Any, bool]:
        """The same, and whether the second waited for the first."""
        stopping = Stopping(self.store, at)
        mine = evolve(self.world.desk, open_work=OneAtATime(stopping).open_work)
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(first, mine)
            try:
                while not stopping.reached.wait(timeout=0.01):
                    assert not one.done(), one.result()
                other = pool.submit(second, self.world.desk)
                waited = self._ends_or_waits(other)
            finally:
                stopping.go.set()
            return one.result(timeout=20), other.result(timeout=20), waited

    def _ends_or_waits(self, other: Future[Any]) -> bool:
        waiting = sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as look:
            while not other.done():
                if look.execute(waiting).scalar():
                    return True
        return False


def booking(world: World, id: str, **more: Any) -> Act:
    asked: dict[str, Any] = {
        "practitioner": DR, "visit_type": VISIT, "mode": Mode.IN_PERSON, "start": THURSDAY_10,
        "patient": ANN, "now": world.now,
    }  # fmt: skip
    return lambda desk: desk.book(id=AppointmentId(id), **(asked | more))


def waits(world: World, id: str, patient: Patient, mode: Mode = Mode.VIDEO) -> None:
    world.desk.join_waiting_list(
        id=WaitingId(id), practitioner=DR, visit_type=VISIT, mode=mode, patient=patient,
        before=THURSDAY_10 + timedelta(days=7), now=world.now,
    )  # fmt: skip


def cancelling(world: World, id: str = "a1") -> Act:
    return lambda desk: desk.cancel(appointment=AppointmentId(id), by=THE_DOCTOR, now=world.now)


def completing(w: World, id: str = "a1") -> Act:
    return lambda desk: desk.complete(
        appointment=AppointmentId(id), amount=FEE, by=THE_DOCTOR, now=w.now
    )
