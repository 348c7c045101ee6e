"""Due work handed to Procrastinate: a job if and only if the fact, and nothing lost by who dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from databases import Server
from faults.day import DR, VISIT, described
from faults.traffic import FEE, patient
from teleconsult_core.appointments import Cancelled
from teleconsult_core.consents import Consent
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.messages import Channel, MessageState
from teleconsult_core.people import patient_actor
from teleconsult_core.slots import Mode
from teleconsult_core.testing.builders import a_confirmed, a_message, an_operation
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.card_step import CardHeld
from teleconsult_procrastinate import handed_over, prepare
from teleconsult_sqlalchemy import SqlStore, engine_for
from teleconsult_wiring import App, NotConfigured, Settings, open_app

TESTS = Path(__file__).parents[2]
HOUR = timedelta(hours=1)
PATIENCE = 60.0
"""Seconds."""


def written(address: sa.URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def jobs(engine: sa.Engine) -> list[tuple[str, str, datetime]]:
    """Queue, id and time of every job that waits."""
    ask = (
        "SELECT queue_name, args->>'id', scheduled_at FROM procrastinate_jobs "
        "WHERE status = 'todo' AND args ? 'id'"
    )
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.exec_driver_sql(ask))


# --- a job if, and only if, the fact is there ----------------------------------------------------


@pytest.fixture
def engine(newest: Server) -> Iterator[sa.Engine]:
    with newest.database() as address:
        prepare(written(address))
        engine = engine_for(address)
        yield engine
        engine.dispose()


def test_what_is_committed_has_its_job_at_its_time(engine: sa.Engine) -> None:
    with SqlStore(engine, beside=handed_over).open_work() as work:
        work.appointments.put(a_confirmed())
        work.outbox.plan([a_message()])
        work.operations.put(an_operation())
        work.commit()
    assert jobs(engine) == [
        ("teleconsult-payments", an_operation().id, an_operation().ready_at),
        ("teleconsult-sms", a_message().id, a_message().due_at),
    ]


def test_what_is_left_or_refused_has_none(engine: sa.Engine) -> None:
    store = SqlStore(engine, beside=handed_over)
    with store.open_work() as work:
        work.appointments.put(a_confirmed())
        work.outbox.plan([a_message()])
    assert jobs(engine) == []


def test_what_is_over_has_none_and_what_was_written_twice_has_one(engine: sa.Engine) -> None:
    message = a_message()
    later = message.due_at + HOUR
    with SqlStore(engine, beside=handed_over).open_work() as work:
        work.appointments.put(a_confirmed())
        work.outbox.plan([message])
        work.outbox.put([message.later(later, "busy")])
        operation = an_operation()
        work.operations.put(operation.parked("tried too often"))
        work.commit()
    assert jobs(engine) == [("teleconsult-sms", message.id, later)]


def test_what_is_noted_as_the_next_is_claimed_has_its_job_too(engine: sa.Engine) -> None:
    store, message = SqlStore(engine, beside=handed_over), a_message()
    with SqlStore(engine).open_work() as work:
        work.appointments.put(a_confirmed())
        work.outbox.plan([message])
        (claimed,) = work.outbox.claim(message.channel, message.due_at, HOUR, 1)
        work.commit()
    later = message.due_at + HOUR
    said = claimed.later(later, "busy")
    with store.open_work() as work:
        assert work.outbox.note_and_claim(said, message.channel, message.due_at, HOUR) is None
    assert jobs(engine) == [("teleconsult-sms", message.id, later)]


def test_a_job_in_the_hosts_transaction_ends_with_it(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        store = SqlStore.within(connection, beside=handed_over)
        for end in (connection.rollback, connection.commit):
            with store.open_work() as work:
                work.appointments.put(a_confirmed())
                work.outbox.plan([a_message()])
                work.commit()
            assert jobs(engine) == []
            end()
    assert len(jobs(engine)) == 1


def test_without_its_tables_an_installation_says_what_to_do(newest: Server, tmp_path: Path) -> None:
    with newest.database() as address:
        url = written(address)
        described(Settings(home=tmp_path / "home", database_url=url)).close()
        wanted = Settings(home=tmp_path / "home", database_url=url, job_queue="procrastinate")
        with pytest.raises(NotConfigured, match="teleconsult upgrade"):
            open_app(wanted)


# --- several workers, some of them killed --------------------------------------------------------


@pytest.fixture
def app(newest: Server, tmp_path: Path) -> Iterator[App]:
    """The example clinic, now, with a queue."""
    with newest.database() as address:
        settings = Settings(
            home=tmp_path / "home", database_url=written(address), job_queue="procrastinate"
        )
        with closing(described(settings)) as app:
            app.sandbox.clock.real(force=True)
            yield app


@contextmanager
def workers(app: App, many: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    path = os.pathsep.join([*sys.path, str(TESTS)])
    command = [sys.executable, "-m", "adapters.procrastinate.queue_process"]
    with ExitStack() as started:
        processes = [
            started.enter_context(
                subprocess.Popen(
                    [*command, str(app.settings.home), app.settings.database_url],
                    env={**os.environ, "PYTHONPATH": path},
                )
            )
            for _ in range(many)
        ]
        try:
            yield processes
        finally:
            for process in processes:
                process.terminate()
            ended = [process.wait(PATIENCE) for process in processes]
    assert set(ended) <= {0, -signal.SIGKILL}


def come_and_go(app: App, people: range) -> None:
    """These book; every other one cancels, whose hold is to be released."""
    now = datetime.now(UTC)
    window = Interval(now + timedelta(days=7), now + timedelta(days=40))
    slots = app.desk.offer_slots(practitioner=DR, visit_type=VISIT, window=window, now=now)
    assert isinstance(slots, tuple | list)
    free = [slot for slot in slots if Mode.VIDEO in slot.modes][::3]
    for number, slot in zip(people, free, strict=False):
        id, who = AppointmentId(f"a{number}"), patient(number)
        step = app.desk.book(
            id=id, practitioner=DR, visit_type=VISIT, mode=Mode.VIDEO, start=slot.start,
            patient=who, consent=Consent(FEE, "2027-01", "en", "I agree.", now),
            card=CardToken("visa-ok"), now=now,
        )  # fmt: skip
        assert isinstance(step, CardHeld)
        if number % 2:
            gone = app.desk.cancel(appointment=id, by=patient_actor(who.id), now=now)
            assert isinstance(gone, Cancelled)


def is_over(app: App) -> bool:
    with app.desk.open_work(writing=False) as work:
        due = work.outbox.overdue(app.now())
        return not due and not work.operations.open_count()


def until(reached: Any, what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < ends, f"not within {PATIENCE} s: {what}"
        time.sleep(0.05)


def test_several_workers_do_everything_once_though_some_are_killed(app: App) -> None:
    people = 12
    with workers(app, 3) as (first, second, third):
        for victim, some in ((first, range(6)), (second, range(6, people))):
            before = len(app.sandbox.mailbox.messages())
            come_and_go(app, some)  # at least six letters more, whoever is quicker
            until(lambda b=before: len(app.sandbox.mailbox.messages()) > b + 2, "some letters")
            victim.kill()
        app.sandbox.clock.forward(timedelta(minutes=6))  # and with it every lease is over
        until(lambda: is_over(app), "everything done")
        assert third.poll() is None
    with app.desk.open_work(writing=False) as work:
        messages = [one for n in range(people) for one in work.outbox.of(AppointmentId(f"a{n}"))]
        sent = {one.id for one in messages if one.state is MessageState.SENT}
        assert not [one for one in messages if one.planned and one.due_at < app.now()]
        letters = {one.id for one in messages if one.channel is Channel.EMAIL} & sent
        texts = sent - letters
    arrived = Counter(str(one.key) for one in app.sandbox.mailbox.messages())
    assert letters <= set(arrived)
    assert sum(arrived[id] - 1 for id in letters) <= 2 * 4  # what two of them had in their hands
    on_phones = Counter(str(one.key) for one in app.sandbox.phone.messages())
    assert {id: on_phones[id] for id in texts} == dict.fromkeys(texts, 1)
    assert texts
    held = sum(book.held.minor for book in app.sandbox.cards.books())
    assert held == FEE.minor * people // 2
    assert app.desk.reconcile(since=app.now() - timedelta(days=1), now=app.now()).agrees
