"""Two works that meet on one id: who did not find it inserts, and never writes over the other."""

from __future__ import annotations

import pytest

from databases import Server
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import APPOINTMENT, a_confirmed, a_reserved
from teleconsult_sqlalchemy import SqlStore


def test_a_booking_under_an_id_that_was_free_a_moment_ago_is_refused(newest: Server) -> None:
    store = SqlStore(newest.emptied())
    with store.open_work() as slower:
        assert slower.appointments.get(APPOINTMENT) is None
        with store.open_work() as quicker:
            quicker.appointments.put(a_confirmed())
            quicker.commit()
        with pytest.raises(SlotConflict):
            slower.appointments.put(a_reserved())
    with store.open_work(writing=False) as work:
        assert work.appointments.get(APPOINTMENT) == a_confirmed()


def test_what_a_work_inserted_itself_it_may_change(newest: Server) -> None:
    store = SqlStore(newest.emptied())
    with store.open_work() as work:
        assert work.appointments.get(APPOINTMENT) is None
        work.appointments.put(a_reserved())
        work.appointments.put(a_confirmed())
        work.commit()
    with store.open_work(writing=False) as work:
        assert work.appointments.get(APPOINTMENT) == a_confirmed()
