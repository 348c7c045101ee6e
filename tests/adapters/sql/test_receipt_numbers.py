"""Processes issue receipts at once, give numbers up, are killed: no gap, no number twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking_processes import Racer, go, racers, said
from teleconsult_core.ids import PractitionerId
from teleconsult_core.receipts import receipt_number
from teleconsult_sqlalchemy import SqlStore

ISSUER = Path(__file__).with_name("issuer.py")
SERIES = [(PractitionerId(id), year) for id in ("dr-peeters", "dr-claes") for year in (2030, 2031)]
PROCESSES, ROUNDS = 4, 25


@contextmanager
def issuers(database: str, how_many: int, *more: str) -> Iterator[list[Racer]]:
    with racers(database, how_many, ROUNDS, *more, program=ISSUER) as running:
        for racer in running:
            go(racer)
        yield running


def counted(store: SqlStore) -> int:
    """How many receipts there are, each series without a gap."""
    every = 0
    with store.open_work(writing=False) as work:
        for issuer, year in SERIES:
            numbers = [one.number for one in work.receipts.of_series(issuer, year)]
            expected = range(1, len(numbers) + 1)
            assert numbers == [receipt_number(issuer, year, ordinal) for ordinal in expected]
            every += len(numbers)
    return every


def raced(database: str, store: SqlStore) -> None:
    with issuers(database, PROCESSES) as running:
        issued = sum(int(said(racer)) for racer in running)
    assert 0 < issued < PROCESSES * ROUNDS
    assert counted(store) == issued


def killed(database: str, store: SqlStore) -> None:
    with issuers(database, 1, "stop") as (racer,):
        assert said(racer) == "numbered"
        racer.kill()
        racer.wait()
    raced(database, store)


@pytest.mark.usefixtures("engine")
def test_processes_on_one_file_number_without_gaps(path: Path, store: SqlStore) -> None:
    raced(str(path), store)


@pytest.mark.usefixtures("engine")
def test_a_number_of_a_process_that_was_killed_is_given_again(path: Path, store: SqlStore) -> None:
    killed(str(path), store)


def test_processes_on_one_server_number_without_gaps(address: sa.URL, served: sa.Engine) -> None:
    raced(address.render_as_string(hide_password=False), SqlStore(served))


def test_a_number_of_a_session_that_was_killed_is_given_again(
    address: sa.URL, served: sa.Engine
) -> None:
    killed(address.render_as_string(hide_password=False), SqlStore(served))
