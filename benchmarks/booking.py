"""A booking on SQLite: the rows through a work against the same rows through bare sqlite3.

The rows: the appointment with a tick for every five minutes, its hold, the consent, the payment
operation and three messages, in one transaction. Both sides write to files made by our own
migrations. The bare side has its parameters ready and knows that every row is new; ours begins
with the aggregates and finds out.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from attrs import frozen
from figures import Row, microseconds, paired

from teleconsult_core.appointments import Reserved
from teleconsult_core.consents import Consent, ConsentRecord
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ids import AppointmentId, CardToken
from teleconsult_core.links import KeyedTokens, Site
from teleconsult_core.messages import Message
from teleconsult_core.payments import Operation
from teleconsult_core.planner import messages_after
from teleconsult_core.policies import Policies
from teleconsult_core.ports import Ports
from teleconsult_core.refusals import NotFound
from teleconsult_core.slots import Mode
from teleconsult_core.testing.builders import (
    BOOKED_AT,
    FEE,
    PRACTITIONER,
    VISIT_TYPE,
    a_confirmed,
    a_consent,
    a_hold,
    a_patient,
    a_reserved,
    an_operation,
    furnished,
)
from teleconsult_core.testing.clock import MovableClock
from teleconsult_core.testing.fakes import (
    FakeCardNetwork,
    FakeLetters,
    FakeTexts,
    FakeVideoRooms,
    PlainWording,
)
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.book import book
from teleconsult_core.use_cases.card_step import CardHeld
from teleconsult_core.use_cases.offer_slots import offer_slots
from teleconsult_sqlalchemy import SqlStore, engine_for, tables, upgrade
from teleconsult_sqlalchemy.mapping_appointments import appointment_row, ticks
from teleconsult_sqlalchemy.mapping_messages import message_row
from teleconsult_sqlalchemy.mapping_payments import consent_row, hold_row, operation_row
from teleconsult_sqlalchemy.statements import Compiler

BOOKINGS = 150
"""Bookings per side and round; a round's figure is their median."""
DAY = BOOKED_AT + timedelta(days=1)
Level = Literal["FULL", "NORMAL"]


@frozen
class Booked:
    """Everything one booking writes."""

    reserved: Reserved
    hold: CardHold
    consent: ConsentRecord
    operation: Operation
    messages: tuple[Message, ...]


def booking(number: int) -> Booked:
    id, start = AppointmentId(f"appointment-{number:08d}"), DAY + timedelta(minutes=30 * number)
    end = start + timedelta(minutes=20)
    hold = a_hold(HoldState.AUTHORISING, appointment=id, ref=None, until=None)
    planned = messages_after(
        None, a_confirmed(id=id, start=start, end=end), policies=Policies(), now=BOOKED_AT
    )
    return Booked(
        a_reserved(id=id, start=start, end=end),
        hold,
        ConsentRecord(id, 1, a_consent()),
        an_operation(id=f"{hold.id}:authorise:1", hold=hold.id, appointment=id),
        planned.messages[:3],
    )


Ready = tuple[list[tuple[str, Any]], list[Any], list[Any]]
"""Rows written one by one with their statement, the ticks, the messages."""


class Ours:
    def __init__(self, path: Path, level: Level) -> None:
        self.engine = engine_for(path, level)
        upgrade(self.engine)
        self._store = SqlStore(self.engine)

    def seconds(self, bookings: list[Booked]) -> float:
        return statistics.median(_seconds(self.write, booked) for booked in bookings)

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

    def __init__(self, path: Path, level: Level) -> None:
        upgrade(engine := engine_for(path, level))
        engine.dispose()
        self._cursor = sqlite3.connect(path, isolation_level=None).cursor()
        for pragma in ("journal_mode = WAL", f"synchronous = {level}", "foreign_keys = ON"):
            self._cursor.execute(f"PRAGMA {pragma}")
        ours, make = tables(), Compiler(engine.dialect)
        self._rows = [
            make.append(table)
            for table in (ours.appointments, ours.holds, ours.consents, ours.operations)
        ]
        self._message = make.append(ours.messages)

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
        self._cursor.execute("BEGIN IMMEDIATE")
        for sql, parameters in single:
            self._cursor.execute(sql, parameters)
        self._cursor.executemany(
            "INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES (?, ?, ?)",
            guard,
        )
        self._cursor.executemany(self._message.sql, messages)
        self._cursor.execute("COMMIT")


def _seconds(write: Callable[[Any], None], what: object) -> float:
    begin = time.perf_counter()
    write(what)
    return time.perf_counter() - begin


def together(ours: Ours, bare: Bare, bookings: list[Booked]) -> tuple[float, float]:
    """The p50 of each side; they take turns at every booking, so that noise falls on both."""
    mine, theirs = [], []
    for number, booked in enumerate(bookings):
        ready = bare.ready(booked)
        if number % 2:
            mine.append(_seconds(ours.write, booked))
            theirs.append(_seconds(bare.write, ready))
        else:
            theirs.append(_seconds(bare.write, ready))
            mine.append(_seconds(ours.write, booked))
    return statistics.median(mine), statistics.median(theirs)


def storage(rounds: int, folder: Path, level: Level, goal: float) -> Row:
    ours, bare = Ours(folder / f"ours-{level}", level), Bare(folder / f"bare-{level}", level)
    every = [booking(number) for number in range(BOOKINGS * (rounds + 1))]
    parts = [every[n : n + BOOKINGS] for n in range(0, len(every), BOOKINGS)]
    together(ours, bare, parts[0])
    pairs = [together(ours, bare, part) for part in parts[1:]]
    ours.engine.dispose()
    a, b = (microseconds(side) for side in zip(*pairs, strict=True))
    note = f"p50 {a} through a work, {b} bare; {rounds} rounds of {BOOKINGS}, turn by turn"
    ratios = [mine / theirs for mine, theirs in pairs]
    return Row(f"booking's rows, SQLite {level}, / bare sqlite3", goal, ratios, note=note)


class Desk:
    """The whole use case on a fake card network that answers at once."""

    def __init__(self, path: Path) -> None:
        self.engine = engine_for(path)
        upgrade(self.engine)
        store = SqlStore(self.engine)
        furnished(store.open_work)
        clock = MovableClock(BOOKED_AT)
        self._ports = Ports(
            open_work=store.open_work,
            cards=FakeCardNetwork(clock),
            texts=FakeTexts(),
            letters=FakeLetters(),
            wording=PlainWording(),
            rooms=FakeVideoRooms(),
            tokens=KeyedTokens(b"a key for figures, known to everybody"),
            site=Site("https://clinic.example"),
        )

    def starts(self) -> list[datetime]:
        """Slots that do not overlap each other, far enough apart for the buffer."""
        window = Interval(DAY, DAY + timedelta(days=60))
        offered = offer_slots(
            self._ports,
            practitioner=PRACTITIONER,
            visit_type=VISIT_TYPE,
            window=window,
            now=BOOKED_AT,
            modes=frozenset({Mode.VIDEO}),
        )
        assert not isinstance(offered, NotFound)
        return [slot.start for slot in offered][::2]

    def seconds(self, starts: list[datetime]) -> float:
        return statistics.median(_seconds(self._book, start) for start in starts)

    def _book(self, start: datetime) -> None:
        done = book(
            self._ports,
            id=AppointmentId(f"a-{start.timestamp():.0f}"),
            practitioner=PRACTITIONER,
            visit_type=VISIT_TYPE,
            mode=Mode.VIDEO,
            start=start,
            patient=a_patient(),
            now=BOOKED_AT,
            consent=_consent(),
            card=CardToken("visa"),
        )
        assert isinstance(done, CardHeld), done


def _consent() -> Consent:
    return a_consent(amount=FEE)


def use_case(rounds: int, folder: Path) -> Row:
    desk, ours = Desk(folder / "desk"), Ours(folder / "rows", "FULL")
    starts = desk.starts()
    share = len(starts) // (rounds + 1)
    turns = iter([starts[n : n + share] for n in range(0, len(starts), share)])
    numbers = iter(range(rounds + 1))

    def rows_alone() -> float:
        first = next(numbers) * share
        return ours.seconds([booking(number) for number in range(first, first + share)])

    desk.seconds(next(turns)), rows_alone()
    ratios, a, b = paired(rounds, lambda: desk.seconds(next(turns)), rows_alone)
    for one in (desk, ours):
        one.engine.dispose()
    left = [whole - rows for whole, rows in zip(a, b, strict=True)]
    note = (
        f"p50 {microseconds(a)}, of which the rows above {microseconds(b)}; the rest, "
        f"{microseconds(left)}, is looking, deciding, the audit, and a second commit"
    )
    return Row("whole use case `book` with a card, FULL, / its rows", 5, ratios, note=note)


def rows(rounds: int) -> Iterator[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield storage(rounds, folder, "FULL", 1.5)
        yield storage(rounds, folder, "NORMAL", 2.0)
        yield use_case(rounds, folder)
