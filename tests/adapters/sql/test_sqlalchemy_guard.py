"""The guard against overlap, and what else the database refuses by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teleconsult_core.appointments import Cancelled, Confirmed, Lapsed
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.money import Money
from teleconsult_core.people import Role
from teleconsult_core.ports import PortMisused
from teleconsult_core.stores import SlotConflict
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy import SqlStore, engine_for, tables

Make = Callable[..., Confirmed]
Count = Callable[[str], int]


def put(store: SqlStore, *appointments: Confirmed | Cancelled | Lapsed) -> None:
    with store.open_work() as work:
        for appointment in appointments:
            work.appointments.put(appointment)
        work.commit()


def test_one_row_per_five_minutes_and_none_once_it_is_called_off(
    store: SqlStore, confirmed: Make, count: Count, noon: datetime
) -> None:
    booked = confirmed("a", lasts=35)
    put(store, booked)
    assert count("appointment_ticks") == 7
    put(store, booked.cancel(Role.PATIENT, Money(0, "EUR"), noon))
    assert count("appointment_ticks") == 0
    put(store, confirmed("b", at=5, lasts=20))
    assert count("appointment_ticks") == 4


def test_a_move_takes_the_new_time_and_frees_the_old(store: SqlStore, confirmed: Make) -> None:
    booked = confirmed("a", at=0, lasts=60)
    put(store, booked)
    start, end = (
        booked.terms.start + timedelta(minutes=30),
        booked.terms.end + timedelta(minutes=30),
    )
    put(store, booked.move(booked.terms.moved_to(start, end, end)))
    put(store, confirmed("b", at=0, lasts=30))
    with pytest.raises(SlotConflict):
        put(store, confirmed("c", at=85, lasts=10))


def test_a_conflict_undoes_what_the_work_wrote_and_the_work_can_only_be_left(
    store: SqlStore, confirmed: Make, count: Count
) -> None:
    put(store, confirmed("a"))
    with store.open_work() as work:
        work.appointments.put(confirmed("far", at=600))
        with pytest.raises(SlotConflict):
            work.appointments.put(confirmed("b", at=15, lasts=5))
        with pytest.raises(PortMisused, match="it can only be left"):
            work.commit()
    assert count("appointments") == 1


def test_the_conflict_frees_the_database_before_the_work_is_left(
    store: SqlStore, confirmed: Make
) -> None:
    put(store, confirmed("a"))
    with store.open_work() as refused:
        with pytest.raises(SlotConflict):
            refused.appointments.put(confirmed("b"))
        put(store, confirmed("c", at=20))


booking = st.tuples(
    st.integers(0, 24).map(lambda n: n * 5), st.integers(1, 6).map(lambda n: n * 5),
    st.sampled_from(["dr-peeters", "dr-martin"]),
)  # fmt: skip


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(booking, max_size=12))
def test_exactly_the_overlapping_ones_are_refused(
    confirmed: Make, asked: list[tuple[int, int, str]]
) -> None:
    engine = engine_for(":memory:")
    tables().metadata.create_all(engine)
    store = SqlStore(engine)
    taken: list[Confirmed] = []
    for number, (at, lasts, practitioner) in enumerate(asked):
        new = confirmed(f"a{number}", at=at, lasts=lasts, practitioner=practitioner)
        free = not any(_clash(new, other) for other in taken)
        try:
            put(store, new)
        except SlotConflict:
            assert not free
        else:
            assert free
            taken.append(new)
    _blocking_finds_what_overlaps(store, taken)
    engine.dispose()


def _clash(one: Confirmed, other: Confirmed) -> bool:
    same = one.terms.practitioner == other.terms.practitioner
    return same and one.terms.blocked.overlaps(other.terms.blocked)


def _blocking_finds_what_overlaps(store: SqlStore, taken: list[Confirmed]) -> None:
    with store.open_work(writing=False) as work:
        for one in taken:
            middle = one.terms.start + timedelta(minutes=2)
            window = Interval(middle, middle + timedelta(minutes=40))
            his = (t for t in taken if t.terms.practitioner == one.terms.practitioner)
            expected = [t for t in his if t.terms.blocked.overlaps(window)]
            expected.sort(key=lambda t: t.terms.start)
            assert list(work.appointments.blocking(one.terms.practitioner, window)) == expected


def test_only_one_hold_of_an_appointment_is_ever_taken(
    store: SqlStore, held: Callable[..., CardHold]
) -> None:
    with store.open_work() as work:
        work.holds.put(held("a", attempt=1, state=HoldState.CAPTURED))
        work.holds.put(held("a", attempt=2))
        work.holds.put(held("b", attempt=1, state=HoldState.CAPTURING))
        work.commit()
    with store.open_work() as work, pytest.raises(PortMisused, match="refused a row"):
        work.holds.put(held("a", attempt=2, state=HoldState.CAPTURING))


@pytest.mark.parametrize("column", ["confirmed_at", "deadline", "amount_minor", "state", "mode"])
def test_a_row_that_no_state_would_write_is_refused(
    store: SqlStore, engine: sa.Engine, confirmed: Make, column: str
) -> None:
    put(store, confirmed("a"))
    wrong = {"confirmed_at": None, "state": "arrived", "mode": "telepathy"}.get(column, 1)
    update = sa.update(sa.table("appointments", sa.column(column))).values({column: wrong})
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(update)


def test_what_belongs_to_an_appointment_goes_with_it(
    store: SqlStore, confirmed: Make, held: Callable[..., CardHold], count: Count
) -> None:
    put(store, confirmed("a"))
    with store.open_work() as work:
        work.holds.put(held("a"))
        work.appointments.remove(confirmed("a").terms.id)
        work.commit()
    assert (count("appointments"), count("appointment_ticks"), count("holds")) == (0, 0, 1)


def test_a_naive_time_is_never_stored(
    store: SqlStore, held: Callable[..., CardHold], noon: datetime
) -> None:
    naive = evolve(held("a"), placed_at=noon.replace(tzinfo=None))
    with store.open_work() as work, pytest.raises(ValueError, match="only instants are stored"):
        work.holds.put(naive)
