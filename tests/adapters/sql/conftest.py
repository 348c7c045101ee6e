"""A SQLite file with our tables, and the shortest way to an appointment and a hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from databases import Server
from racing import Races
from teleconsult_core.appointments import Confirmed, Origin, Terms
from teleconsult_core.holds import CardHold, HoldState
from teleconsult_core.ids import AppointmentId, PatientId, PractitionerId, VisitTypeId, hold_id
from teleconsult_core.money import Money
from teleconsult_core.slots import Mode
from teleconsult_sqlalchemy import SqlStore, engine_for, upgrade

NOON = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clinic.sqlite3"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, made once; tests take copies."""
    path = tmp_path_factory.mktemp("empty") / "clinic.sqlite3"
    engine = engine_for(path)
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(empty: Path, path: Path) -> Iterator[sa.Engine]:
    shutil.copy(empty, path)
    made = engine_for(path)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: sa.Engine) -> SqlStore:
    return SqlStore(engine)


@pytest.fixture
def confirmed() -> Callable[..., Confirmed]:
    """`confirmed("a", at=20, lasts=30)`: starts 20 minutes after noon, blocks half an hour."""

    def make(
        id: str, *, at: int = 0, lasts: int = 20, practitioner: str = "dr-peeters"
    ) -> Confirmed:
        start = NOON + timedelta(minutes=at)
        terms = Terms(
            id=AppointmentId(id),
            practitioner=PractitionerId(practitioner),
            patient=PatientId("patient"),
            visit_type=VisitTypeId("visit"),
            mode=Mode.VIDEO,
            start=start,
            end=start + timedelta(minutes=lasts),
            blocks_until=start + timedelta(minutes=lasts),
            fee=Money(40_00, "EUR"),
            card_required=True,
            origin=Origin.PATIENT,
            booked_at=NOON - timedelta(days=1),
        )
        return Confirmed(terms, NOON - timedelta(days=1))

    return make


@pytest.fixture
def held() -> Callable[..., CardHold]:
    """`held("a", attempt=2)`: the second hold of appointment "a"."""

    def make(appointment: str, *, attempt: int = 1, state: HoldState = HoldState.HELD) -> CardHold:
        return CardHold(
            id=hold_id(AppointmentId(appointment), attempt),
            appointment=AppointmentId(appointment),
            attempt=attempt,
            amount=Money(40_00, "EUR"),
            state=state,
            placed_at=NOON,
            until=NOON + timedelta(days=7),
        )

    return make


@pytest.fixture
def count(engine: sa.Engine) -> Callable[[str], int]:
    """How many rows a table has, asked behind the store's back."""

    def rows(table: str) -> int:
        with engine.connect() as connection:
            found = connection.execute(sa.select(sa.func.count()).select_from(sa.table(table)))
            return int(found.scalar_one())

    return rows


@pytest.fixture
def races(newest: Server) -> Races:
    return Races(newest.emptied())


@pytest.fixture
def address(newest: Server) -> Iterator[sa.URL]:
    with newest.database() as made:
        yield made


@pytest.fixture
def served(address: sa.URL) -> Iterator[sa.Engine]:
    made = engine_for(address)
    yield made
    made.dispose()
