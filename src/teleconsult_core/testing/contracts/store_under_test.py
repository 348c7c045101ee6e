"""What every part of the store's contract stands on: one method to implement. Needs pytest.

A new store is opened for each test, when the test first touches it, so that fixtures of the
subclass have run by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property

from hypothesis import HealthCheck, settings

from teleconsult_core.appointments import Appointment
from teleconsult_core.stores import OpenWork, Work
from teleconsult_core.testing.builders import BOOKED_AT
from teleconsult_core.testing.clock import MovableClock

LAW = settings(
    max_examples=30,
    deadline=None,
    # One law is run for several stores, and some stores are files.
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
"""How much of a law is tried; what else is set (a profile, `derandomize`) is the project's."""


class StoreUnderTest:
    def open_store(self) -> OpenWork:
        """An empty store that measures leases by `self.clock`; called once a test."""
        raise NotImplementedError

    @cached_property
    def clock(self) -> MovableClock:
        """The store's own clock; a worker's may be wrong."""
        return MovableClock(BOOKED_AT)

    @cached_property
    def open_work(self) -> OpenWork:
        return self.open_store()

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A work that is committed, unless something was raised in it."""
        with self.open_work() as work:
            yield work
            work.commit()

    def reading(self) -> AbstractContextManager[Work]:
        return self.open_work(writing=False)

    def keep(self, *appointments: Appointment) -> None:
        """Each in a work of its own."""
        for appointment in appointments:
            with self.writing() as work:
                work.appointments.put(appointment)
