"""No two appointments take the same time of one practitioner. Part of the store's contract.

`SlotConflict` is raised by `put` itself, whatever was looked at before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teleconsult_core.appointments import Appointment
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import (
    START,
    a_cancelled,
    a_completed,
    a_confirmed,
    a_lapsed,
    a_no_show,
    a_reserved,
    an_awaiting,
    terms,
)
from teleconsult_core.testing.contracts.store_under_test import LAW, StoreUnderTest
from teleconsult_core.times import TICK

_BLOCKING = (a_reserved, an_awaiting, a_confirmed, a_completed, a_no_show)
_FREE = (a_cancelled, a_lapsed)

# In ticks from START: an hour is taken from 0 to 12, of which the last is buffer.
_OVERLAPPING = [(0, 12), (0, 1), (11, 1), (-3, 4), (11, 9), (-5, 30), (4, 2)]
_APART = [(-6, 6), (12, 1), (12, 40), (-1, 1), (40, 3)]


def _appointment(id: str, first: int, length: int, **changes: Any) -> Appointment:
    """Confirmed, taking `length` ticks from the `first`, without a buffer."""
    start = START + first * TICK
    until = start + length * TICK
    return a_confirmed(id=id, start=start, end=until, blocks_until=until, **changes)


_AN_HOUR = a_confirmed(
    id="hour", end=START + timedelta(minutes=55), blocks_until=START + timedelta(minutes=60)
)


class OverlapContract(StoreUnderTest):
    def _refused(self, appointment: Appointment) -> bool:
        try:
            self.keep(appointment)
        except SlotConflict:
            return True
        return False

    @pytest.mark.parametrize(("first", "length"), _OVERLAPPING)
    def test_an_overlap_is_refused_whatever_the_lengths(self, first: int, length: int) -> None:
        self.keep(_AN_HOUR)
        assert self._refused(_appointment("other", first, length))

    @pytest.mark.parametrize(("first", "length"), _OVERLAPPING)
    def test_an_overlap_within_one_work_is_refused(self, first: int, length: int) -> None:
        with self.open_work() as work:
            work.appointments.put(_AN_HOUR)
            with pytest.raises(SlotConflict):
                work.appointments.put(_appointment("other", first, length))

    @pytest.mark.parametrize(("first", "length"), _APART)
    def test_one_may_begin_where_another_ends(self, first: int, length: int) -> None:
        self.keep(_AN_HOUR)
        assert not self._refused(_appointment("other", first, length))

    def test_another_practitioner_is_another_matter(self) -> None:
        self.keep(_AN_HOUR)
        assert not self._refused(_appointment("other", 0, 12, practitioner="dr-claes"))

    @pytest.mark.parametrize("build", _BLOCKING)
    def test_every_blocking_state_takes_the_time(self, build: Callable[..., Appointment]) -> None:
        self.keep(build(id="first"))
        assert self._refused(a_reserved(id="second"))

    @pytest.mark.parametrize("build", _BLOCKING)
    def test_every_blocking_state_is_refused_taken_time(
        self, build: Callable[..., Appointment]
    ) -> None:
        self.keep(a_confirmed(id="first"))
        assert self._refused(build(id="second"))

    @pytest.mark.parametrize("build", _FREE)
    def test_every_other_state_frees_the_time(self, build: Callable[..., Appointment]) -> None:
        self.keep(a_reserved(id="first"), build(id="first"), a_confirmed(id="second"))
        with self.reading() as work:
            assert work.appointments.get(terms(id="second").id) == a_confirmed(id="second")

    @pytest.mark.parametrize("build", _FREE)
    def test_other_states_may_share_their_time(self, build: Callable[..., Appointment]) -> None:
        self.keep(a_confirmed(id="first"), build(id="second"), build(id="third"))

    @pytest.mark.parametrize("build", _FREE)
    def test_nobody_comes_back_to_taken_time(self, build: Callable[..., Appointment]) -> None:
        self.keep(a_reserved(id="first"), build(id="first"), a_confirmed(id="second"))
        assert self._refused(a_confirmed(id="first"))

    def test_moving_frees_the_old_time_and_guards_the_new(self) -> None:
        later = START + timedelta(hours=3)
        self.keep(a_confirmed(id="moved"), a_confirmed(id="moved", start=later, sequence=1))
        assert self._refused(a_reserved(id="second", start=later))
        assert not self._refused(a_reserved(id="third"))

    def test_moving_by_less_than_its_length_is_no_conflict_with_itself(self) -> None:
        soon = START + TICK
        self.keep(a_confirmed(id="moved"), a_confirmed(id="moved", start=soon, sequence=1))
        assert self._refused(a_reserved(id="second", start=soon))

    def test_moving_to_taken_time_is_refused_and_moves_nothing(self) -> None:
        later = START + timedelta(hours=3)
        self.keep(a_confirmed(id="first"), a_confirmed(id="second", start=later))
        assert self._refused(a_confirmed(id="first", start=later, sequence=1))
        with self.reading() as work:
            assert work.appointments.get(terms(id="first").id) == a_confirmed(id="first")
        assert self._refused(a_reserved(id="third"))

    def test_the_next_state_keeps_the_time(self) -> None:
        self.keep(a_reserved(id="first"), a_confirmed(id="first"), a_completed(id="first"))
        assert self._refused(a_reserved(id="second"))

    @LAW
    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8))
    def test_one_is_kept_exactly_when_its_time_is_free(self, wishes: list[tuple[int, int]]) -> None:
        number = next(self._numbers)
        taken: set[int] = set()
        for wish, (first, length) in enumerate(wishes):
            id, practitioner = f"a-{number}-{wish}", f"dr-{number}"
            wanted = set(range(first, first + length))
            refused = self._refused(_appointment(id, first, length, practitioner=practitioner))
            assert refused == bool(taken & wanted)
            taken |= set() if refused else wanted

    @cached_property
    def _numbers(self) -> count[int]:
        """A practitioner of its own for every example."""
        return count()
