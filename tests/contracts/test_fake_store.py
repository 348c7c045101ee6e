"""The store in memory beyond its contract: works side by side, and moments to interrupt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from attrs import evolve

from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import (
    APPOINTMENT,
    BOOKED_AT,
    PRACTITIONER,
    START,
    a_cancelled,
    a_confirmed,
    a_message,
    a_patient,
    furnished,
)
from teleconsult_core.testing.fakes import FakeStore, Moment


def _kept(store: FakeStore, id: str = APPOINTMENT) -> bool:
    with store.open_work(writing=False) as work:
        return work.appointments.get(AppointmentId(id)) is not None


def _elsewhere(action: Callable[[], object]) -> object:
    """What `action` gives, or raises, for another caller."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(action).result(timeout=5)


@pytest.mark.parametrize("writing", [True, False])
@pytest.mark.parametrize("outer", [True, False])
def test_a_work_inside_a_work_is_refused(outer: bool, writing: bool) -> None:
    store = FakeStore(by_row=True)
    with (
        store.open_work(writing=outer),
        pytest.raises(PortMisused, match="commit or leave it"),
        store.open_work(writing=writing),
    ):
        pass
    assert not _kept(store)


def test_works_on_other_rows_do_not_wait_for_each_other() -> None:
    store = FakeStore(by_row=True)
    furnished(store.open_work)

    def other() -> None:
        with store.open_work() as work:
            assert work.clinic.practitioner(PRACTITIONER) is not None
            work.patients.put(a_patient(id="another"))
            work.commit()

    with store.open_work() as work:
        assert work.clinic.practitioner(PRACTITIONER) is not None
        assert work.patients.get(a_patient().id) is not None
        _elsewhere(other)
        assert work.patients.get(evolve(a_patient(), id="another").id) is not None


def test_time_that_is_being_given_back_is_waited_for() -> None:
    store = FakeStore(by_row=True)
    with store.open_work() as work:
        work.appointments.put(a_confirmed(id="first"))
        work.commit()
    given_back = Barrier(2)

    def gives_back() -> None:
        with store.open_work() as work:
            work.appointments.put(a_cancelled(id="first"))
            given_back.wait(timeout=5)
            work.commit()

    with ThreadPoolExecutor(1) as other:
        done = other.submit(gives_back)
        given_back.wait(timeout=5)
        with store.open_work() as work:
            work.appointments.put(a_confirmed(id="second"))
            work.commit()
        done.result(timeout=5)
    assert _kept(store, "second")


def test_who_found_nothing_does_not_write_over_who_was_quicker() -> None:
    store = FakeStore(by_row=True)

    def quicker() -> None:
        with store.open_work() as work:
            work.appointments.put(a_confirmed())
            work.commit()

    with store.open_work() as work:
        assert work.appointments.get(AppointmentId(APPOINTMENT)) is None
        _elsewhere(quicker)
        with pytest.raises(SlotConflict):
            work.appointments.put(a_cancelled())


def test_what_another_work_plans_is_not_written_over() -> None:
    store, planned = FakeStore(by_row=True), Barrier(2)
    sent = a_message().sent(START, 1)

    def plans_and_sends() -> None:
        with store.open_work() as work:
            work.outbox.plan([sent])
            planned.wait(timeout=5)
            work.commit()

    with ThreadPoolExecutor(1) as other:
        done = other.submit(plans_and_sends)
        planned.wait(timeout=5)
        with store.open_work() as work:
            work.outbox.plan([a_message()])
            work.commit()
        done.result(timeout=5)
    with store.open_work(writing=False) as work:
        assert work.outbox.get(sent.id) == sent


def test_a_circle_of_waits_is_a_deadlock_of_one() -> None:
    store, both = FakeStore(by_row=True), Barrier(2)

    def crosses(first: str, second: str) -> str:
        try:
            with store.open_work() as work:
                work.patients.put(a_patient(id=first))
                both.wait(timeout=5)
                work.patients.put(a_patient(id=second))
                work.commit()
        except PortTrouble as trouble:
            return str(trouble)[:8]
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(crosses, *two) for two in (("a", "b"), ("b", "a"))]
        assert sorted(one.result(timeout=20) for one in answers) == ["deadlock", "done"]


class _Struck(BaseException):
    """The process dies."""


@pytest.mark.parametrize(
    ("moment", "by_row"),
    [(one, by_row) for one in Moment for by_row in (True, False) if by_row or one != Moment.ROW],
)
def test_a_work_can_be_struck_at_every_moment(moment: Moment, by_row: bool) -> None:
    struck: list[Moment] = []

    def strike(now: Moment) -> None:
        if now is moment and not struck:
            struck.append(now)
            raise _Struck

    store = FakeStore(by_row=by_row, interrupt=strike)

    def books(id: str) -> None:
        with store.open_work() as work:
            work.appointments.put(a_confirmed(id=id))
            work.commit()

    with pytest.raises(_Struck):
        books("a")
    assert not store.in_transaction
    assert _kept(store, "a") == (moment is Moment.COMMITTED)
    with store.open_work() as work:  # nothing is left locked
        work.appointments.put(a_confirmed(id="a", confirmed_at=BOOKED_AT))
        work.commit()
    assert _kept(store, "a")
