"""What a server refuses or makes wait is named, says what to do, and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from databases import Server
from teleconsult_core.appointments import Confirmed
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.testing.builders import a_message
from teleconsult_sqlalchemy import SqlStore, engine_for
from teleconsult_sqlalchemy.trouble import told

Make = Callable[..., Confirmed]
A = AppointmentId("a")
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
OTHERS = CUT + "AND pid <> pg_backend_pid()"


def keep(store: SqlStore, appointment: Confirmed) -> None:
    with store.open_work() as work:
        work.appointments.put(appointment)
        work.commit()


def kept(store: SqlStore, id: str = A) -> bool:
    with store.open_work(writing=False) as work:
        return work.appointments.get(AppointmentId(id)) is not None


# --- locks ---------------------------------------------------------------------------------------


def test_who_holds_a_row_for_too_long_is_waited_for_only_so_long(
    address: sa.URL, confirmed: Make
) -> None:
    impatient = address.update_query_dict({"options": "-c lock_timeout=50ms"})
    engine = engine_for(impatient)
    store = SqlStore(engine)
    keep(store, confirmed("a"))
    with store.open_work() as first, store.open_work() as second:
        assert first.appointments.get(A)
        with pytest.raises(PortTrouble, match="another work holds the row for too long"):
            second.appointments.get(A)
    engine.dispose()


def test_of_two_works_that_wait_for_each_other_one_is_told_to_try_again(
    address: sa.URL, confirmed: Make
) -> None:
    engine = engine_for(address.update_query_dict({"options": "-c deadlock_timeout=20ms"}))
    store = SqlStore(engine)
    for number, id in enumerate("ab"):
        keep(store, confirmed(id, at=60 * number))
    line, told = threading.Barrier(2), list[str]()

    def cross(*ids: str) -> None:
        try:
            with store.open_work() as work:
                work.appointments.get(AppointmentId(ids[0]))
                line.wait(timeout=10)
                work.appointments.get(AppointmentId(ids[1]))
                work.commit()
        except PortTrouble as trouble:
            told.append(str(trouble))

    both = [threading.Thread(target=cross, args=ids) for ids in (("a", "b"), ("b", "a"))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(timeout=20)
    assert len(told) == 1
    assert "waited for each other; try again" in told[0]
    engine.dispose()


# --- what the server refuses ---------------------------------------------------------------------


def test_a_read_only_server_needs_a_person(address: sa.URL, confirmed: Make) -> None:
    readers = address.update_query_dict({"options": "-c default_transaction_read_only=on"})
    engine = engine_for(readers)
    store = SqlStore(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    with store.open_work() as work:  # asked for READ WRITE, which a primary allows
        work.appointments.put(confirmed("a"))
    engine.dispose()
    refused = sa.exc.InternalError("", {}, _Refused("25006"))
    assert isinstance(told(refused, "the database"), PortMisused)
    assert "primary" in str(told(refused, "the database"))


class _Refused(Exception):
    def __init__(self, state: str) -> None:
        self.sqlstate = state
        super().__init__(f"refused with {state}")


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        ("53100", PortTrouble, "disk is full; free some space"),
        ("53200", PortTrouble, "lacks the means just now"),
        ("53300", PortTrouble, "max_connections"),
        ("40001", PortTrouble, "for another one's sake"),
        ("57014", PortTrouble, "took too long"),
        ("57P02", PortTrouble, "has crashed and is coming back"),
        ("57P03", PortTrouble, "is starting or stopping"),
        ("58030", PortTrouble, "look at its disk"),
        ("28P01", PortMisused, "refused the password"),
        ("42501", PortMisused, "grant it"),
        ("XX001", PortMisused, "restore it from a backup"),
        ("99999", PortMisused, "refused with 99999"),
    ],
)
def test_every_code_says_what_to_do(state: str, kind: type[Exception], words: str) -> None:
    found = told(_Refused(state), "the database")
    assert type(found) is kind
    assert words in str(found)


@pytest.mark.parametrize("state", ["08006", "57P01", "57P02"])
def test_only_a_lost_server_leaves_a_commit_unknown(state: str) -> None:
    lost, refused = (told(_Refused(s), "it", committing=True) for s in (state, "40001"))
    assert isinstance(lost, PortTrouble)
    assert isinstance(refused, PortTrouble)
    assert lost.unknown
    assert not refused.unknown


@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.DatabaseError])
def test_a_connection_that_breaks_is_told_alike_in_whatever_kind_it_comes(
    kind: type[Exception],
) -> None:
    broken = kind("server closed the connection unexpectedly")
    for committing in (False, True):
        found = told(broken, "the database", committing=committing)
        assert isinstance(found, PortTrouble)
        assert "has lost its connection; try again" in str(found)
        assert found.unknown is committing
    assert isinstance(told(psycopg.ProgrammingError("a bug"), "it"), PortMisused)


def test_without_tables_it_is_told_to_be_upgraded(newest: Server) -> None:
    with newest.database(empty=True) as address:
        engine = engine_for(address)
        with (
            SqlStore(engine).open_work(writing=False) as work,
            pytest.raises(PortMisused, match="no teleconsult tables"),
        ):
            work.appointments.get(A)
        engine.dispose()


def test_a_refused_row_undoes_the_work_which_can_only_be_left(
    served: sa.Engine, confirmed: Make
) -> None:
    store = SqlStore(served)

    def both() -> None:
        with store.open_work() as work:
            work.appointments.put(confirmed("a"))
            work.outbox.plan([a_message()])  # of an appointment that is not there
            work.commit()

    with pytest.raises(PortMisused, match="refused"):
        both()
    assert not kept(store)
    keep(store, confirmed("a"))


def test_sessions_know_their_limits(served: sa.Engine) -> None:
    wanted = {
        "TimeZone": "UTC",
        "client_encoding": "UTF8",
        "lock_timeout": "5s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "1min",
    }
    with served.connect() as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted}
    assert found == wanted


def test_a_reading_work_is_a_snapshot_that_waits_for_nobody(
    served: sa.Engine, confirmed: Make
) -> None:
    store = SqlStore(served)
    with store.open_work(writing=False) as reading:
        assert reading.appointments.get(A) is None
        keep(store, confirmed("a"))
        assert reading.appointments.get(A) is None
    with store.open_work() as writing, store.open_work(writing=False) as reading:
        assert writing.appointments.get(A)
        assert reading.appointments.get(A)
