"""Eight processes on one server book times of mixed lengths: who comes second is refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import sqlalchemy as sa

from booking_processes import go, racers, said
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import PractitionerId
from teleconsult_core.times import Interval
from teleconsult_sqlalchemy import SqlStore

ROUNDS = 40


def test_no_two_of_them_overlap_and_every_other_was_told_so(
    address: sa.URL, served: sa.Engine, confirmed: Callable[..., Confirmed]
) -> None:
    with racers(address.render_as_string(hide_password=False), 8, ROUNDS) as running:
        for racer in running:
            go(racer)
        results = [tuple(map(int, said(racer).split())) for racer in running]
    day = Interval(confirmed("day").terms.start, confirmed("end", at=1000).terms.start)
    with SqlStore(served).open_work(writing=False) as work:
        booked = work.appointments.blocking(PractitionerId("dr-peeters"), day)
    assert len(booked) == sum(given for given, _ in results)
    assert all(given + refused == ROUNDS for given, refused in results)
    assert all(a.terms.blocks_until <= b.terms.start for a, b in pairwise(booked))
    assert sum(refused for _, refused in results) > 0
