"""A booking on PostgreSQL: the rows through a work against the same rows through bare psycopg.

The same rows as in `booking`. The bare side sends them one statement after the other, the ticks
and the messages with `executemany`, and has its parameters ready. The server does not wait for its
disk, so that what is measured is the way to it and not the disk. Then eight processes at once: the
slowest of a hundred answers when all ask for the same times, against when each has its own, and the
longest that anybody waited in a minute.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from booking import BOOKINGS, Booked, Ready, booking
from figures import Row, microseconds

from teleconsult_core.ids import AppointmentId, PractitionerId
from teleconsult_core.stores import SlotConflict
from teleconsult_core.testing.builders import START, a_confirmed
from teleconsult_sqlalchemy import SqlStore, engine_for, tables
from teleconsult_sqlalchemy.mapping_appointments import appointment_row, ticks
from teleconsult_sqlalchemy.mapping_messages import message_row
from teleconsult_sqlalchemy.mapping_payments import consent_row, hold_row, operation_row
from teleconsult_sqlalchemy.statements import Compiler

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from databases import Server, programs, running  # the tests' own servers

CLIENTS, ATTEMPTS, A_MINUTE = 8, 150, 60.0


class Ours:
    def __init__(self, address: sa.URL) -> None:
        self.engine = engine_for(address)
        self._store = SqlStore(self.engine)

    def write(self, booked: Booked) -> None:
        with self._store.open_work() as work:
            work.appointments.put(booked.reserved)
            work.holds.put(booked.hold)
            work.consents.put(booked.consent)
            work.operations.put(booked.operation)
            work.outbox.plan(booked.messages)
            work.commit()


class Bare:
    """The same rows in the same order, by hand."""

    def __init__(self, address: sa.URL) -> None:
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = psycopg.connect(plain)
        ours, make = tables(), Compiler.of(sa.make_url("postgresql+psycopg://").get_dialect()())
        self._rows = [
            make.append(table)
            for table in (ours.appointments, ours.holds, ours.consents, ours.operations)
        ]
        self._tick, self._message = make.append(ours.appointment_ticks), make.append(ours.messages)

    def ready(self, booked: Booked) -> Ready:
        rows = (
            appointment_row(booked.reserved),
            hold_row(booked.hold),
            consent_row(booked.consent),
            operation_row(booked.operation),
        )
        single = [(how.sql, how.parameters(row)) for how, row in zip(self._rows, rows, strict=True)]
        terms = booked.reserved.terms
        taken = ticks(terms.blocked)
        guard = [
            (terms.practitioner, tick, terms.id)
            for tick in range(taken["first"], taken["last"] + 1)
        ]
        messages = [self._message.parameters(message_row(one)) for one in booked.messages]
        return single, guard, messages

    def write(self, ready: Ready) -> None:
        single, guard, messages = ready
        cursor = psycopg.RawCursor(self.connection)
        for sql, parameters in single:
            cursor.execute(sql, parameters)
        cursor.executemany(self._tick.sql, guard)
        cursor.executemany(self._message.sql, messages)
        self.connection.commit()


def _seconds(write: Callable[[Any], None], what: object) -> float:
    begin = time.perf_counter()
    write(what)
    return time.perf_counter() - begin


def together(ours: Ours, bare: Bare, bookings: list[Booked]) -> tuple[float, float]:
    """The p50 of each side; they take turns at every booking, so that noise falls on both."""
    mine, theirs = [], []
    for number, booked in enumerate(bookings):
        ready = bare.ready(booked)
        for turn in (0, 1) if number % 2 else (1, 0):
            if turn:
                theirs.append(_seconds(bare.write, ready))
            else:
                mine.append(_seconds(ours.write, booked))
    return statistics.median(mine), statistics.median(theirs)


def storage(server: Server, rounds: int) -> Row:
    with server.database() as one, server.database() as other:
        ours, bare = Ours(one), Bare(other)
        every = [booking(number) for number in range(BOOKINGS * (rounds + 1))]
        parts = [every[n : n + BOOKINGS] for n in range(0, len(every), BOOKINGS)]
        pairs = [together(ours, bare, part) for part in parts][1:]
        ours.engine.dispose()
        bare.connection.close()
    a, b = (microseconds(side) for side in zip(*pairs, strict=True))
    note = f"p50 {a} through a work, {b} bare; {rounds} rounds of {BOOKINGS}, turn by turn"
    ratios = [mine / theirs for mine, theirs in pairs]
    return Row("booking's rows, PostgreSQL, / bare psycopg", 1.0, ratios, note=note)


def client(address: str, number: int, same: bool, lasts: float, line: Any, answers: Any) -> None:
    """Asks for one time after the other; the same times as everybody, or his own.

    `ATTEMPTS` times, or for `lasts` seconds.
    """
    engine = engine_for(address)
    store = SqlStore(engine)
    took: list[float] = []
    whose = PractitionerId("dr-peeters" if same else f"dr-{number}")
    ends = float("inf")
    for attempt in count(-10):
        if attempt == 0:
            line.wait()
            ends = time.perf_counter() + lasts if lasts else ends
        if time.perf_counter() > ends or (attempt == ATTEMPTS and not lasts):
            break
        start = START + timedelta(minutes=30 * attempt)
        asked = a_confirmed(
            id=AppointmentId(f"{number}-{attempt}" + ("-same" if same else "")),
            practitioner=whose if attempt >= 0 else PractitionerId(f"warm-{number}-{same}"),
            start=start, end=start + timedelta(minutes=20),
        )  # fmt: skip
        begin = time.perf_counter()
        try:
            with store.open_work() as work:
                work.appointments.put(asked)
                work.commit()
        except SlotConflict:
            pass
        if attempt >= 0:
            took.append(time.perf_counter() - begin)
    engine.dispose()
    answers.put(took)


def crowd(server: Server, *, same: bool, lasts: float = 0.0) -> list[float]:
    """How long each of the clients' questions took."""
    spawn = multiprocessing.get_context("spawn")
    line, answers = spawn.Barrier(CLIENTS), spawn.Queue()
    with server.database() as made:
        address = made.render_as_string(hide_password=False)
        clients = [
            spawn.Process(target=client, args=(address, number, same, lasts, line, answers))
            for number in range(CLIENTS)
        ]
        for one in clients:
            one.start()
        took = [seconds for _ in clients for seconds in answers.get(timeout=120)]
        for one in clients:
            one.join()
    return took


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[-1]


def contention(server: Server, rounds: int) -> Row:
    pairs = [(p99(crowd(server, same=True)), p99(crowd(server, same=False))) for _ in range(rounds)]
    a, b = (microseconds(side) for side in zip(*pairs, strict=True))
    note = f"p99 {a} for the same times, {b} for free ones; {CLIENTS} processes of {ATTEMPTS}"
    ratios = [same / free for same, free in pairs]
    return Row("8 clients, same slot, / free slots, p99", 1.5, ratios, note=note)


def stalls(server: Server) -> Row:
    took = crowd(server, same=False, lasts=A_MINUTE)
    note = f"{len(took):,} bookings in {A_MINUTE:.0f} s, p50 {microseconds(took)}"
    return Row("8 clients, the longest answer in a minute", 250, [max(took) * 1e3], " ms", note)


def rows(rounds: int) -> Iterator[Row]:
    with ExitStack() as stack:
        server = stack.enter_context(running(programs()[0]))
        yield storage(server, rounds)
        yield contention(server, rounds)
        yield stalls(server)
        server.forget()
