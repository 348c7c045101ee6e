"""The SQLite file cannot be written to for a while, in the midst of a day; then it can again.

Its disk is full, somebody made it read-only, or another process holds it. Whoever asks is told so
and asks again; at the end everything is as on a day on which nothing happened. How a single command
tells it, with its exit code, stands in `tests/entrypoints/test_cli_trouble.py`.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import Factory, define, evolve, frozen

from faults.conftest import LONG
from faults.day import STEPS, Day
from faults.judged import Account, account, messages_are_settled, money, must_hold
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.stores import OpenWork
from teleconsult_wiring import App, Settings, open_app

PEOPLE = 4
"""How many are told that the file is ill before it is well again."""
STRUCK = list(STEPS)[:: 1 if LONG else 4]


@frozen
class Kind:
    """What a connection is told while the file is ill, and when it is well; how it is named."""

    ill: str
    well: str
    told: str
    held: bool = False
    """Whether another process holds the file."""


KINDS = {
    "full": Kind("max_page_count = 1", "max_page_count = 1073741823", "its disk is full"),
    "read-only": Kind("query_only = ON", "query_only = OFF", "is read-only"),
    "locked": Kind("busy_timeout = 1", "busy_timeout = 5000", "is locked by another", held=True),
}


@define
class File:
    """The clinic's file, ill until so many people have been told."""

    kind: Kind
    holder: sqlite3.Connection
    left: int = 0
    told: set[str] = Factory(set)

    def be_opened(self, connection: Any, _record: object, _proxy: object) -> None:
        """As ill as the file is; called whenever a connection is lent out."""
        if self.kind.held and self.left and not self.holder.in_transaction:
            self.holder.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA {self.kind.ill if self.left else self.kind.well}").close()

    def tell(self, trouble: str) -> None:
        self.told.add(trouble)
        self.left -= 1
        if not self.left:
            self.holder.rollback()


@frozen
class Telling:
    """A store whose troubles are told."""

    within: OpenWork
    tell: Callable[[str], None]

    @contextmanager
    def open_work(self, *, writing: bool = True) -> Iterator[Any]:
        try:
            with self.within(writing=writing) as work:
                yield work
        except (PortTrouble, PortMisused) as trouble:
            self.tell(str(trouble))
            raise


@contextmanager
def a_clinic(as_described: Path, memory: Path, kind: Kind) -> Iterator[tuple[App, File]]:
    home = Path(tempfile.mkdtemp(dir=memory)) / "home"
    shutil.copytree(as_described, home)
    with (
        closing(open_app(Settings(home=home))) as app,
        closing(sqlite3.connect(home / "clinic.sqlite3", isolation_level=None)) as holder,
    ):
        file = File(kind, holder)
        sa.event.listen(app.engine, "checkout", file.be_opened)
        yield app, file


def lived_through(app: App, file: File, struck: str) -> None:
    """The day, in which the file falls ill at the first moment of a step."""
    ahead = {struck}
    telling = Telling(app.desk.open_work, file.tell).open_work

    def befall(name: str) -> None:
        step = name.partition(":")[0]
        if step in ahead:
            ahead.discard(step)
            file.left = PEOPLE

    for _ in range(PEOPLE + 1):
        try:
            Day(evolve(app, desk=evolve(app.desk, open_work=telling)), befall).live()
        except (PortTrouble, PortMisused):
            continue  # whoever asked is gone, and comes again
        return
    raise AssertionError(f"it never got well: {file.told}")


def undisturbed(as_described: Path, memory: Path) -> Account:
    with a_clinic(as_described, memory, KINDS["full"]) as (app, _):
        Day(app, lambda _: None).live()
        return account(app)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_ill_for_a_while(as_described: Path, memory: Path, kind: str) -> None:
    expected, everything = undisturbed(as_described, memory), set[str]()
    for step in STRUCK:
        with a_clinic(as_described, memory, KINDS[kind]) as (app, file):
            lived_through(app, file, step)
            everything |= file.told
            must_hold(app)
            assert money(account(app)) == money(expected), step
            messages_are_settled(account(app))
    assert everything
    assert all(KINDS[kind].told in one for one in everything), everything
